"""A disk in memory that behaves as badly as a real one may: forgets what was not synced, tears writes, fails.

A file has what its readers see and what the medium holds; a name likewise. `datasync` and `sync_directory` move the one
to the other. `after_cut` gives the disk that the machine finds after the power went.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Tear = Callable[[bytes, bytes], bytes]
"""Given what the medium held for sure and what readers saw: what is found after the cut."""


class File:
    """Content as readers see it and as the medium holds it; `is_lost` once a failed sync has dropped the difference."""

    def __init__(self, content: bytes = b"") -> None:
        self.seen = bytearray(content)
        self.kept = content
        self.is_lost = False


Names = dict[Path, File]


@dataclass
class Fault:
    """Fail at the `at`-th operation (counted from 0), with `code`; a write takes `part` bytes first."""

    at: int
    code: int = errno.EIO
    part: int = 0
    for_ever: bool = True


@dataclass
class SimDisk:
    """A `kopir.bridge.disk.Disk`. Counts in `log` the operations that change something."""

    fault: Fault | None = None
    most_bytes: int | None = None
    """Take at most so many bytes in a write: short writes without failure."""
    is_read_only: bool = False
    log: list[str] = field(default_factory=list)
    seen: Names = field(default_factory=dict)
    kept: Names = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)
    locks: dict[int, Path] = field(default_factory=dict)
    history: list[Names] = field(default_factory=list)
    """The names as they stood after each change since the last sync of the folder."""

    def make_folder(self, folder: Path) -> None:
        """Folders are there."""

    def lock(self, path: Path) -> int:
        if path in self.locks.values():
            raise BlockingIOError(errno.EWOULDBLOCK, "locked")
        if self.is_read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        handle = self._handle()
        self.locks[handle] = path
        return handle

    def create(self, path: Path) -> int:
        self._step(f"create {path.name}")
        if path in self.seen:
            raise FileExistsError(errno.EEXIST, "exists", str(path))
        self.seen[path] = File()
        self.history.append(dict(self.seen))
        return self.open_append(path)

    def open_append(self, path: Path) -> int:
        handle = self._handle()
        self.files[handle] = self._file(path)
        return handle

    def write(self, handle: int, data: bytes) -> int:
        file = self.files[handle]
        try:
            self._step(f"write {len(data)}")
        except OSError:
            if self.fault and len(self.log) - 1 == self.fault.at:
                file.seen += data[: self.fault.part]
            raise
        taken = data if self.most_bytes is None else data[: self.most_bytes]
        file.seen += taken
        return len(taken)

    def datasync(self, handle: int) -> None:
        file = self.files[handle]
        try:
            self._step("datasync")
        except OSError:
            file.is_lost = True  # the kernel calls the pages clean now; a later sync succeeds without writing them
            raise
        if not file.is_lost:
            file.kept = bytes(file.seen)

    def drop_cache(self, handle: int) -> None:
        file = self.files[handle]
        file.seen = bytearray(file.kept)
        file.is_lost = False

    def truncate(self, handle: int, size: int) -> None:
        self._step(f"truncate {size}")
        del self.files[handle].seen[size:]

    def close(self, handle: int) -> None:
        if self.files.pop(handle, None) is None:
            del self.locks[handle]

    def sync_directory(self, folder: Path) -> None:
        self._step("sync_directory")
        self.kept = dict(self.seen)
        self.history.clear()

    def rename(self, source: Path, target: Path) -> None:
        self._step(f"rename {target.name}")
        self.seen[target] = self.seen.pop(source)
        self.history.append(dict(self.seen))

    def remove(self, path: Path) -> None:
        self._step(f"remove {path.name}")
        self._file(path)
        del self.seen[path]
        self.history.append(dict(self.seen))

    def exists(self, path: Path) -> bool:
        return path in self.seen

    def size(self, path: Path) -> int:
        return len(self._file(path).seen)

    def list(self, folder: Path) -> list[str]:
        return [path.name for path in self.seen if path.parent == folder]

    def read(self, path: Path, offset: int = 0, length: int = -1) -> bytes:
        content = self._file(path).seen
        return bytes(content[offset:] if length < 0 else content[offset : offset + length])

    # What is left

    def after_kill(self) -> SimDisk:
        """The disk after `kill -9`: the process is gone, the kernel keeps everything that it was given."""
        return SimDisk(seen=dict(self.seen), kept=dict(self.kept), history=[dict(names) for names in self.history])

    def after_cut(self, tear: Tear | None = None, *, renames: int = 0) -> SimDisk:
        """The disk after the power went: only what was synced.

        The first `renames` unsynced changes of names had reached the medium nevertheless, and of content that was not
        synced there is what `tear` says.
        """
        names = self.history[renames - 1] if renames else self.kept
        left = {}
        for path, file in names.items():
            left[path] = File(tear(file.kept, bytes(file.seen)) if tear else file.kept)
        return SimDisk(seen=left, kept=dict(left))

    def flip(self, path: Path, offset: int, bits: int = 0xFF) -> None:
        """Harm one byte, on the medium and for readers."""
        file = self._file(path)
        file.seen[offset] ^= bits
        file.kept = bytes(file.seen)

    def _step(self, name: str) -> None:
        """Count an operation, or fail instead."""
        at = len(self.log)
        self.log.append(name)
        if self.is_read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        if self.fault and (at == self.fault.at or (self.fault.for_ever and at > self.fault.at)):
            raise OSError(self.fault.code, os.strerror(self.fault.code))

    def _handle(self) -> int:
        return max((2, *self.files, *self.locks)) + 1

    def _file(self, path: Path) -> File:
        if path not in self.seen:
            raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
        return self.seen[path]


def keep_first(count: int) -> Tear:
    """Tear: of what was appended the first `count` bytes are there."""
    return lambda kept, seen: seen[: len(kept) + count] if seen.startswith(kept) else kept


def overlay(count: int) -> Tear:
    """Tear: a cut, and what was written after it: the first `count` bytes that differ are new, the rest is old."""

    def tear(kept: bytes, seen: bytes) -> bytes:
        same = next((at for at, (old, new) in enumerate(zip(kept, seen, strict=False)) if old != new), len(kept))
        return seen[: same + count] + kept[same + count :]

    return tear


def zeros_from(count: int) -> Tear:
    """Tear: the length is there, but the content only for the first `count` bytes; then zeros."""
    return lambda kept, seen: seen[: len(kept) + count].ljust(len(seen), b"\0") if seen.startswith(kept) else kept


def zeros_until(count: int) -> Tear:
    """Tear: the length is there, but the first `count` bytes are zeros: blocks reach a disk in any order."""

    def tear(kept: bytes, seen: bytes) -> bytes:
        if not seen.startswith(kept):
            return kept
        added = seen[len(kept) :]
        return kept + bytes(min(count, len(added))) + added[count:]

    return tear
