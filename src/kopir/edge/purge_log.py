"""What was purged and when, as a process reads it: the log beside the generation, and judgment on pages by their tags.

A page is judged by the number of the last purge that was known when its making began: it is stale when one of its tags
was purged later, also while it was being made. The log is JSON lines: a head with the number below which purges were
forgotten, then `[number, hard, [tags]]`. What cannot be read counts as a purge of everything.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from .generation import Generation

FILE: Final = "purges"
FORMAT: Final = "kopir-purges-1"
EVERYTHING: Final = "*"
"""The tag that every page has."""
PER_SECOND: Final = 1_000_000


class Stale(NamedTuple):
    """That a page may no longer be shown as it is: `since` is the instant of the purge, 0 if there were several."""

    is_hard: bool
    since: float


class LogError(Exception):
    """The log cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Purge:
    """One line of the log."""

    number: int
    is_hard: bool
    tags: tuple[str, ...]

    def to_line(self) -> bytes:
        """As it stands in the log."""
        return json.dumps([self.number, int(self.is_hard), self.tags], separators=(",", ":")).encode() + b"\n"


@dataclass(slots=True)
class _Known:
    """What a reader knows: for each tag its last purge with the one before it, and its last hard one."""

    floor: int = 0
    last: dict[str, tuple[int, int]] = field(default_factory=dict)
    last_hard: dict[str, int] = field(default_factory=dict)

    def add(self, purge: Purge, *, is_new: bool) -> None:
        """Take in a purge. Of a log that is new, some may have been left out, so when the first one was is unknown."""
        for tag in purge.tags:
            before = purge.number if is_new else self.last.get(tag, (0, 0))[0]
            self.last[tag] = (purge.number, before)
            if purge.is_hard:
                self.last_hard[tag] = purge.number


class PurgeLog:
    """The log of a folder, followed: `seen` is the number it was read up to, `cell[0]` is higher after a purge."""

    def __init__(self, folder: Path) -> None:
        self._generation = Generation(folder)
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._head: bytes | None = None
        self._offset = 0
        self._known = _Known()
        self.cell = self._generation.cell
        self.seen = 0
        self.catch_up()

    def catch_up(self) -> None:
        """Read what was purged since the last time; costs a comparison where nothing was."""
        if self.cell[0] <= self.seen:
            return
        with self._lock:
            number = self.cell[0]
            if number > self.seen:
                self._read(number)

    def judge(self, tags: Iterable[str], number: int) -> Stale | None:
        """Whether a page with these tags, true at `number`, was purged since; None if it is still true at `seen`.

        Read `seen` before: a purge that comes in between is then looked for once more.
        """
        known = self._known
        if number < known.floor or known.last_hard.get(EVERYTHING, 0) > number:
            return Stale(is_hard=True, since=0.0)
        first = None
        for tag in (EVERYTHING, *tags):
            last, before = known.last.get(tag, (0, 0))
            if last > number:
                if known.last_hard.get(tag, 0) > number:
                    return Stale(is_hard=True, since=0.0)
                since = 0 if before > number else last
                first = since if first is None else min(first, since)
        return None if first is None else Stale(is_hard=False, since=first / PER_SECOND)

    def is_in_place(self) -> bool:
        """Whether purges still reach this reader; they do not when the folder was replaced under it."""
        return self._generation.is_in_place()

    def _read(self, number: int) -> None:
        """Follow the log; `seen` is raised last, so that whoever sees it finds all that it stands for."""
        head, text = b"", b""
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            head = file.readline()
            if head == self._head:
                file.seek(self._offset)
            text = file.read()
        text = text[: text.rfind(b"\n") + 1]  # without a line that is still being written
        is_new = head != self._head
        highest = number
        try:
            known = _Known(floor=read_head(head)) if is_new else self._known
            for purge in read_lines(text):
                known.add(purge, is_new=is_new)
                highest = max(highest, purge.number)
        except LogError:
            known = _Known(floor=number)
        self._offset = (len(head) if is_new else self._offset) + len(text)
        self._head = head
        self._known = known
        self.seen = highest


def make_head(floor: int, number: int) -> bytes:
    """The first line: purges up to `floor` were forgotten; `number` tells this file from those before it."""
    return f"{FORMAT} {floor} {number}\n".encode()


def read_head(line: bytes) -> int:
    """The number up to which purges were forgotten; raises LogError."""
    words = line.split()
    if len(words) != 3 or words[0] != FORMAT.encode() or not words[1].isdigit() or not line.endswith(b"\n"):
        raise LogError(f"{line[:80]!r} is no first line of a log of purges")
    return int(words[1])


def read_lines(text: bytes) -> Iterator[Purge]:
    """The purges in whole lines; raises LogError for a line that is none."""
    for line in text.splitlines():
        try:
            number, is_hard, tags = json.loads(line)
        except (TypeError, ValueError):
            raise LogError(f"{line[:80]!r} is no purge") from None
        if not isinstance(number, int) or not isinstance(tags, list):
            raise LogError(f"{line[:80]!r} is no purge")
        yield Purge(number, bool(is_hard), tuple(tags))
