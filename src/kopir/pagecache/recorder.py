"""What one render touches: tags, the instant at which it changes by itself, the parameters that matter.

Outside a recording every function here does nothing and costs next to nothing. Notes are made before the database is
asked, so that a listing that found nothing is noted too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings

from .errors import PersonalPageError, UndeclaredReadError
from .tables import find_table
from .tags import prefix_of

LIMIT_SQL: Final = 300

_log = logging.getLogger(__name__)
_current: ContextVar[Recording | None] = ContextVar("recording", default=None)
_told: set[str] = set()


def is_strict() -> bool:
    """Whether a fault of the program is raised, as in tests of pages, or logged and made harmless."""
    return getattr(settings, "KOPIR_PAGE_GUARD", "log") == "raise"


@dataclass
class Recording:
    """What a render has touched so far; `faults` say why its answer cannot be kept."""

    tags: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    until: datetime | None = None
    params: tuple[str, ...] = ()
    is_watched: bool = True
    """Whether reads are held against what is declared: within the view, and not in middleware round it."""
    faults: list[str] = field(default_factory=list)
    on_params: Callable[[tuple[str, ...]], object] | None = None
    """Called with the parameters that matter, so that whoever holds the request drops the others."""
    _declared: set[str] = field(default_factory=set)
    _open: dict[str, str] = field(default_factory=dict)

    def note(self, tag: str) -> None:
        """Note a tag; reads of the tables of its prefix are declared from here on."""
        self.tags.add(tag)
        self._declared.add(prefix_of(tag))

    def reach(self, prefix: str) -> None:
        """Declare reads of the tables of a prefix from here on."""
        self._declared.add(prefix)

    def note_object(self, tag: str, prefixes: Iterable[str]) -> None:
        """Note an object that came out of the database; the statement that brought it is thereby declared."""
        self.tags.add(tag)
        for prefix in prefixes:
            self._open.pop(prefix, None)

    def note_read(self, tables: Iterable[str], sql: str) -> None:
        """Take notice of a statement that is about to be run. Raises UndeclaredReadError where the guard is strict."""
        for name in tables:
            table = find_table(name)
            if table is None or table.kind == "personal":
                if self.is_watched:
                    why = "no room has declared it" if table is None else "it is about persons"
                    self._refuse(f"it reads {name}: {why}", sql)
                continue
            self.tables.add(name)
            if self.is_watched and table.kind == "tagged" and table.prefix not in self._declared:
                if table.prefix in self._open:
                    self._refuse(f"it read {name} before a tag {table.prefix}:… was noted", self._open[table.prefix])
                self._open[table.prefix] = sql

    def close(self) -> None:
        """End the watch: what was read and brought no object is undeclared. Raises UndeclaredReadError."""
        self.is_watched = False
        while self._open:
            prefix, sql = self._open.popitem()
            self._refuse(f"it found nothing, and noted no tag {prefix}:… before it asked", sql)

    def spoil(self, why: str) -> None:
        """Say that the answer cannot be kept, though nothing is wrong with it."""
        self.faults.append(why)

    def _refuse(self, fault: str, sql: str) -> None:
        self.faults.append(fault)
        if is_strict():
            raise UndeclaredReadError(f"a page that is to be kept is not: {fault}. The statement: {sql[:LIMIT_SQL]}")
        if fault not in _told:  # once for each process: a page that is asked for all day would fill the log
            _told.add(fault)
            _log.error("a page is not kept", extra={"fault": fault, "sql": sql[:LIMIT_SQL]})


@contextmanager
def record(recording: Recording | None = None) -> Iterator[Recording]:
    """Record what is touched within. Raises RuntimeError inside another recording: a page is recorded as a whole."""
    if _current.get() is not None:
        raise RuntimeError("a recording stands already")
    made = recording if recording is not None else Recording()
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)


def find_recording() -> Recording | None:
    """The recording that stands, if any."""
    return _current.get()


def note(*tags: str) -> None:
    """Note that the page shows what these tags name; before the database is asked."""
    recording = _current.get()
    if recording is not None:
        for tag in tags:
            recording.note(tag)


def reach(*prefixes: str) -> None:
    """Say that reads of these prefixes are covered by tags noted with others: joined to an object that is tagged."""
    recording = _current.get()
    if recording is not None:
        for prefix in prefixes:
            recording.reach(prefix)


def note_until(instant: datetime | None) -> None:
    """Note that the page changes by itself at this instant; the earliest counts. None: it does not."""
    recording = _current.get()
    if recording is not None and instant is not None:
        recording.until = instant if recording.until is None else min(recording.until, instant)


def note_params(names: Iterable[str]) -> None:
    """Narrow the query parameters that matter to these, where a view knows better than its decorator."""
    recording = _current.get()
    if recording is not None:
        recording.params = tuple(names)
        if recording.on_params is not None:
            recording.on_params(recording.params)


def note_person(what: str) -> None:
    """Note that the render asked who reads: its answer is not kept. Raises PersonalPageError where strict."""
    recording = _current.get()
    if recording is not None:
        recording.spoil(what)
        if is_strict():
            raise PersonalPageError(f"a page that is to be kept asks who reads it: {what}")
