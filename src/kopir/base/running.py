"""How a job is tried: claimed, called, and then done, tried again later, or given up for dead.

Each try is one task of django_tasks, so that one worker serves our jobs and those of libraries. The row in
`models.Job` holds the truth: a task whose try was begun by somebody else finds so, and does nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from . import clock
from .jobs import WORKS, GiveUpError, Work
from .models import Job, JobState

FIRST_PAUSE: Final = timedelta(seconds=10)
PAUSE_GROWTH: Final = 4
LONGEST_PAUSE: Final = timedelta(hours=1)
LIMIT_ERROR_LENGTH: Final = 2000
NORMAL: Final = 0
LOW: Final = -50
# A job that nobody has begun for so long after its time has lost its task, or all workers are down: it gets another.
LOST_AFTER: Final = timedelta(minutes=15)
KEEP_DONE: Final = timedelta(days=30)
KEEP_TASKS: Final = timedelta(days=1)

_log = logging.getLogger(__name__)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: 10 s, 40 s, 160 s … one hour at most."""
    growth: int = PAUSE_GROWTH ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * growth, LONGEST_PAUSE)


def push(row: Job) -> None:
    """Have a worker try the job when it is due."""
    priority = LOW if row.name in WORKS and WORKS.get(row.name).can_wait else NORMAL
    attempt.using(run_after=row.due_at, priority=priority).enqueue(row.pk, row.attempts + 1)


@task()
def attempt(job_id: int, number: int) -> None:
    """Try a job for the `number`th time, unless that try has been begun before."""
    row = Job.objects.filter(pk=job_id).first()
    if row is None:
        return
    work = WORKS.get(row.name) if row.name in WORKS else _unknown(row.name)
    now = clock.now()
    claimed = Job.objects.filter(pk=job_id, state=JobState.WAITING, attempts=number - 1).update(
        state=JobState.RUNNING, attempts=number, lease_until=now + timedelta(seconds=work.limit_s)
    )
    if not claimed:
        return
    try:
        work.function(**row.arguments)
    except Exception as error:  # noqa: BLE001 - whatever it raises, the job has failed
        _log.exception("job failed", extra={"job": row.name, "id": job_id, "attempt": number})
        is_last = isinstance(error, GiveUpError) or number >= work.attempts
        _fail(job_id, number, f"{type(error).__name__}: {error}", is_last=is_last, now=clock.now())
        return
    done = _mine(job_id, number).update(
        state=JobState.DONE, finished_at=clock.now(), lease_until=None, error="", arguments={}
    )
    _log.info("job done" if done else "job done after its time", extra={"job": row.name, "id": job_id})


def recover(*, now: datetime) -> None:
    """Take up what a dead worker left: tries that took longer than they may, and jobs whose task is gone."""
    for row in Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now):
        attempts = WORKS.get(row.name).attempts if row.name in WORKS else 1
        _fail(
            row.pk,
            row.attempts,
            "the worker stopped, or the job took longer than it may",
            is_last=row.attempts >= attempts,
            now=now,
        )
    for row in Job.objects.filter(state=JobState.WAITING, due_at__lt=now - LOST_AFTER):
        with transaction.atomic():
            row.due_at = now
            row.save(update_fields=["due_at"])
            push(row)


def prune(*, now: datetime) -> None:
    """Forget jobs that were done long ago, and the tasks that tried them. The dead stay."""
    Job.objects.filter(state=JobState.DONE, finished_at__lt=now - KEEP_DONE).delete()
    DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(started_at__lt=now - KEEP_TASKS).delete()


def _fail(job_id: int, number: int, error: str, *, is_last: bool, now: datetime) -> None:
    """Note a failed try, and ask for the next one or give the job up."""
    with transaction.atomic():
        changes: dict[str, Any] = {"error": error[:LIMIT_ERROR_LENGTH], "lease_until": None}
        if is_last:
            changes |= {"state": JobState.DEAD, "finished_at": now}
        else:
            changes |= {"state": JobState.WAITING, "due_at": now + pause_after(number)}
        if not _mine(job_id, number).update(**changes):
            return  # another worker has taken it up meanwhile
        if not is_last:
            push(Job.objects.get(pk=job_id))
    if is_last:
        _log.error("job given up", extra={"id": job_id, "attempts": number})


def _mine(job_id: int, number: int) -> Any:  # noqa: ANN401 - a queryset of Job
    """The job, as long as it is in this try."""
    return Job.objects.filter(pk=job_id, state=JobState.RUNNING, attempts=number)


def _unknown(name: str) -> Work:
    """What stands in for work that this release no longer knows: one try, that says so."""

    def fail(**arguments: object) -> None:
        raise GiveUpError(f"this release knows no job {name!r}")

    return Work(name, fail, attempts=1, limit_s=60)
