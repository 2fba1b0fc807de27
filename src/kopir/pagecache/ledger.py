"""What one transaction wrote of tables that pages show, and which tags it touched: compared just before its commit.

Each entry is a hook of the transaction that does nothing, so that Django itself drops what a savepoint takes back. A
table that was written and not touched is purged by a row in the same transaction, which no crash separates from it. A
statement outside a transaction commits itself: its row is written right after it, and a crash between the two loses it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import UndeclaredWriteError
from .recorder import is_strict
from .tables import find_table
from .tags import table_tag

_unwatched: Final[ContextVar[bool]] = ContextVar("unwatched", default=False)
_log = logging.getLogger(__name__)
Hook = tuple[set[Any], Callable[[], object], bool]


@dataclass(frozen=True)
class Entry:
    """A table that was written, or a prefix that was touched."""

    kind: Literal["written", "touched"]
    name: str

    def __call__(self) -> None:
        """Do nothing: it is read before the commit, and Django calls it after."""


def note_write(connection: BaseDatabaseWrapper, table: str) -> None:
    """A statement has written this table, which is declared. Raises UndeclaredWriteError outside a transaction."""
    if _unwatched.get():
        return
    if connection.in_atomic_block:
        _enter(connection, Entry("written", table))
    else:
        try:
            _see_to({Entry("written", table)})
        except DatabaseError:
            _log.exception("pages could not be purged: what was written stands", extra={"tables": [table]})


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
    _enter(connection, Entry("touched", prefix))


def judge(connection: BaseDatabaseWrapper) -> None:
    """Take the entries that stand, and see to what was written and not touched: the last that a transaction does.

    Tests, whose transactions never end, ask for it themselves. Raises UndeclaredWriteError where strict.
    """
    entries = entries_of(connection)
    hooks = hooks_of(connection)
    hooks[:] = [hook for hook in hooks if not isinstance(hook[1], Entry)]
    _see_to(entries)


def hooks_of(connection: BaseDatabaseWrapper) -> list[Hook]:
    """What runs after the commit: the savepoints that it hangs on, itself, and whether its failure is passed over."""
    hooks: Any = connection.run_on_commit  # the stubs still have pairs
    return hooks  # type: ignore[no-any-return]


def entries_of(connection: BaseDatabaseWrapper) -> set[Entry]:
    """The entries of the open transaction that no savepoint has taken back."""
    return {hook for _sids, hook, _robust in hooks_of(connection) if isinstance(hook, Entry)}


def _enter(connection: BaseDatabaseWrapper, entry: Entry) -> None:
    """Note it once. One that stands already is never taken back before this one would be."""
    if entry not in entries_of(connection):
        connection.on_commit(entry)


def _see_to(entries: Iterable[Entry]) -> None:
    touched = {entry.name for entry in entries if entry.kind == "touched"}
    written = sorted(entry.name for entry in entries if entry.kind == "written")
    missed = [name for name in written if _prefix(name) not in touched]
    tagged = [name for name in missed if _prefix(name)]
    if tagged and is_strict():
        raise UndeclaredWriteError(f"a transaction wrote {', '.join(tagged)} and touched no tag of it")
    if tagged:
        _log.error("tables were written and no tag was touched", extra={"tables": tagged})
    if missed:
        _purge(missed)


def _prefix(table: str) -> str:
    found = find_table(table)
    return found.prefix if found else ""


def _purge(tables: list[str]) -> None:
    """Purge every page that read the tables. A database that lacks our own table yet has no pages either.

    Raises DatabaseError: what was written must not be committed without its purge.
    """
    from .actions import touch_alone
    from .models import Purge

    try:
        touch_alone(*map(table_tag, tables))
    except DatabaseError:
        if Purge._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - Django's own way
            raise
        _log.exception("pages could not be purged", extra={"tables": tables})
