"""What models say of themselves to a reader."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from kopir.bodies.models import Body, CalendarDay, CalendarVersion, Portal, Region, Worded

NAMES = {"kk": "Қаржы министрлігі", "ru": "Министерство финансов"}


def test_a_text_knows_its_language():
    with override("kk"):
        assert (Worded.of(NAMES), Worded.of(NAMES).language) == ("Қаржы министрлігі", "kk")
    with override("en"):
        assert (Worded.of(NAMES), Worded.of(NAMES).language) == ("Министерство финансов", "ru")
        assert Worded.of({}) == ""


@pytest.mark.parametrize("thing", [Body(names=NAMES), Region(names=NAMES), Portal(names=NAMES)])
def test_things_are_called_by_their_name(thing):
    with override("kk"):
        assert str(thing) == "Қаржы министрлігі"


def test_days_and_versions():
    with override("ru"):
        assert str(CalendarDay(on="2026-03-09", names={"ru": "День"})) == "2026-03-09: День"
    assert str(CalendarVersion(number=2, reference="Decree 1")) == "2: Decree 1"


def test_the_short_name_is_taken_only_in_the_readers_language():
    body = Body(names={"kk": "Толық", "ru": "Полное"}, short_names={"kk": "Қысқа"})
    with override("kk"):
        assert body.short_name == "Қысқа"
    with override("ru"):
        assert body.short_name == "Полное"


def test_ancestors_cost_no_query():
    assert Body(path="1/7/23/").ancestor_ids == [1, 7]
