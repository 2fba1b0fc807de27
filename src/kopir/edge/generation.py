"""One number that all processes of a node see: the last purge. Eight bytes of a file that each maps into its memory.

To read it takes some nanoseconds, so it is read at each hit. Only `kopir.edge.purge` writes it, under a lock.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final

FILE: Final = "generation"
SIZE_BYTES: Final = 8


class Generation:
    """The number in `folder`, made with the folder where there is none; `cell[0]` is its value, for the quickest read.

    Numbers are instants in microseconds, each higher than the one before it: a machine that forgets the last ones when
    it loses its power counts on from a higher one.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / FILE
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(fd).st_size < SIZE_BYTES:
                os.ftruncate(fd, SIZE_BYTES)
            self._identity = _identify(os.fstat(fd))
            self.cell = memoryview(mmap.mmap(fd, SIZE_BYTES)).cast("Q")
        finally:
            os.close(fd)

    def is_in_place(self) -> bool:
        """Whether the file is still the one of its name; purges go by the name."""
        try:
            return _identify(self._path.stat()) == self._identity
        except OSError:
            return False


def _identify(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
