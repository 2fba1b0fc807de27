"""What an operator does with jobs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from .actors import Actor, Role
from .errors import JobNotDeadError, NotAllowedError
from .models import Job, JobState
from .recording import record
from .running import push


def rerun_job(*, job_id: int, actor: Actor, now: datetime) -> None:
    """Give a dead job all its attempts again. Raises NotAllowedError, and JobNotDeadError where it is not dead."""
    if not actor.has(Role.PLATFORM_OPERATOR):
        raise NotAllowedError
    with transaction.atomic():
        changed = Job.objects.filter(pk=job_id, state=JobState.DEAD).update(
            state=JobState.WAITING, attempts=0, due_at=now, finished_at=None
        )
        if not changed:
            raise JobNotDeadError(id=job_id)
        row = Job.objects.get(pk=job_id)
        push(row)
        record(
            actor=actor,
            action="base.rerun_job",
            subject=f"base.job:{job_id}",
            before={"state": str(JobState.DEAD)},
            after={"state": str(JobState.WAITING), "name": row.name},
            now=now,
        )
