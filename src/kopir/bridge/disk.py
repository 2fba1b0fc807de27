"""The port through which the journal and the vault reach a disk, and the disk of the operating system.

Only the operations whose order and failure matter are here, so that a simulated disk can forget what was not synced,
tear a write or fail at the n-th operation. Handles are plain integers. Every operation may raise OSError.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

FILE_MODE = 0o600
FOLDER_MODE = 0o700


class Disk(Protocol):
    """What a disk does for us. A folder's change lasts once `sync_directory` returned, a file's once `datasync` did."""

    def make_folder(self, folder: Path) -> None:
        """Make the folder and its parents; one that is there is left as it is."""

    def lock(self, path: Path) -> int:
        """Lock the file, made if needed, until the handle is closed; BlockingIOError if another has it."""

    def create(self, path: Path) -> int:
        """Make a new file, readable by its owner alone, for appending; FileExistsError if there is one."""

    def open_append(self, path: Path) -> int:
        """Open a file that exists for appending."""

    def write(self, handle: int, data: bytes) -> int:
        """Append and return how many bytes were taken, which may be fewer than given."""

    def datasync(self, handle: int) -> None:
        """Return once content and length are on the medium."""

    def drop_cache(self, handle: int) -> None:
        """Let the next read come from the medium: after a failed sync the cache may hold what never reached it."""

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file to `size` bytes."""

    def close(self, handle: int) -> None:
        """Give the handle back, and the lock it holds."""

    def sync_directory(self, folder: Path) -> None:
        """Return once the names in the folder are on the medium."""

    def rename(self, source: Path, target: Path) -> None:
        """Give the file another name, replacing what bears it."""

    def remove(self, path: Path) -> None:
        """Remove a name."""

    def exists(self, path: Path) -> bool:
        """Whether there is a file of that name."""

    def size(self, path: Path) -> int:
        """The length of a file in bytes."""

    def list(self, folder: Path) -> list[str]:
        """The names in a folder, in no order."""

    def read(self, path: Path, offset: int = 0, length: int = -1) -> bytes:
        """`length` bytes from `offset` on, fewer at the end of the file; -1 is all that is left."""


def write_all(disk: Disk, handle: int, data: bytes) -> None:
    """Append all of `data`, going on after short writes; raises OSError as soon as the disk takes nothing more."""
    done = disk.write(handle, data)
    while done < len(data):
        more = disk.write(handle, data[done:])
        if more <= 0:
            raise OSError(errno.EIO, "the disk took no byte of a write")
        done += more


@contextmanager
def drafting(disk: Disk, path: Path) -> Iterator[int]:
    """Give a handle for a file that takes the place of `path` once all is written; until then the former stays."""
    draft = path.with_name(path.name + ".new")
    if disk.exists(draft):
        disk.remove(draft)
    handle = disk.create(draft)
    try:
        yield handle
    finally:
        disk.close(handle)
    disk.rename(draft, path)


def replace_file(disk: Disk, path: Path, data: bytes) -> None:
    """Put a file in place whole or not at all, and return once it is durable. Leaves no half file under its name."""
    with drafting(disk, path) as handle:
        write_all(disk, handle, data)
        disk.datasync(handle)
    disk.sync_directory(path.parent)


class OsDisk:
    """The disk of the operating system (Linux: fdatasync, flock, posix_fadvise)."""

    def make_folder(self, folder: Path) -> None:
        """See `Disk`. Each new folder's name is synced in its parent."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        self.sync_directory(folder.parent)

    def lock(self, path: Path) -> int:
        """See `Disk`. The kernel frees the lock when the process ends, however it ends."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(handle)
            raise
        return handle

    def create(self, path: Path) -> int:
        """See `Disk`."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)

    def open_append(self, path: Path) -> int:
        """See `Disk`."""
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def write(self, handle: int, data: bytes) -> int:
        """See `Disk`."""
        return os.write(handle, data)

    def datasync(self, handle: int) -> None:
        """See `Disk`."""
        os.fdatasync(handle)

    def drop_cache(self, handle: int) -> None:
        """See `Disk`. Pages still to be written stay, so sync first."""
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)

    def truncate(self, handle: int, size: int) -> None:
        """See `Disk`."""
        os.ftruncate(handle, size)

    def close(self, handle: int) -> None:
        """See `Disk`."""
        os.close(handle)

    def sync_directory(self, folder: Path) -> None:
        """See `Disk`."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, source: Path, target: Path) -> None:
        """See `Disk`."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """See `Disk`."""
        path.unlink()

    def exists(self, path: Path) -> bool:
        """See `Disk`."""
        return path.exists()

    def size(self, path: Path) -> int:
        """See `Disk`."""
        return path.stat().st_size

    def list(self, folder: Path) -> list[str]:
        """See `Disk`."""
        return [path.name for path in folder.iterdir()]

    def read(self, path: Path, offset: int = 0, length: int = -1) -> bytes:
        """See `Disk`."""
        with path.open("rb", buffering=0) as file:
            if offset:
                file.seek(offset)
            return file.read() if length < 0 else _read_exactly(file.fileno(), length)


def _read_exactly(handle: int, length: int) -> bytes:
    data = os.read(handle, length)
    while len(data) < length:
        more = os.read(handle, length - len(data))
        if not more:
            break
        data += more
    return data
