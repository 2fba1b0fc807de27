"""Purging: tags are appended to the log of the folder, then the generation is raised; processes see it at the next hit.

Soft: a page may be shown for a second more while one process makes it anew. Hard: it is never shown again, not even
when the application fails. One log serves all processes of a node; several hosts each have theirs.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from .generation import Generation
from .keeping import TAG_CHARACTERS, is_tag
from .purge_log import EVERYTHING, FILE, PER_SECOND, LogError, Purge, make_head, read_head, read_lines

LOCK: Final = "lock"
LOG_BYTES: Final = 2**20
"""Above this the log is written anew without what later purges repeat, and at most half as long."""


class Purger:
    """Writes purges for whoever reads this folder; the folder is made where there is none."""

    def __init__(
        self, folder: Path, *, clock: Callable[[], float] = time.time, log_limit_bytes: int = LOG_BYTES
    ) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._clock = clock
        self._limit_bytes = log_limit_bytes

    def purge(self, tags: Iterable[str], *, hard: bool) -> None:
        """Make every page with one of the tags stale, in all processes, before this returns.

        Raises ValueError for what can be no tag, and OSError where it cannot be written: then nothing was purged for
        sure, and it has to be done again. Doing it twice does no harm. A hard purge is on disk when this returns.
        """
        chosen = tuple(sorted({*tags}))
        for tag in chosen:
            if not is_tag(tag):
                raise ValueError(f"{tag!r} is no tag: write 1 to {TAG_CHARACTERS} characters, none of them a control")
        if not chosen:
            return
        with self._lock():
            generation = Generation(self._folder)
            number = max(generation.cell[0] + 1, int(self._clock() * PER_SECOND))
            size = self._append(Purge(number, hard, chosen), is_durable=hard)
            generation.cell[0] = number
            if size > self._limit_bytes:
                self._shorten(number)

    def purge_everything(self, *, hard: bool) -> None:
        """Make every page stale: after a new version of the program, say."""
        self.purge([EVERYTHING], hard=hard)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One writer at a time."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    def _append(self, purge: Purge, *, is_durable: bool) -> int:
        """Add a line; the size of the log."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(fd).st_size
            text = purge.to_line()
            if size == 0:
                text = make_head(0, purge.number) + text
            elif os.pread(fd, 1, size - 1) != b"\n":
                text = b"\n" + text  # a writer was killed within its line: readers take that line for everything
            if os.write(fd, text) != len(text):
                raise OSError(f"{self._path}: not all was written")
            if is_durable:
                os.fdatasync(fd)
            return size + len(text)
        finally:
            os.close(fd)

    def _shorten(self, number: int) -> None:
        """Write the log anew: of each tag its last purge and its last hard one, the oldest lines forgotten."""
        text = self._path.read_bytes()
        head, _, rest = text.partition(b"\n")
        try:
            floor, purges = read_head(head + b"\n"), list(read_lines(rest))
        except LogError:
            floor, purges = number, []
        lines = [(purge.number, purge.to_line()) for purge in _without_repeats(purges)]
        size = sum(len(line) for _, line in lines)
        while size > self._limit_bytes // 2:
            floor, line = lines.pop(0)
            size -= len(line)
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(make_head(floor, number) + b"".join(line for _, line in lines))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)


def _without_repeats(purges: list[Purge]) -> Iterator[Purge]:
    last: dict[str, int] = {}
    last_hard: dict[str, int] = {}
    for purge in purges:
        for tag in purge.tags:
            last[tag] = purge.number
            if purge.is_hard:
                last_hard[tag] = purge.number
    everything, everything_hard = last.get(EVERYTHING, 0), last_hard.get(EVERYTHING, 0)
    for purge in purges:
        # What a purge of everything came after is said by that one.
        covered = everything_hard if purge.is_hard else everything
        if purge.number < covered:
            continue
        tags = tuple(
            tag for tag in purge.tags if purge.number in {last[tag], last_hard.get(tag) if purge.is_hard else 0}
        )
        if tags:
            yield Purge(purge.number, purge.is_hard, tags)
