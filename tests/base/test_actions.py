"""Running a dead job again: by an operator of the platform, recorded, and once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobwork import Calls, own_jobs
from kopir.base import clock, recording, worker
from kopir.base.actions import rerun_job
from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from kopir.base.errors import JobNotDeadError, NotAllowedError
from kopir.base.jobs import enqueue, job
from kopir.base.models import Job, JobState
from kopir.base.registry import Registry

pytestmark = pytest.mark.django_db


def _person(*grants: tuple[Role, int | None]) -> Actor:
    return Actor(kind="person", id="7", grants=frozenset(grants))


OPERATOR = _person((Role.PLATFORM_OPERATOR, None))


@pytest.fixture
def recorded(monkeypatch) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    recorders = Registry("recorder")
    recorders.add("test", lambda **facts: rows.append(facts))
    monkeypatch.setattr(recording, "RECORDERS", recorders)
    return rows


@pytest.fixture
def dead() -> Iterator[Job]:
    with own_jobs():
        job("base.boil", attempts=1)(Calls(failures=1))
        row_id = enqueue("base.boil", pot=3)
        worker.run_jobs()
        yield Job.objects.get(pk=row_id)


def test_a_dead_job_gets_all_its_attempts_again(dead, recorded):
    assert dead.state == JobState.DEAD
    rerun_job(job_id=dead.pk, actor=OPERATOR, now=clock.now())
    worker.run_jobs()
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (JobState.DONE, 1)
    assert [(row["actor"], row["action"], row["subject"]) for row in recorded] == [
        (OPERATOR, "base.rerun_job", f"base.job:{dead.pk}")
    ]


@pytest.mark.parametrize(
    "actor",
    [
        _person((Role.PLATFORM_OPERATOR, 3)),
        _person((Role.SITE_ADMINISTRATOR, None), (Role.AUDITOR, None)),
        _person(),
        ANONYMOUS,
        system_actor("base"),
    ],
)
def test_nobody_but_an_operator_of_the_whole_platform_may(dead, recorded, actor):
    with pytest.raises(NotAllowedError):
        rerun_job(job_id=dead.pk, actor=actor, now=clock.now())
    dead.refresh_from_db()
    assert dead.state == JobState.DEAD
    assert recorded == []


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.RUNNING, JobState.DONE])
def test_what_is_not_dead_is_not_begun_again(dead, recorded, state):
    Job.objects.update(state=state)
    with pytest.raises(JobNotDeadError, match=f"Job {dead.pk} is not"):
        rerun_job(job_id=dead.pk, actor=OPERATOR, now=clock.now())
    assert Job.objects.get().state == state
    assert recorded == []


def test_a_job_that_does_not_exist_is_named(recorded):
    with pytest.raises(JobNotDeadError):
        rerun_job(job_id=99, actor=OPERATOR, now=clock.now())


def test_what_cannot_be_recorded_is_not_done(dead, monkeypatch):
    monkeypatch.setattr(recording, "RECORDERS", Registry("recorder"))
    with pytest.raises(LookupError):
        rerun_job(job_id=dead.pk, actor=OPERATOR, now=clock.now())
    dead.refresh_from_db()
    assert dead.state == JobState.DEAD


def test_the_record_of_who_did_what_is_registered():
    assert len(recording.RECORDERS) == 1, "kopir.audit registers itself at start-up"
