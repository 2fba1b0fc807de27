"""The names of listings, and which of them a body stands in."""

from __future__ import annotations

import pytest

from kopir.bodies import tags
from kopir.bodies.models import Body, Region
from kopir.bodies.pack import read_pack
from kopir.bodies.tags import COUNTS, bodies_in, children_of, listings_between, listings_of

COUNTRY = read_pack("kz").country
CENTRAL_KIND = next(code for code, kind in COUNTRY.kinds.items() if not kind.is_local)
LOCAL_KIND = next(code for code, kind in COUNTRY.kinds.items() if kind.is_local)
REGION = Region(pk=3, code="R", level="region")
DISTRICT = Region(pk=4, code="D", level="district", parent=REGION)


def body(kind: str, **fields) -> Body:
    return Body(pk=9, slug="b", kind=kind, names={"en": "B"}, **fields)


@pytest.mark.parametrize(
    ("shown", "listings"),
    [
        (body(CENTRAL_KIND), {tags.CENTRAL}),
        (body(CENTRAL_KIND, region=REGION), {tags.CENTRAL}),
        (body(CENTRAL_KIND, parent=Body(pk=7)), {tags.CENTRAL, children_of(7)}),
        (body(LOCAL_KIND, region=REGION), {bodies_in(3)}),
        (body(LOCAL_KIND, region=DISTRICT, parent=Body(pk=7)), {bodies_in(3), bodies_in(4), children_of(7)}),
        (body(LOCAL_KIND), set()),
        (body(CENTRAL_KIND, parent=Body(pk=7), is_archived=True), set()),
    ],
)
def test_where_a_body_is_listed(shown, listings):
    assert listings_of(shown, COUNTRY) == listings


def test_what_was_entered_or_left():
    nowhere, here, there = (
        frozenset(),
        frozenset({bodies_in(3), children_of(7)}),
        frozenset({bodies_in(4), children_of(7)}),
    )
    assert listings_between(nowhere, frozenset({tags.CENTRAL})) == {tags.CENTRAL}
    assert listings_between(nowhere, here) == here | {COUNTS}
    assert listings_between(here, there) == {bodies_in(3), bodies_in(4), COUNTS}
    assert listings_between(here, here) == nowhere


def test_every_name_is_of_a_table_of_the_room():
    names = [tags.CENTRAL, COUNTS, tags.REGIONS, tags.PORTAL, tags.CALENDAR, children_of(1), bodies_in(1)]
    names += [tags.body_at("x"), tags.region_at("X")]
    prefixes = {name.partition(":")[0] for name in names}
    assert prefixes == {"bodies.body", "bodies.region", "bodies.portal", "bodies.calendarversion"}
    assert len(set(names)) == len(names)
