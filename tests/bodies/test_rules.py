"""Working days and the tree's moves, as tables; the vectors of three countries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.bodies.errors import OutsideCalendarError
from kopir.bodies.rules import (
    WorkingCalendar,
    add_working_days,
    affected_by,
    ancestors_of,
    count_working_days,
    is_inside,
    missing_languages,
)

DAY = date.fromisoformat
MARCH = frozenset(DAY(f"2026-03-{day:02}") for day in (9, 23, 24, 25))
SATURDAY = DAY("2026-03-14")
CALENDAR = WorkingCalendar(frozenset({6, 7}), MARCH, frozenset({SATURDAY}), frozenset({2026, 2027}), version=3)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-10"),  # Friday; the Monday is a holiday
        ("2026-03-13", 1, "2026-03-14"),  # Friday; the Saturday is a working day
        ("2026-03-20", 1, "2026-03-26"),
        ("2026-03-02", 0, "2026-03-02"),
        ("2026-03-08", 0, "2026-03-10"),  # a term never ends on a day off
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_a_term_runs_from_the_day_after(start, days, end):
    assert add_working_days(DAY(start), days, CALENDAR) == DAY(end)


@given(st.integers(0, 150), st.integers(0, 200))
def test_counting_takes_back_what_adding_gave(offset, days):
    start = DAY("2026-01-05") + timedelta(offset)
    end = add_working_days(start, days, CALENDAR)
    assert CALENDAR.is_working(end)
    assert count_working_days(start, end, CALENDAR) == days or (days == 0 and not CALENDAR.is_working(start))


def test_nothing_is_counted_backwards():
    assert count_working_days(DAY("2026-03-10"), DAY("2026-03-02"), CALENDAR) == 0


def test_a_year_without_calendar_is_not_guessed():
    with pytest.raises(OutsideCalendarError, match="calendar of 2028 is not set") as caught:
        add_working_days(DAY("2027-12-20"), 30, CALENDAR)
    assert caught.value.fields == {"year": 2028}


def test_a_term_has_no_negative_length():
    with pytest.raises(ValueError, match="no negative length"):
        add_working_days(DAY("2026-03-02"), -1, CALENDAR)


def test_a_day_is_not_both_holiday_and_working_day():
    with pytest.raises(ValueError, match="both holiday and working day: 2026-03-09"):
        WorkingCalendar(frozenset({6, 7}), MARCH, frozenset({DAY("2026-03-09")}), frozenset({2026}))


@pytest.mark.parametrize("weekend", [range(1, 8), {0}, {8}])
def test_a_week_has_a_working_day_and_seven_days(weekend):
    with pytest.raises(ValueError, match="a weekend leaves at least one day"):
        WorkingCalendar(frozenset(weekend), frozenset(), frozenset(), frozenset({2026}))


@pytest.mark.parametrize(
    ("changed", "is_affected"),
    [("2026-03-01", False), ("2026-03-02", True), ("2026-03-10", True), ("2026-03-11", False)],
)
def test_which_terms_a_decree_touches(changed, is_affected):
    assert affected_by(DAY("2026-03-02"), DAY("2026-03-10"), [DAY(changed)]) is is_affected


@pytest.mark.parametrize(
    ("path", "ancestor", "inside"),
    [("1/7/23/", "1/7/", True), ("1/7/", "1/7/", True), ("1/70/", "1/7/", False), ("1/", "1/7/", False)],
)
def test_who_stands_below_whom(path, ancestor, inside):
    assert is_inside(path, ancestor) is inside


def test_the_ancestors_stand_in_the_path():
    assert ancestors_of("1/7/23/") == [1, 7]
    assert ancestors_of("1/") == []


def test_what_a_text_lacks():
    assert missing_languages({"kk": "Абай", "ru": "  "}, ["kk", "ru", "en"]) == ["ru", "en"]
