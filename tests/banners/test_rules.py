"""Who may set a banner where."""

from __future__ import annotations

import pytest

from kopir.banners.rules import COUNTRY, Place, may_set
from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor

OWN, OTHER, REGION = Place(body_id=7), Place(body_id=8), Place(region_id=7)


def holds(role: Role, body_id: int | None = 7) -> Actor:
    return Actor("person", id="9", grants=frozenset({(role, body_id)}))


def test_a_place_is_one():
    assert [place.name for place in (COUNTRY, REGION, OWN)] == ["country", "region:7", "body:7"]
    with pytest.raises(ValueError, match="one place"):
        Place(body_id=1, region_id=1)


@pytest.mark.parametrize("place", [COUNTRY, REGION, OWN, OTHER])
def test_operators_and_the_system_speak_everywhere(place):
    assert may_set(holds(Role.PLATFORM_OPERATOR, None), place)
    assert may_set(system_actor("tests"), place)


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.SITE_ADMINISTRATOR])
def test_who_publishes_for_a_body_speaks_over_its_pages_alone(role):
    assert may_set(holds(role), OWN)
    for place in (OTHER, COUNTRY, REGION):
        assert not may_set(holds(role), place)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OFFICER, Role.HEAD, Role.AUDITOR])
def test_nobody_else_does(role):
    for place in (OWN, OTHER, COUNTRY, REGION):
        assert not may_set(holds(role), place)
        assert not may_set(ANONYMOUS, place)
    assert not may_set(holds(Role.AUDITOR, None), COUNTRY)
