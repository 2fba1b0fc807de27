"""The calendar that a year begins with: the library's days under names in every language of the country."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kopir.bodies.pack import read_country, read_pack
from kopir.bodies.rules import WorkingCalendar, add_working_days
from kopir.bodies.seeding import UnknownDayError, days_as_csv, seed_days

YEARS = range(2025, 2029)


@pytest.mark.parametrize("code", ["kz", "tj", "uz"])
def test_what_ships_is_what_the_library_gives(code):
    assert seed_days(read_country(code), YEARS) == read_pack(code).days


@pytest.mark.parametrize(("code", "end"), [("kz", "2026-04-01"), ("tj", "2026-03-31"), ("uz", "2026-03-31")])
def test_fifteen_working_days_from_the_fifth_of_march(code, end):
    pack = read_pack(code)
    days = {kind: frozenset(day.on for day in pack.days if day.kind == kind) for kind in ("holiday", "working_day")}
    calendar = WorkingCalendar(pack.country.weekend, days["holiday"], days["working_day"], pack.years)
    assert add_working_days(date(2026, 3, 5), 15, calendar) == date.fromisoformat(end)


@pytest.mark.parametrize("code", ["kz", "tj", "uz"])
def test_names_are_bare_and_in_every_language(code):
    country = read_country(code)
    for day in seed_days(country, YEARS):
        assert tuple(day.names) == country.language_codes
        assert not any("(" in name for name in day.names.values()), day


def test_what_stood_in_brackets_became_flags():
    days = {str(day.on): day for day in seed_days(read_country("uz"), [2026, 2027])}
    assert days["2026-12-31"].moved_from == date(2026, 12, 12)
    assert (days["2026-12-12"].kind, days["2026-12-12"].moved_from) == ("working_day", date(2026, 12, 31))
    assert days["2027-03-09"].is_estimated
    assert (days["2026-03-09"].is_moved, days["2026-03-09"].moved_from) == (True, None)
    assert days["2027-05-17"].is_moved
    assert days["2027-05-17"].is_estimated


def test_a_weekend_day_is_observed_in_one_country_and_not_in_another():
    assert date(2026, 3, 9) in {day.on for day in seed_days(read_country("kz"), [2026])}
    assert date(2026, 3, 9) not in {day.on for day in seed_days(read_country("tj"), [2026])}


def test_a_name_that_is_nowhere_is_asked_for():
    country = read_country("kz")
    source = country.holidays
    assert source
    russian = {name: word for name, word in source.names["ru"].items() if name != "Victory Day"}
    poor = replace(country, holidays=replace(source, names={"ru": russian, "kk": source.names["kk"]}))
    with pytest.raises(UnknownDayError, match=r'holidays.names.ru\] of country.toml: "Victory Day"'):
        seed_days(poor, [2026])


def test_without_a_source_there_are_no_days():
    assert seed_days(replace(read_country("kz"), holidays=None), [2026]) == ()


def test_the_file_begins_with_its_columns():
    text = days_as_csv(seed_days(read_country("tj"), [2026])[:1], ("tg", "ru", "en"))
    assert text.splitlines() == [
        "day,kind,name_tg,name_ru,name_en,is_moved,moved_from,is_estimated,reference",
        "2026-01-01,holiday,Соли Нав,Новый год,New Year's Day,,,,",
    ]
