"""A pack fills an empty installation, and takes nothing from one that people have worked on."""

from __future__ import annotations

import pytest

from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, Role, system_actor
from kopir.base.errors import NotAllowedError
from kopir.bodies.actions import change_body, load_pack
from kopir.bodies.models import Body, CalendarVersion, Region
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import find_broken_paths, get_body, get_calendar_version, list_central_bodies


def test_a_country_is_there_after_one_load(load, country_code):
    loaded = load(country_code)
    pack = read_pack(country_code)
    assert (loaded.regions, loaded.bodies, loaded.years) == (
        len(pack.regions),
        len(pack.bodies),
        (2025, 2026, 2027, 2028),
    )
    assert Region.objects.count() == len(pack.regions)
    assert Body.objects.count() == len(pack.bodies)
    assert find_broken_paths() == []
    assert get_calendar_version().years == [2025, 2026, 2027, 2028]


def test_bodies_stand_where_the_pack_puts_them(kz):
    almaly = get_body("akimat-almaly-district")
    assert [body.slug for body in (almaly.parent, almaly.parent.parent)] == ["akimat-almaty", "government"]
    assert almaly.region.code == "751110000"
    assert [body.slug for body in list_central_bodies()][:2] == ["government", "ministry-of-foreign-affairs"]


def test_the_load_is_recorded_once(kz):
    row = Row.objects.get(action="bodies.load_pack")
    assert (row.subject, row.actor_id) == ("bodies.pack:KZ", "tests")


def test_a_second_load_changes_nothing(kz, load):
    rows, version = Row.objects.count(), get_calendar_version().number
    loaded = load("kz")
    assert (loaded.regions, loaded.bodies, loaded.years) == (0, 0, ())
    assert (Row.objects.count(), CalendarVersion.objects.count()) == (rows, version)


def test_what_people_changed_stays(kz, load, operator, now):
    body = get_body("government")
    change_body(body=body, revision=1, phone="1414", actor=operator, now=now)
    load("kz")
    assert get_body("government").phone == "1414"


def test_what_the_pack_adds_comes_later(kz, load, now):
    Body.objects.filter(slug="akimat-turan-district").delete()
    Region.objects.filter(code="750000000").update(names={"kk": "?"})
    loaded = load("kz")
    assert (loaded.regions, loaded.bodies) == (1, 1)
    assert find_broken_paths() == []


@pytest.mark.parametrize("actor", [ANONYMOUS, system_actor("x")])
@pytest.mark.django_db
def test_the_system_loads_and_strangers_do_not(actor, now):
    if actor.kind == "system":
        assert load_pack(pack=read_pack("kz"), actor=actor, now=now).bodies
    else:
        with pytest.raises(NotAllowedError):
            load_pack(pack=read_pack("kz"), actor=actor, now=now)
        assert not Body.objects.exists()


def test_the_almost_right_person_loads_nothing(kz, now):
    from kopir.base.actors import Actor

    government = get_body("government").pk
    for grant in [(Role.SITE_ADMINISTRATOR, None), (Role.PLATFORM_OPERATOR, government), (Role.AUDITOR, None)]:
        with pytest.raises(NotAllowedError):
            load_pack(pack=read_pack("kz"), actor=Actor("person", id="3", grants=frozenset({grant})), now=now)
