"""The one row that orders all changes."""

from __future__ import annotations

import pytest
from django.db import transaction

from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from kopir.base.errors import NotAllowedError
from kopir.bodies.actions.locking import lock_portal, only_operators
from kopir.bodies.models import Portal


def test_the_row_is_made_once_from_the_pack(db, settings):
    settings.KOPIR_COUNTRY = "uz"
    with transaction.atomic():
        assert lock_portal().names["uz"] == "Davlat organlari portali"
        lock_portal()
    assert Portal.objects.count() == 1


def test_who_passes(operator):
    only_operators(operator)
    only_operators(system_actor("x"))
    for actor in (ANONYMOUS, Actor("person", id="1", grants=frozenset({(Role.PLATFORM_OPERATOR, 3)}))):
        with pytest.raises(NotAllowedError):
            only_operators(actor)
