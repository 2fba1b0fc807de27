"""What the portal as a whole brings at start-up."""

from __future__ import annotations

from django.urls import reverse

from kopir.base.administration import PARTS
from kopir.config.apps import ADMINISTRATION


def test_the_pages_of_rooms_are_parts_of_the_administration():
    assert set(ADMINISTRATION) <= {name for name, _part in PARTS}
    for name in ADMINISTRATION:
        assert "/manage/" in reverse(name)
