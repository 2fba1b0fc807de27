"""What the tables of this room say: jobs by state, the dead ones, periodic jobs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min, QuerySet

from .actors import Actor, Role
from .errors import NotAllowedError
from .models import Job, JobState, PeriodicRun


def list_jobs(*, actor: Actor, state: JobState = JobState.DEAD) -> QuerySet[Job]:
    """The jobs in a state, newest first, for an operator of the platform; raises NotAllowedError for anyone else."""
    if not actor.has(Role.PLATFORM_OPERATOR):
        raise NotAllowedError
    return Job.objects.filter(state=state)


def count_jobs() -> dict[str, int]:
    """How many jobs are in each state, those without any included."""
    found = dict(Job.objects.order_by().values_list("state").annotate(Count("id")))
    return {state.value: found.get(state.value, 0) for state in JobState}


def get_oldest_due_s(*, now: datetime) -> float:
    """For how many seconds the waiting job that was due first has been due; 0 where none is."""
    due_at = Job.objects.filter(state=JobState.WAITING).aggregate(first=Min("due_at"))["first"]
    return max(0.0, (now - due_at).total_seconds()) if due_at else 0.0


def list_periodic() -> QuerySet[PeriodicRun]:
    """Every periodic job that a worker has seen."""
    return PeriodicRun.objects.all()
