"""Periodic jobs: once in each period however many ask, never two at a time, and one that fails stops no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from jobwork import Calls, own_jobs
from kopir.base import clock, periodic
from kopir.base.jobs import on_every_worker
from kopir.base.jobs import periodic as register
from kopir.base.models import PeriodicRun

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def calls() -> Iterator[Calls]:
    with own_jobs():
        yield register("base.tidy", every=MINUTE)(Calls())


def test_periods_are_counted_from_the_same_zero():
    assert periodic.next_due(NOON, MINUTE) == datetime(2026, 11, 22, 12, 1, tzinfo=UTC)
    assert periodic.next_due(NOON, timedelta(hours=1)) == datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    assert periodic.next_due(NOON.replace(second=0), MINUTE) == datetime(2026, 11, 22, 12, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_it_runs_once_in_each_period(calls):
    ran = [bool(periodic.tick(now=NOON + timedelta(seconds=second))) for second in range(0, 150, 10)]
    assert len(calls) == 3
    assert [index * 10 for index, one in enumerate(ran) if one] == [0, 30, 90]


@pytest.mark.django_db
def test_what_nobody_was_alive_for_is_left_out(calls):
    periodic.tick(now=NOON)
    periodic.tick(now=NOON + timedelta(hours=5))
    periodic.tick(now=NOON + timedelta(hours=5, seconds=1))
    assert len(calls) == 2


@pytest.mark.django_db
def test_one_that_fails_is_noted_and_stops_no_other(calls):
    register("base.burn", every=MINUTE)(Calls(failures=2))
    register("base.wash", every=MINUTE)(after := Calls())
    for minute in range(3):
        periodic.tick(now=NOON + minute * MINUTE)
        row = PeriodicRun.objects.get(name="base.burn")
        assert (row.failures, row.error) == [(1, "ZeroDivisionError: "), (2, "ZeroDivisionError: "), (0, "")][minute]
    assert len(after) == len(calls) == 3


@pytest.mark.django_db
def test_what_still_runs_elsewhere_is_not_begun_again_until_its_time_is_over(calls):
    periodic.tick(now=NOON)
    PeriodicRun.objects.update(lease_until=NOON + timedelta(minutes=3))
    assert periodic.tick(now=NOON + 2 * MINUTE) == []
    assert periodic.tick(now=NOON + 4 * MINUTE) == ["base.tidy"]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_runs_it(calls):
    """Eight threads with connections of their own ask at the same instant, ten periods long."""
    periodic.tick(now=NOON)
    calls.clear()
    barrier = threading.Barrier(8)
    faults: list[Exception] = []

    def ask() -> None:
        try:
            for minute in range(1, 11):
                barrier.wait(30)
                periodic.tick(now=NOON + minute * MINUTE)
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(calls) == 10


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_worker_ticks_and_stops(calls):
    stop = threading.Event()
    register("base.stop", every=timedelta(seconds=1))(stop.set)
    on_every_worker("base.own")(own := Calls())
    thread = threading.Thread(target=periodic.keep_ticking, args=(stop,))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert len(calls) >= 1
    assert len(own) >= 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_for_a_moment_ends_no_worker(calls, monkeypatch, caplog):
    stop, asked = threading.Event(), []

    def tick(now: datetime) -> list[str]:
        asked.append(now)
        if len(asked) == 1:
            raise OperationalError("away")
        stop.set()
        return []

    monkeypatch.setattr(periodic, "tick", tick)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, microsecond=999_000, tzinfo=UTC))
    periodic.keep_ticking(stop)
    assert len(asked) == 2
    assert "periodic jobs could not be asked for" in caplog.messages


def test_every_worker_does_its_own_and_one_that_fails_stops_no_other(caplog):
    with own_jobs():
        on_every_worker("base.first")(first := Calls(failures=1))
        on_every_worker("base.second")(second := Calls())
        periodic.tick_own()
        periodic.tick_own()
    assert (len(first), len(second)) == (2, 2)
    assert [record.job for record in caplog.records] == ["base.first"]


def test_a_database_that_is_away_is_told_to_the_caller():
    with own_jobs():
        on_every_worker("base.first")(Calls(failures=1, error=OperationalError))
        with pytest.raises(OperationalError):
            periodic.tick_own()


PANIC = type("PanicException", (BaseException,), {})


@pytest.mark.django_db(transaction=True)
def test_a_fault_that_is_no_exception_stops_no_other_job(calls, caplog):
    on_every_worker("base.first")(Calls(failures=1, error=PANIC))
    on_every_worker("base.second")(second := Calls())
    register("base.burn", every=MINUTE)(Calls(failures=1, error=PANIC))
    assert periodic.tick(now=NOON) == ["base.tidy", "base.burn"]
    assert PeriodicRun.objects.get(name="base.burn").error == "PanicException: "
    periodic.tick_own()
    assert len(second) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_whoever_stops_the_process_is_heard(error):
    with own_jobs():
        on_every_worker("base.first")(Calls(failures=1, error=error))
        with pytest.raises(error):
            periodic.tick_own()


@pytest.mark.parametrize("error", [ZeroDivisionError, PANIC, SystemExit])
@pytest.mark.django_db(transaction=True)
def test_no_fault_ends_the_thread_of_a_worker_without_a_word(error, monkeypatch, caplog):
    stop = threading.Event()
    with own_jobs():
        monkeypatch.setattr(periodic, "tick", Calls(failures=1, error=error))
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, microsecond=999_000, tzinfo=UTC))
        on_every_worker("base.stop")(stop.set)
        periodic.keep_ticking(stop)
    assert caplog.messages == ["periodic jobs could not be asked for"]
