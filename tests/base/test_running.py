"""How jobs are tried: pauses that grow, an end to it, and what dead workers leave."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from jobwork import Calls, make_due, own_jobs
from kopir.base import clock, running, worker
from kopir.base.jobs import GiveUpError, enqueue, job
from kopir.base.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    with own_jobs():
        yield


def _run(row_id: int, times: int = 1) -> Any:
    for _ in range(times):
        make_due(Job.objects.get(pk=row_id), clock.now())
        worker.run_jobs()
    return Job.objects.get(pk=row_id)


def test_pauses_grow_up_to_an_hour():
    seconds = [running.pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 4, 5, 6, 1000)]
    assert seconds == [10, 40, 160, 640, 2560, 3600, 3600]


def test_what_fails_is_tried_again_after_a_pause_until_it_is_done(caplog):
    calls = job("base.boil", attempts=3)(Calls(failures=2))
    before = clock.now()
    row = _run(enqueue("base.boil", pot=1))
    assert (row.state, row.attempts, row.error) == (JobState.WAITING, 1, "ZeroDivisionError: ")
    assert timedelta(seconds=10) <= row.due_at - before <= timedelta(seconds=25)
    worker.run_jobs()
    assert len(calls) == 1, "the pause is not over"
    row = _run(row.pk, times=2)
    assert (row.state, row.attempts, row.error) == (JobState.DONE, 3, "")
    assert row.finished_at >= before
    assert calls == [{"pot": 1}] * 3
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == ["job failed"] * 2


def test_what_can_wait_lets_others_go_before_it():
    order: list[str] = []
    job("base.slow", can_wait=True)(lambda: order.append("slow"))
    job("base.mail")(lambda: order.append("mail"))
    for name in ("base.slow", "base.mail"):
        make_due(Job.objects.get(pk=enqueue(name)), clock.now())
    worker.run_jobs()
    assert order == ["mail", "slow"]


def test_what_fails_too_often_is_given_up_and_kept(caplog):
    calls = job("base.boil", attempts=2)(Calls(failures=9))
    row = _run(enqueue("base.boil", pot=1), times=4)
    assert (row.state, row.attempts, row.arguments) == (JobState.DEAD, 2, {"pot": 1})
    assert row.finished_at is not None
    assert len(calls) == 2
    assert "job given up" in caplog.messages


def test_a_job_that_knows_better_is_given_up_at_once():
    calls = job("base.boil", attempts=5)(Calls(failures=9, error=lambda: GiveUpError("no such address")))
    row = _run(enqueue("base.boil"), times=2)
    assert (row.state, row.error, len(calls)) == (JobState.DEAD, "GiveUpError: no such address", 1)


def test_an_error_without_end_is_cut():
    job("base.boil")(Calls(failures=1, error=lambda: ValueError("x" * 10_000)))
    assert len(_run(enqueue("base.boil")).error) == running.LIMIT_ERROR_LENGTH


def test_the_same_try_begins_once():
    calls = job("base.boil")(Calls())
    row_id = enqueue("base.boil")
    for number in (1, 1, 2, 3):
        running.attempt.call(row_id, number)
    assert len(calls) == 1


def test_a_task_of_another_try_does_nothing_while_the_job_waits():
    calls = job("base.boil")(Calls(failures=1))
    row_id = enqueue("base.boil")
    for number in (1, 1, 3):
        running.attempt.call(row_id, number)
    assert len(calls) == 1
    running.attempt.call(row_id, 2)
    assert len(calls) == 2


def test_a_job_that_is_gone_is_no_fault():
    job("base.boil")(Calls())
    row_id = enqueue("base.boil")
    Job.objects.all().delete()
    running.attempt.call(row_id, 1)


def test_work_that_this_release_no_longer_knows_is_given_up():
    with own_jobs():
        job("base.old")(Calls())
        row_id = enqueue("base.old")
    row = _run(row_id)
    assert (row.state, row.error) == (JobState.DEAD, "GiveUpError: this release knows no job 'base.old'")


def _left_running(attempts: int = 3) -> Any:
    """A job whose worker was killed in the middle of it: the task is claimed, nobody works."""
    job("base.boil", attempts=attempts, limit_s=60)(Calls())
    row = Job.objects.get(pk=enqueue("base.boil"))
    DBTaskResult.objects.update(status="RUNNING")
    row.state, row.attempts, row.lease_until = JobState.RUNNING, 1, clock.now() + timedelta(seconds=60)
    row.save()
    return row


def test_what_a_dead_worker_left_is_tried_again_when_its_time_is_over():
    row = _left_running()
    running.recover(now=row.lease_until - timedelta(seconds=1))
    row.refresh_from_db()
    assert row.state == JobState.RUNNING
    running.recover(now=row.lease_until + timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.WAITING, 1)
    assert "worker stopped" in row.error
    assert _run(row.pk).state == JobState.DONE


def test_what_a_dead_worker_left_in_its_last_try_is_given_up():
    row = _left_running(attempts=1)
    running.recover(now=row.lease_until + timedelta(seconds=1))
    row.refresh_from_db()
    assert row.state == JobState.DEAD


def test_a_worker_that_comes_back_after_its_time_changes_nothing():
    def slow() -> None:
        row = Job.objects.get()
        Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
        running.recover(now=clock.now())
        row.refresh_from_db()
        assert row.state == JobState.WAITING

    job("base.slow", attempts=3)(slow)
    row = _run(enqueue("base.slow"))
    assert (row.state, row.attempts) == (JobState.WAITING, 1)


def test_a_job_whose_task_is_lost_gets_another():
    job("base.boil")(Calls())
    row_id = enqueue("base.boil")
    DBTaskResult.objects.all().delete()
    now = clock.now()
    running.recover(now=now + running.LOST_AFTER - timedelta(minutes=1))
    assert DBTaskResult.objects.count() == 0
    running.recover(now=now + running.LOST_AFTER + timedelta(minutes=1))
    running.recover(now=now + running.LOST_AFTER + timedelta(minutes=2))
    assert DBTaskResult.objects.count() == 1
    assert _run(row_id).state == JobState.DONE


def test_the_past_is_forgotten_and_the_dead_are_kept():
    job("base.boil")(Calls())
    job("base.burn", attempts=1)(Calls(failures=9))
    done, dead = _run(enqueue("base.boil")).pk, _run(enqueue("base.burn")).pk
    waiting = enqueue("base.boil", due_at=clock.now() + timedelta(days=99))
    running.prune(now=clock.now() + running.KEEP_DONE - timedelta(hours=1))
    assert set(Job.objects.values_list("pk", flat=True)) == {done, dead, waiting}
    assert [task.status for task in DBTaskResult.objects.all()] == ["READY"]
    running.prune(now=clock.now() + running.KEEP_DONE + timedelta(hours=1))
    assert set(Job.objects.values_list("pk", flat=True)) == {dead, waiting}
    assert DBTaskResult.objects.count() == 1
