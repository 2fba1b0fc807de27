"""Periodic jobs: one table says when each is due; whoever of the workers moves its hand forward runs it.

Periods are counted from the same zero on every machine, so a worker that comes or goes shifts nothing. A period in
which nobody was alive is left out, never made up for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import Error, close_old_connections, connection
from django.db.models import Q

from . import clock
from .jobs import ON_EVERY_WORKER, PERIODIC, WOKEN, Periodic
from .models import PeriodicRun
from .registry import Registry
from .running import LIMIT_ERROR_LENGTH
from .waking import Ear

LONGEST_SLEEP_S: Final = 1.0
PAUSE_S: Final = 0.1
"""What is woken within it is done in one go: in a run of many small transactions workers would do nothing else."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STOPS: Final = (KeyboardInterrupt, SystemExit)
"""Alone not the fault of a job. Faults of compiled libraries are no Exception either, and are those of a job."""
_log = logging.getLogger(__name__)


def next_due(now: datetime, every: timedelta) -> datetime:
    """The beginning of the period after the one that `now` is in."""
    return _EPOCH + ((now - _EPOCH) // every + 1) * every


def tick(*, now: datetime) -> list[str]:
    """Run every periodic job that is due and that no other worker has taken; returns their names."""
    rows = {row.name: row for row in PeriodicRun.objects.all()}
    ran = []
    for name, entry in PERIODIC:
        row = rows.get(name) or PeriodicRun.objects.get_or_create(name=name, defaults={"due_at": now})[0]
        if row.due_at <= now and _take(row, entry, now):
            _run(entry, row)
            ran.append(name)
    return ran


def tick_own(jobs: Registry[Callable[[], object]] = ON_EVERY_WORKER) -> None:
    """Do what every worker does for its own machine. A database that is away is for the caller, as in `tick`."""
    for name, function in jobs:
        try:
            function()
        except (Error, *_STOPS):
            raise
        except BaseException:  # noqa: BLE001 - one that fails must not stop the others
            _log.exception("job of every worker failed", extra={"job": name})


def _take(row: PeriodicRun, entry: Periodic, now: datetime) -> bool:
    """Move the hand forward, unless somebody else did, or still runs it."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    taken = PeriodicRun.objects.filter(free, name=row.name, due_at=row.due_at).update(
        due_at=next_due(now, entry.every), started_at=now, lease_until=now + timedelta(seconds=entry.limit_s)
    )
    return bool(taken)


def _run(entry: Periodic, row: PeriodicRun) -> None:
    changes: dict[str, Any] = {"failures": 0, "error": ""}
    try:
        entry.function()
    except _STOPS:
        raise
    except BaseException as error:  # noqa: BLE001 - one that fails must not stop the others
        _log.exception("periodic job failed", extra={"job": entry.name})
        changes = {"failures": row.failures + 1, "error": f"{type(error).__name__}: {error}"[:LIMIT_ERROR_LENGTH]}
    PeriodicRun.objects.filter(name=entry.name).update(finished_at=clock.now(), lease_until=None, **changes)


def keep_ticking(stop: threading.Event) -> None:
    """Tick each second until `stop` is set, and do at once what is woken: the thread of a worker."""
    ear = Ear()
    while not stop.is_set():
        _survive(_tick_all)
        until = time.monotonic() + LONGEST_SLEEP_S - clock.now().microsecond / 1_000_000
        while not stop.is_set() and (left_s := until - time.monotonic()) > 0:
            if ear.wait(stop, left_s):
                _survive(lambda: tick_own(WOKEN))
                stop.wait(PAUSE_S)
    ear.close()
    connection.close()


def _tick_all() -> None:
    close_old_connections()
    tick(now=clock.now())
    tick_own()


def _survive(ticks: Callable[[], None]) -> None:
    """Do it; no fault ends the thread, a database that is away is logged."""
    try:
        ticks()
    except BaseException:  # noqa: BLE001 - nobody would hear of the end of this thread
        _log.exception("periodic jobs could not be asked for")
