"""What one transaction wrote of tables that pages show, and which tags it touched: compared when it is committed.

Each entry rides on a hook of the transaction, so that Django itself drops what a savepoint or the whole takes back.
Behind each entry stands a hook that no savepoint takes back; the last of these compares.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import UndeclaredWriteError
from .recorder import is_strict
from .tables import find_table
from .tags import table_tag

_ATTRIBUTE: Final = "_kopir_ledger"
_unwatched: ContextVar[bool] = ContextVar("unwatched", default=False)
_log = logging.getLogger(__name__)
Kind = Literal["written", "touched"]


@dataclass
class Ledger:
    """One transaction: tables written, prefixes touched. `_stands` holds what was not taken back."""

    entries: list[tuple[frozenset[Any], Kind, str]] = field(default_factory=list)
    is_closed: bool = False
    _waiting: int = 0
    _stands: set[tuple[Kind, str]] = field(default_factory=set)

    def enter(self, connection: BaseDatabaseWrapper, kind: Kind, name: str) -> None:
        """Note a table written, or a prefix touched; once for each savepoint."""
        here = frozenset(connection.savepoint_ids)
        if any((kind, name) == entry[1:] and entry[0] <= here for entry in self.entries):
            return
        self.entries.append((here, kind, name))
        connection.on_commit(Entry(self, kind, name))
        if connection.in_atomic_block:
            self._waiting += 1
            hooks_of(connection).append((set(), self._pass, False))
        else:
            self.judge()

    def stand(self, kind: Kind, name: str) -> None:
        """The entry was committed."""
        self._stands.add((kind, name))

    def judge(self) -> None:
        """Close, and see to what was written and not touched. Raises UndeclaredWriteError where strict."""
        if self.is_closed:
            return
        self.is_closed = True
        touched = {name for kind, name in self._stands if kind == "touched"}
        written = sorted(name for kind, name in self._stands if kind == "written")
        missed = [name for name in written if _prefix(name) not in touched]
        tagged = [name for name in missed if _prefix(name)]
        if tagged and is_strict():
            raise UndeclaredWriteError(f"a transaction wrote {', '.join(tagged)} and touched no tag of it")
        if tagged:
            _log.error("tables were written and no tag was touched", extra={"tables": tagged})
        if missed:
            _purge(missed)

    def _pass(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.judge()


@dataclass(frozen=True, eq=False)
class Entry:
    """The hook of one entry."""

    ledger: Ledger
    kind: Kind
    name: str

    def __call__(self) -> None:
        """Run after commit."""
        self.ledger.stand(self.kind, self.name)


def note_write(connection: BaseDatabaseWrapper, table: str) -> None:
    """A statement has written this table, which is declared."""
    if not _unwatched.get():
        _ledger_of(connection).enter(connection, "written", table)


@contextmanager
def unwatched() -> Iterator[None]:
    """Enter no write: for whoever empties or fills the whole database, and purges everything afterwards."""
    token = _unwatched.set(True)
    try:
        yield
    finally:
        _unwatched.reset(token)


def note_touch(connection: BaseDatabaseWrapper, prefix: str) -> None:
    """The transaction says what pages its writes of this prefix make stale."""
    _ledger_of(connection).enter(connection, "touched", prefix)


def judge_now(connection: BaseDatabaseWrapper) -> None:
    """Compare what stands before the commit: for tests, whose transactions never are."""
    ledger = find_ledger(connection)
    if ledger is not None:
        for _sids, hook, _robust in hooks_of(connection):
            if isinstance(hook, Entry) and hook.ledger is ledger:
                hook()
        ledger.judge()


def hooks_of(connection: BaseDatabaseWrapper) -> list[tuple[set[Any], Callable[[], object], bool]]:
    """What runs after the commit: the savepoints that it hangs on, itself, and whether its failure is passed over."""
    hooks: Any = connection.run_on_commit  # the stubs still have pairs
    return hooks  # type: ignore[no-any-return]


def find_ledger(connection: BaseDatabaseWrapper) -> Ledger | None:
    """The ledger of the transaction that is open, if anything was entered."""
    ledger: Ledger | None = getattr(connection, _ATTRIBUTE, None)
    if ledger is None or ledger.is_closed or not connection.in_atomic_block:
        return None
    is_live = any(getattr(hook, "__self__", None) is ledger for _sids, hook, _robust in hooks_of(connection))
    return ledger if is_live else None


def _ledger_of(connection: BaseDatabaseWrapper) -> Ledger:
    ledger = find_ledger(connection)
    if ledger is None:
        ledger = Ledger()
        setattr(connection, _ATTRIBUTE, ledger)
    return ledger


def _prefix(table: str) -> str:
    found = find_table(table)
    return found.prefix if found else ""


def _purge(tables: list[str]) -> None:
    """Purge every page that read the tables. A database that lacks our own table yet has no pages either."""
    from .actions import touch_alone

    try:
        touch_alone(*map(table_tag, tables))
    except DatabaseError:
        _log.exception("pages could not be purged", extra={"tables": tables})
