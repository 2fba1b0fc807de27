"""Where processes lay down what they have counted, line by line, until the worker of this machine takes it: once.

A file for each process and kind, appended to and never read by it. Whoever takes moves the files aside, reads them and
removes them before its transaction is committed: a crash in between loses what they held, and never counts it twice.
Above `FILE_BYTES` nothing more of a kind is laid down, so that a worker that does not come fills no disk, and made-up
addresses leave no page out.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "visits"
FILE_BYTES: Final = 4 * 2**20
LAID: Final = ".log"
TAKEN: Final = ".taken"
LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class Note:
    """One line: what kind of thing was counted, at which instant (unix seconds), and rows of texts and numbers."""

    kind: str
    at: float
    rows: Sequence[Sequence[Any]]


class Tray:
    """Where this process lays down; `folder` is the one of the page store."""

    def __init__(self, folder: Path, *, limit_bytes: int = FILE_BYTES) -> None:
        self._folder = folder / FOLDER
        self._limit_bytes = limit_bytes

    def lay(self, note: Note) -> None:
        """Add a line; one that cannot be written is lost."""
        # A line begins with its own end, so that one that was cut off takes no other with it.
        line = b"\n" + json.dumps([note.kind, note.at, note.rows], separators=(",", ":")).encode() + b"\n"
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = self._folder / f"{os.getpid()}-{note.kind}{LAID}"
            fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(fd).st_size + len(line) <= self._limit_bytes:
                    os.write(fd, line)
            finally:
                os.close(fd)


class Taken:
    """What lies aside: the notes, and the removal of the files that held them."""

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        self._folder = folder
        self._files = files
        self.notes = [note for file in files for note in _read(file.read_bytes())]

    def remove(self) -> None:
        """Remove the files, for good when this returns: call it as the last thing before the commit."""
        for file in self._files:
            file.unlink()
        if self._files:
            fd = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)


@contextlib.contextmanager
def taking(folder: Path) -> Iterator[Taken]:
    """Take what was laid down, and what a taker has left that did not come to its end. One taker at a time."""
    own = folder / FOLDER
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (own / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for file in own.glob(f"*{LAID}"):
            aside = file.with_suffix(TAKEN)
            if not aside.exists():  # what was left comes first, this one the next time
                file.rename(aside)
        yield Taken(own, sorted(own.glob(f"*{TAKEN}")))


def _read(text: bytes) -> Iterator[Note]:
    """The notes in whole lines; what is none was cut off, and is lost."""
    for line in text.splitlines():
        with contextlib.suppress(ValueError, TypeError):
            kind, at, rows = json.loads(line)
            yield Note(str(kind), float(at), [list(row) for row in rows])
