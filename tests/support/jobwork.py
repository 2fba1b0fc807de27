"""Jobs and periodic jobs of a test's own: registered for one test, and forgotten after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django_tasks_db.models import DBTaskResult

from kopir.base.jobs import ON_EVERY_WORKER, PERIODIC, WOKEN, WORKS
from kopir.base.models import Job
from kopir.base.registry import Registry


@contextmanager
def own_jobs() -> Iterator[None]:
    """Forget what is registered inside; hide the rooms' own periodic jobs meanwhile."""
    registries: tuple[Registry[Any], ...] = (WORKS, PERIODIC, ON_EVERY_WORKER, WOKEN)
    kept = [registry._things for registry in registries]
    for registry in registries:
        registry._things = dict(WORKS._things) if registry is WORKS else {}
    try:
        yield
    finally:
        for registry, things in zip(registries, kept, strict=True):
            registry._things = things


class Calls(list[dict[str, object]]):
    """A job that notes what it was called with, and fails as often as it is told to."""

    def __init__(self, failures: int = 0, error: Callable[[], BaseException] = ZeroDivisionError) -> None:
        super().__init__()
        self._failures = failures
        self._error = error

    def __call__(self, **arguments: object) -> None:
        self.append(arguments)
        if len(self) <= self._failures:
            raise self._error()


def make_due(row: Job, now: datetime) -> None:
    """Let the time come for the next try of a job."""
    DBTaskResult.objects.filter(status="READY").update(run_after=now)
    Job.objects.filter(pk=row.pk).update(due_at=now)
