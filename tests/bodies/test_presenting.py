"""Hours, kinds and months in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from kopir.bodies.models import Body, CalendarDay
from kopir.bodies.presenting import (
    by_kind,
    by_month,
    frame,
    hours_in_words,
    kind_name,
    reference_in_words,
    weekday,
    weekday_name,
)

OFFICE = {"days": [1, 2, 3, 4, 5], "opens": "09:00", "closes": "18:30", "pause": ["13:00", "14:30"]}


@pytest.fixture(autouse=True)
def in_kazakhstan(settings):
    settings.KOPIR_COUNTRY = "kz"


def test_hours_of_an_office():
    with override("en"):
        assert hours_in_words([OFFICE]) == ["Monday – Friday: 09:00–18:30, break 13:00–14:30"]
        assert hours_in_words([{"days": [6, 1, 3], "opens": "10:00", "closes": "12:00"}]) == [
            "Monday, Wednesday, Saturday: 10:00–12:00"
        ]
        assert hours_in_words([]) == []


def test_what_came_with_the_pack_is_said_so_in_words():
    with override("en"):
        assert reference_in_words("KZ pack") == "Country pack"
        assert reference_in_words("Decree 12") == "Decree 12"
    with override("kk"):
        assert reference_in_words("KZ pack") == "Ел деректері"


@pytest.mark.parametrize(("language", "day"), [("kk", "дүйсенбі"), ("ru", "понедельник"), ("tg", "душанбе")])
def test_days_of_the_week_in_the_languages_of_the_region(language, day):
    with override(language):
        assert weekday_name(1) == day
        assert weekday(date(2026, 3, 2)) == day
        assert hours_in_words([OFFICE])[0].startswith(day.capitalize())


def test_bodies_come_under_their_kinds_in_the_order_of_the_pack():
    groups = by_kind([Body(kind="agency", slug="a"), Body(kind="ministry", slug="b"), Body(kind="agency", slug="c")])
    assert [(group.code, [body.slug for body in group.bodies]) for group in groups] == [
        ("ministry", ["b"]),
        ("agency", ["a", "c"]),
    ]


def test_a_kind_that_the_pack_no_longer_has_is_still_named():
    with override("ru"):
        assert kind_name("ministry") == "Министерство"
        assert kind_name("ministry").language == "ru"
        assert kind_name("gone") == "gone"
        assert by_kind([Body(kind="gone")]) == []


def test_months_of_a_year():
    days = [CalendarDay(on=date(2026, 3, 8)), CalendarDay(on=date(2026, 1, 1)), CalendarDay(on=date(2026, 3, 21))]
    with override("en"):
        assert [(month.name, len(month.days)) for month in by_month(days)] == [("January", 1), ("March", 2)]


def test_the_frame_of_a_body():
    body = Body(slug="a", names={"en": "Agency"}, colors={"brand": "#0b4a6f"})
    with override("en"):
        shown = frame(body)
    assert (shown.name, shown.address, shown.colors, shown.crest) == ("Agency", "/en/bodies/a/", body.colors, None)
    body.crest.name = "crests/a.svg"
    assert frame(body).crest.source == "/media/crests/a.svg"
