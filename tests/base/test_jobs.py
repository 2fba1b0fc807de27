"""Asking for jobs: by name, in the caller's transaction, once for each key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from jobwork import Calls, own_jobs
from kopir.base import clock, worker
from kopir.base.jobs import PERIODIC, WORKS, enqueue, job, periodic
from kopir.base.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls() -> Iterator[Calls]:
    with own_jobs():
        yield job("base.boil")(Calls())


def test_a_job_is_called_with_what_was_asked_for(calls):
    row_id = enqueue("base.boil", pot=3, names=["a", "ә"])
    assert calls == []
    worker.run_jobs()
    assert calls == [{"pot": 3, "names": ["a", "ә"]}]
    assert Job.objects.get(pk=row_id).state == JobState.DONE


def test_what_is_asked_for_twice_with_a_key_is_done_once(calls):
    first = enqueue("base.boil", key="pot 3", pot=3)
    assert enqueue("base.boil", key="pot 3", pot=4) == first
    assert DBTaskResult.objects.count() == 1
    worker.run_jobs()
    assert enqueue("base.boil", key="pot 3", pot=5) == first
    worker.run_jobs()
    assert calls == [{"pot": 3}]


def test_keys_are_of_their_job_and_no_key_equals_none(calls):
    job("base.fry")(calls)
    ids = {
        enqueue("base.boil", key="3"),
        enqueue("base.fry", key="3"),
        enqueue("base.boil", key="4"),
        enqueue("base.boil"),
        enqueue("base.boil"),
    }
    worker.run_jobs()
    assert len(ids) == len(calls) == 5


def test_a_job_waits_for_its_time(calls):
    now = clock.now()
    row = Job.objects.get(pk=enqueue("base.boil", due_at=now + timedelta(hours=1)))
    worker.run_jobs()
    assert (calls, row.state) == ([], JobState.WAITING)
    DBTaskResult.objects.update(run_after=now)
    worker.run_jobs()
    assert len(calls) == 1


def test_what_was_rolled_back_is_not_done(calls):
    with transaction.atomic():
        enqueue("base.boil")
        transaction.set_rollback(True)
    worker.run_jobs()
    assert calls == []
    assert Job.objects.count() == DBTaskResult.objects.count() == 0


def test_a_job_may_ask_for_another(calls):
    @job("base.fill")
    def fill(pot: int) -> None:
        enqueue("base.boil", pot=pot)

    enqueue("base.fill", pot=9)
    worker.run_jobs()
    assert calls == [{"pot": 9}]


def test_arguments_are_forgotten_when_the_job_is_done(calls):
    row_id = enqueue("base.boil", person="7")
    assert Job.objects.get(pk=row_id).arguments == {"person": "7"}
    worker.run_jobs()
    assert Job.objects.get(pk=row_id).arguments == {}


def test_a_name_that_nobody_registered_is_refused(calls):
    with pytest.raises(LookupError, match=r"no job 'base\.burn'"):
        enqueue("base.burn")
    assert Job.objects.count() == 0


def test_arguments_that_json_does_not_hold_are_refused(calls):
    with pytest.raises(TypeError), transaction.atomic():
        enqueue("base.boil", at=object())
    assert Job.objects.count() == 0


@pytest.mark.parametrize("options", [{"attempts": 0}, {"limit_s": 0}])
def test_a_job_that_could_never_run_is_refused(options):
    with pytest.raises(ValueError, match="at least one attempt"):
        job("base.never", **options)


def test_a_period_is_a_second_at_least():
    with pytest.raises(ValueError, match="a period is at least 1 s"):
        periodic("base.never", every=timedelta(milliseconds=900))


def test_two_jobs_of_one_name_are_refused(calls):
    with pytest.raises(ValueError, match=r"two of job 'base\.boil'"):
        job("base.boil")(Calls())
    periodic("base.tidy", every=timedelta(hours=1))(Calls())
    with pytest.raises(ValueError, match=r"two of periodic job 'base\.tidy'"):
        periodic("base.tidy", every=timedelta(hours=1))(Calls())


def test_every_job_is_named_after_its_room():
    for registry in (WORKS, PERIODIC):
        for name, entry in registry:
            room = entry.function.__module__.split(".")[1]
            assert name.startswith(f"{room}."), name
