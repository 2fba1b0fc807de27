"""The form of a banner: places by role, words by language, an end on the clocks of the country."""

from __future__ import annotations

from datetime import UTC, datetime

from kopir.banners.errors import UnfitBannerError
from kopir.banners.forms import BannerForm, list_places
from kopir.banners.rules import COUNTRY, Place
from kopir.base.actors import Role
from kopir.bodies.queries import get_body


def form_of(actor, now, **changes):
    data = {
        "place": "country",
        "titles_ru": "Паводок",
        "day_day": "3",
        "day_month": "3",
        "day_year": "2026",
        "time": "18:00",
    }
    return BannerForm({**data, **changes}, actor=actor, now=now)


def test_it_takes_words_and_an_end_on_the_clocks_of_the_country(kz, operator, now):
    form = form_of(operator, now)
    assert form.is_valid(), form.errors
    assert form.place == COUNTRY
    assert form.words("titles") == {"ru": "Паводок"}
    assert form.until == datetime(2026, 3, 3, 13, tzinfo=UTC), "Astana is five hours ahead"


def test_a_time_is_hours_and_minutes(kz, operator, now):
    for text in ("25:00", "noon", "6 pm"):
        assert form_of(operator, now, time=text).errors["time"] == [
            "Write the time as hours and minutes, for example 18:00."
        ]


def test_a_failure_stands_at_its_field(kz, operator, now):
    form = form_of(operator, now)
    assert form.is_valid()
    for field, shown in (("until", "day"), ("texts", "texts_kk"), ("address", "address"), ("other", "__all__")):
        form.add_failure(UnfitBannerError(field=field, reason="no"))
        assert shown in form.errors


def test_places_are_those_of_the_role(kz, operator, actor_for, now):
    own = Place(body_id=get_body("ministry-of-education").pk)
    assert [place for place, _ in list_places(actor_for(Role.SITE_ADMINISTRATOR))] == [own]
    assert list_places(actor_for(Role.EDITOR)) == []
    assert COUNTRY in dict(list_places(operator))
    form = form_of(actor_for(Role.PUBLISHER), now)
    assert "place" in form.errors, "the country is no choice for a body's publisher"
