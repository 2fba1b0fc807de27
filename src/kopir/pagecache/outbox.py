"""Takes what transactions have touched out of the database and hands it to the page store of this host.

Every host takes every row once. It keeps in its folder which it has taken: all up to `floor`, and those in `seen`. An
id is given before its transaction is committed, so a smaller one may appear after a larger: ids stay in `seen`, and are
asked for again, as long as a transaction may last. A host that has been away for longer than rows are kept purges all.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import import_string

from kopir.base import clock
from kopir.base.waking import wake_workers

from . import ledger
from .models import Purge
from .tags import ALL, for_purge

LATE: Final = timedelta(minutes=10)
"""A transaction is over so long after its touch, or its rows are written anew."""
KEEP: Final = timedelta(hours=1)
AWAY: Final = KEEP - 2 * LATE  # clocks of hosts differ by less than LATE
NOTED: Final = timedelta(minutes=1)
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
STATE: Final = "outbox.json"
_log = logging.getLogger(__name__)


class Purger(Protocol):
    """The page store's door for purges: `kopir.edge.purge.Purger`."""

    def purge(self, tags: list[str], *, hard: bool) -> object: ...

    def purge_everything(self, *, hard: bool) -> object: ...


@dataclass
class State:
    """What this host has taken. `at`: when it last looked, None: never; `boot`: which start of the machine that was."""

    floor: int = 0
    seen: set[int] = field(default_factory=set)
    at: datetime | None = None
    boot: str = ""


def get_purger() -> Purger:
    """The page store of this host."""
    made: Purger = import_string(settings.KOPIR_PURGER)(settings.KOPIR_PAGES_FOLDER)
    return made


def send_after_commit(connection: BaseDatabaseWrapper, touched_at: datetime) -> None:
    """Send once the transaction is committed, and wake other hosts; once for each transaction."""
    if not any(isinstance(hook, _Send) for _sids, hook, _robust in ledger.hooks_of(connection)):
        connection.on_commit(_Send(touched_at))
        wake_workers(connection)


@dataclass(frozen=True, eq=False)
class _Send:
    """The hook that sends. What it raises would be taken for a failure of the action, which is committed."""

    touched_at: datetime

    def __call__(self) -> None:
        now = clock.now()
        if now - self.touched_at > LATE / 2:
            _renew(self.touched_at, now)
        try:
            take(now=now)
        except (OSError, DatabaseError):
            _log.exception("pages could not be purged now: it is tried again")


def take(*, now: datetime) -> int:
    """Purge what this host has not purged yet; how many rows that were. Raises OSError where the folder refuses."""
    folder = Path(settings.KOPIR_PAGES_FOLDER)
    with _alone(folder):
        state = _read(folder / STATE)
        is_sure = _is_sure(state, now)
        if not is_sure:
            state = State()
        rows = [row for row in Purge.objects.filter(pk__gt=state.floor) if row.pk not in state.seen]
        purger = get_purger()
        if not is_sure:
            purger.purge_everything(hard=True)
        else:
            for is_hard in (True, False):
                _purge(purger, {tag for row in rows if row.is_hard is is_hard for tag in row.tags}, hard=is_hard)
        if rows or state.at is None or now - state.at > NOTED:
            _write(folder / STATE, _after(state, rows, now))
    return len(rows)


def _purge(purger: Purger, tags: set[str], *, hard: bool) -> None:
    if ALL in tags:
        purger.purge_everything(hard=hard)
    elif tags:
        purger.purge(for_purge(tags), hard=hard)


def prune(*, now: datetime) -> None:
    """Forget rows that every host has taken."""
    Purge.objects.filter(created_at__lt=now - KEEP).delete()


def _is_sure(state: State, now: datetime) -> bool:
    """Whether this host knows what it has taken: no row was forgotten, no machine fell, no older copy came."""
    if state.at is None or now - state.at >= AWAY or state.boot != _boot():
        return False
    newest = Purge.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest is None or newest >= max(state.floor, *state.seen, 0)  # less: the database was restored


def _boot() -> str:
    """Which start of the machine this is: what was written last before it fell may be lost."""
    try:
        return BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def _after(state: State, rows: list[Purge], now: datetime) -> State:
    """The state once these rows are taken: what no transaction can go below any more is one number."""
    seen = state.seen | {row.pk for row in rows}
    old = Purge.objects.filter(created_at__lt=now - LATE).order_by("-pk").values_list("pk", flat=True).first()
    floor = max(state.floor, min(old or 0, max(seen, default=0)))
    return State(floor, {number for number in seen if number > floor}, now, _boot())


def _renew(touched_at: datetime, now: datetime) -> None:
    """A transaction that took so long may lie below the floor of other hosts: write its rows anew."""
    late = Purge.objects.filter(created_at__gte=touched_at, created_at__lt=now - LATE / 2)
    Purge.objects.bulk_create(Purge(tags=row.tags, is_hard=row.is_hard, created_at=now) for row in late)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the other processes of this host out."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "outbox.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> State:
    """The state; a fresh one where there is none or nobody can read it."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        seen = {int(one) for one in kept["seen"]}
        return State(int(kept["floor"]), seen, datetime.fromisoformat(kept["at"]), str(kept["boot"]))
    except FileNotFoundError:
        return State()
    except (ValueError, KeyError, TypeError):
        _log.warning("the state of purges is unreadable: every page is purged", extra={"path": str(path)})
        return State()


def _write(path: Path, state: State) -> None:
    """Replace the file as a whole, so that a crash leaves the old one or the new."""
    at = state.at.isoformat() if state.at else None
    text = json.dumps({"floor": state.floor, "seen": sorted(state.seen), "at": at, "boot": state.boot})
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_text(text, "utf-8")
    draft.replace(path)
