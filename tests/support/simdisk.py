"""A disk in memory that behaves as badly as a real one may: forgets what was not synced, tears writes, fails at an operation.

A file has what its readers see and what the medium holds; a name likewise. `datasync` and `sync_directory` move the
one to the other. `after_cut` gives the disk that the machine finds after the power went.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path


class File:
    """Content as readers see it and as the medium holds it; `is_lost` once a failed sync has dropped the difference."""

    def __init__(self, content=b""):
        self.seen = bytearray(content)
        self.kept = bytes(content)
        self.is_lost = False


@dataclass
class Fault:
    """Fail at the `at`-th operation (counted from 0): with `code`, taking `part` bytes first if it is a write."""

    at: int
    code: int = errno.EIO
    part: int = 0
    for_ever: bool = True


@dataclass
class SimDisk:
    """Counts its operations in `log`; those that change nothing on the disk are not counted."""

    fault: Fault | None = None
    most_bytes: int | None = None
    """Take at most so many bytes in a write: short writes without failure."""
    is_read_only: bool = False
    log: list[str] = field(default_factory=list)
    seen: dict[Path, File] = field(default_factory=dict)
    kept: dict[Path, File] = field(default_factory=dict)
    handles: dict[int, Path | File] = field(default_factory=dict)
    locks: set[Path] = field(default_factory=set)
    history: list[dict[Path, File]] = field(default_factory=list)
    """The names as they stood after each change since the last sync of the folder."""

    def _step(self, name):
        """Count an operation, or fail instead."""
        at = len(self.log)
        self.log.append(name)
        if self.is_read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        if self.fault and (at == self.fault.at or (self.fault.for_ever and at > self.fault.at)):
            raise OSError(self.fault.code, os.strerror(self.fault.code))

    def _open(self, file):
        handle = max(self.handles, default=2) + 1
        self.handles[handle] = file
        return handle

    def _renamed(self):
        self.history.append(dict(self.seen))

    def make_folder(self, folder):
        """Folders are there."""

    def lock(self, path):
        if path in self.locks:
            raise BlockingIOError(errno.EWOULDBLOCK, "locked")
        if self.is_read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        self.locks.add(path)
        return self._open(path)

    def create(self, path):
        self._step(f"create {path.name}")
        if path in self.seen:
            raise FileExistsError(errno.EEXIST, "exists", str(path))
        self.seen[path] = file = File()
        self._renamed()
        return self._open(file)

    def open_append(self, path):
        return self._open(self.seen[path])

    def write(self, handle, data):
        file = self.handles[handle]
        try:
            self._step(f"write {len(data)}")
        except OSError:
            if self.fault and len(self.log) - 1 == self.fault.at:
                file.seen += data[: self.fault.part]
            raise
        taken = data if self.most_bytes is None else data[: self.most_bytes]
        file.seen += taken
        return len(taken)

    def datasync(self, handle):
        file = self.handles[handle]
        try:
            self._step("datasync")
        except OSError:
            file.is_lost = True  # the kernel calls the pages clean now, and a later sync succeeds without writing them
            raise
        if not file.is_lost:
            file.kept = bytes(file.seen)

    def drop_cache(self, handle):
        """After a sync, what readers see is what the medium holds; a failed sync before may have lost pages for good."""
        file = self.handles[handle]
        file.seen = bytearray(file.kept)
        file.is_lost = False

    def truncate(self, handle, size):
        self._step(f"truncate {size}")
        del self.handles[handle].seen[size:]

    def close(self, handle):
        what = self.handles.pop(handle)
        self.locks.discard(what) if isinstance(what, Path) else None

    def sync_directory(self, folder):
        self._step("sync_directory")
        self.kept = dict(self.seen)
        self.history.clear()

    def rename(self, source, target):
        self._step(f"rename {target.name}")
        self.seen[target] = self.seen.pop(source)
        self._renamed()

    def remove(self, path):
        self._step(f"remove {path.name}")
        if path not in self.seen:
            raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
        del self.seen[path]
        self._renamed()

    def exists(self, path):
        return path in self.seen

    def size(self, path):
        return len(self._file(path).seen)

    def list(self, folder):
        return [path.name for path in self.seen if path.parent == folder]

    def read(self, path, offset=0, length=-1):
        content = self._file(path).seen
        return bytes(content[offset:] if length < 0 else content[offset : offset + length])

    def _file(self, path):
        if path not in self.seen:
            raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
        return self.seen[path]

    # What is left

    def after_kill(self):
        """The disk after `kill -9`: the process is gone, the kernel keeps everything that it was given."""
        return SimDisk(seen=dict(self.seen), kept=dict(self.kept), history=list(self.history))

    def after_cut(self, tear=None, *, renames=0):
        """The disk after the power went: only what was synced.

        `renames` of the unsynced changes of names, counted from the first, had reached the medium nevertheless.
        `tear` says what became of content that was not synced: given what the medium held and what was seen, it
        returns what is found.
        """
        names = self.history[renames - 1] if renames else self.kept
        left = {}
        for path, file in names.items():
            left[path] = File(tear(file.kept, bytes(file.seen)) if tear else file.kept)
        return SimDisk(seen=left, kept=dict(left))


def keep_first(count):
    """Tear: of what was appended the first `count` bytes are there."""
    return lambda kept, seen: seen[: len(kept) + count] if seen.startswith(kept) else kept


def zeros_from(count):
    """Tear: the length is there, but the content only for the first `count` bytes; then zeros."""
    return lambda kept, seen: seen[: len(kept) + count].ljust(len(seen), b"\0") if seen.startswith(kept) else kept


def zeros_until(count):
    """Tear: the length is there, but the first `count` bytes are zeros: blocks reach a disk in any order."""

    def tear(kept, seen):
        if not seen.startswith(kept):
            return kept
        added = seen[len(kept) :]
        return kept + bytes(min(count, len(added))) + added[count:]

    return tear
