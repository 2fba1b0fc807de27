"""What the room brings at start-up."""

from __future__ import annotations

from kopir.base.administration import PARTS


def test_its_pages_are_parts_of_the_administration():
    names = [name for name, _part in PARTS]
    assert {"bodies:manage_bodies", "bodies:manage_calendar", "bodies:manage_portal"} <= set(names)
