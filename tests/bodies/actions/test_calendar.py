"""Decrees change days, versions stay, and what was computed from the days is computed anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.base.events import subscribe, unsubscribe
from kopir.base.models import Job, JobState
from kopir.base.registry import Registry
from kopir.base.running import attempt
from kopir.bodies import tasks
from kopir.bodies.actions import DayChange, add_years, calendar, move_day_off, set_calendar_days
from kopir.bodies.country import DayFact
from kopir.bodies.errors import DayTwiceError, OutsideCalendarError, UnfitFieldError
from kopir.bodies.events import CalendarChanged
from kopir.bodies.models import CalendarDay, CalendarVersion
from kopir.bodies.queries import add_working_days, get_calendar, list_calendar_days

NAMES = {"kk": "Күн", "ru": "День", "en": "Day"}
START, TERM = date(2026, 3, 5), 15
DAY = date.fromisoformat


@pytest.fixture
def decree(operator, now):
    def change(*changes: DayChange, reference: str = "Decree 1") -> CalendarVersion | None:
        return set_calendar_days(changes=changes, reference=reference, actor=operator, now=now)

    return change


@pytest.fixture
def recomputations(monkeypatch):
    registry = Registry("recomputation")
    monkeypatch.setattr(calendar, "RECOMPUTATIONS", registry)
    monkeypatch.setattr(tasks, "RECOMPUTATIONS", registry)
    return registry


@pytest.mark.parametrize(("code", "end"), [("kz", "2026-04-01"), ("tj", "2026-03-31"), ("uz", "2026-03-31")])
def test_the_vector_of_three_countries(load, code, end):
    load(code)
    assert add_working_days(START, TERM) == DAY(end)


def test_a_decree_makes_a_day_free_and_the_term_longer(kz, decree):
    version = decree(DayChange(DAY("2026-03-30"), "holiday", NAMES))
    assert version.number == 2
    assert add_working_days(START, TERM) == DAY("2026-04-02")
    row = Row.objects.filter(action="bodies.set_calendar_days").order_by("pk").last()
    assert row
    assert row.subject == "bodies.calendar:2"
    assert '"days":{"2026-03-30":"holiday"}' in (row.after or "")


def test_the_former_version_stays_what_it_was(kz, decree):
    decree(DayChange(DAY("2026-03-30"), "holiday", NAMES))
    decree(DayChange(DAY("2026-03-09"), "ordinary"), reference="Decree 2")
    assert [get_calendar(version=number).is_working(DAY("2026-03-30")) for number in (1, 2, 3)] == [True, False, False]
    assert [get_calendar(version=number).is_working(DAY("2026-03-09")) for number in (1, 2, 3)] == [False, False, True]
    assert not list_calendar_days(year=2026).filter(on="2026-03-09").exists()


def test_a_day_off_is_moved_for_a_weekend_that_is_worked(kz, operator, now):
    move_day_off(
        moved_from=DAY("2027-05-15"),
        moved_to=DAY("2027-05-06"),
        names=NAMES,
        working_names=NAMES,
        reference="Decree 3",
        actor=operator,
        now=now,
    )
    found = get_calendar()
    assert (found.is_working(DAY("2027-05-06")), found.is_working(DAY("2027-05-15"))) == (False, True)
    assert CalendarDay.objects.get(on="2027-05-06").moved_from == DAY("2027-05-15")


def test_what_was_computed_is_computed_anew_by_a_job(kz, decree, recomputations, django_capture_on_commit_callbacks):
    deadline: dict[str, Any] = {"start": START, "ends": add_working_days(START, TERM), "version": 1}

    def recompute(change: CalendarChanged) -> None:
        deadline.update(ends=add_working_days(deadline["start"], TERM), version=change.version)

    recomputations.add("tests.deadlines", recompute)
    with django_capture_on_commit_callbacks(execute=True):
        decree(DayChange(DAY("2026-03-30"), "holiday", NAMES), DayChange(DAY("2026-03-31"), "holiday", NAMES))
    job = Job.objects.get(name="bodies.recompute")
    assert (job.key, job.arguments["days"]) == ("tests.deadlines:2", ["2026-03-30", "2026-03-31"])
    attempt.call(job.pk, 1)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert deadline == {"start": START, "ends": DAY("2026-04-03"), "version": 2}


def test_a_recomputation_that_fails_is_tried_again(kz, decree, recomputations):
    def fail(change: CalendarChanged) -> None:
        raise OSError("busy")

    recomputations.add("tests.deadlines", fail)
    decree(DayChange(DAY("2026-03-30"), "holiday", NAMES))
    job = Job.objects.get(name="bodies.recompute")
    attempt.call(job.pk, 1)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)


def test_rooms_are_told_after_commit(kz, decree, django_capture_on_commit_callbacks):
    heard = []
    subscribe(CalendarChanged, heard.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            decree(DayChange(DAY("2026-03-30"), "holiday", NAMES))
    finally:
        unsubscribe(CalendarChanged, heard.append)
    assert heard == [CalendarChanged(2, (DAY("2026-03-30"),))]


def test_a_decree_that_changes_nothing_makes_no_version(kz, decree):
    assert decree(DayChange(DAY("2026-03-30"), "ordinary")) is None
    decree(DayChange(DAY("2026-03-30"), "holiday", NAMES))
    assert decree(DayChange(DAY("2026-03-30"), "holiday", NAMES), reference="Again") is None
    assert CalendarVersion.objects.count() == 2


def test_years_are_added_once(kz, operator, now):
    day = DayFact(DAY("2029-03-21"), "holiday", NAMES)
    version = add_years(days=[day], years=[2026, 2029], reference="Library", actor=operator, now=now)
    assert version.years == [2025, 2026, 2027, 2028, 2029]
    assert add_years(days=[], years=[2029], reference="Library", actor=operator, now=now) is None
    assert not get_calendar().is_working(DAY("2029-03-21"))


def test_a_term_that_leaves_the_calendar_is_refused(kz):
    with pytest.raises(OutsideCalendarError, match="calendar of 2029 is not set"):
        add_working_days(DAY("2028-12-29"), 5)


def test_before_the_first_version_nothing_is_guessed(db, settings):
    settings.KOPIR_COUNTRY = "kz"
    with pytest.raises(OutsideCalendarError):
        add_working_days(START, TERM)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ([DayChange(DAY("2027-05-09"), "working_day", NAMES)], DayTwiceError),  # Victory Day, a Sunday
        (
            [DayChange(DAY("2026-03-28"), "working_day", NAMES), DayChange(DAY("2026-03-28"), "holiday", NAMES)],
            DayTwiceError,
        ),
        ([DayChange(DAY("2026-03-30"), "working_day", NAMES)], UnfitFieldError),
        ([DayChange(DAY("2040-01-01"), "holiday", NAMES)], UnfitFieldError),
        ([DayChange(DAY("2026-03-30"), "holiday", {"kk": "Күн"})], UnfitFieldError),
    ],
)
def test_days_that_cannot_be_are_refused(kz, decree, changes, error):
    with pytest.raises(error):
        decree(*changes)
    assert CalendarVersion.objects.count() == 1


def test_a_holiday_becomes_a_working_day_by_way_of_an_ordinary_one(kz, decree):
    decree(DayChange(DAY("2027-05-09"), "ordinary"))
    decree(DayChange(DAY("2027-05-09"), "working_day", NAMES))
    assert get_calendar().is_working(DAY("2027-05-09"))


def test_the_database_itself_holds_one_line_for_a_day(kz):
    from django.db import IntegrityError, transaction

    version = CalendarVersion.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(on="2026-03-09", kind="working_day", names=NAMES, since=version)


@pytest.mark.parametrize("reference", ["", "  "])
def test_a_decree_has_a_name(kz, decree, reference):
    with pytest.raises(UnfitFieldError, match="Name the decree"):
        decree(DayChange(DAY("2026-03-30"), "holiday", NAMES), reference=reference)


@pytest.mark.parametrize("grant", [(Role.SITE_ADMINISTRATOR, None), (Role.PLATFORM_OPERATOR, 1), (Role.HEAD, None)])
def test_nobody_else_issues_decrees(kz, now, grant):
    actor = Actor("person", id="9", grants=frozenset({grant}))
    with pytest.raises(NotAllowedError):
        set_calendar_days(changes=[DayChange(DAY("2026-03-30"), "holiday", NAMES)], reference="D", actor=actor, now=now)
    with pytest.raises(NotAllowedError):
        add_years(days=[], years=[2029], reference="D", actor=actor, now=now)
