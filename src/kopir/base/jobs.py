"""Background jobs by name. A room registers what it can do, in its `tasks.py`; an action asks for it by name.

A job is asked for inside the transaction of the action, and so exists if and only if that is committed. It runs at
least once: whoever writes one makes it harmless when it runs twice. What runs it is in `running` and `worker`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction

from . import clock, models
from .registry import Registry

Function = TypeVar("Function", bound=Callable[..., object])
SHORTEST_PERIOD: Final = timedelta(seconds=1)


class GiveUpError(Exception):
    """Raised by a job that knows that no later attempt will do better; it goes to the dead ones at once."""


@dataclass(frozen=True)
class Work:
    """What runs under a name: how often it is tried, and after how many seconds a try counts as lost."""

    name: str
    function: Callable[..., object]
    attempts: int
    limit_s: int
    can_wait: bool = False


@dataclass(frozen=True)
class Periodic:
    """What runs again and again, once in each period however many workers live."""

    name: str
    function: Callable[[], object]
    every: timedelta
    limit_s: int


WORKS: Final = Registry[Work]("job")
PERIODIC: Final = Registry[Periodic]("periodic job")
ON_EVERY_WORKER: Final = Registry[Callable[[], object]]("job of every worker")
WOKEN: Final = Registry[Callable[[], object]]("job of a worker that is woken")


def job(name: str, *, attempts: int = 5, limit_s: int = 300, can_wait: bool = False) -> Callable[[Function], Function]:
    """Register the function under "room.name"; it is called with the keywords that were given to `enqueue`.

    It is tried `attempts` times with growing pauses. A try that has not ended after `limit_s` counts as lost with its
    worker, and the next one begins. What `can_wait` lets all others go before it.
    """
    if attempts < 1 or limit_s < 1:
        raise ValueError(f"{name}: a job has at least one attempt of at least one second")

    def register(function: Function) -> Function:
        WORKS.add(name, Work(name, function, attempts, limit_s, can_wait))
        return function

    return register


def periodic(name: str, *, every: timedelta, limit_s: int = 60) -> Callable[[Function], Function]:
    """Register the function under "room.name"; it is called without arguments, by one worker at a time.

    All periodic jobs of a worker share one thread: what takes longer than a moment enqueues a job. What fails is
    logged and tried again in the next period.
    """
    if every < SHORTEST_PERIOD or limit_s < 1:
        raise ValueError(f"{name}: a period is at least {SHORTEST_PERIOD.total_seconds():g} s, a limit 1 s")

    def register(function: Function) -> Function:
        PERIODIC.add(name, Periodic(name, function, every, limit_s))
        return function

    return register


def on_every_worker(name: str, *, is_woken: bool = False) -> Callable[[Function], Function]:
    """Register the function under "room.name"; each worker calls it about once a second, without arguments.

    For what lies on the worker's own machine. It takes no longer than a moment, and of two workers on one machine it
    keeps one waiting itself. What fails is logged and tried again. `is_woken`: also as soon as somebody wakes the
    workers (`waking`).
    """

    def register(function: Function) -> Function:
        ON_EVERY_WORKER.add(name, function)
        if is_woken:
            WOKEN.add(name, function)
        return function

    return register


def enqueue(
    name: str,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    **arguments: Any,  # noqa: ANN401 - whatever JSON holds
) -> int:
    """Ask for a job, within the caller's transaction, and return the id of its row.

    With a `key` it is done once: whoever asks again with the same name and key gets the row that is there, whatever
    became of it, as long as that is kept (`running.KEEP_DONE`). Arguments are what JSON holds; they are kept in the
    clear until the job is done, so a person is named by id. Raises LookupError for a name that nobody registered.
    """
    WORKS.get(name)
    now = clock.now()
    fields = {"arguments": arguments, "due_at": due_at or now, "created_at": now}
    with transaction.atomic():
        if key is None:
            row, is_new = models.Job.objects.create(name=name, **fields), True
        else:
            row, is_new = models.Job.objects.get_or_create(name=name, key=key, defaults=fields)
        if is_new:
            from .running import push

            push(row)
    return row.pk
