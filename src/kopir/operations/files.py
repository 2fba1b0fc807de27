"""Files on their way into a backup and out of it: copied whole, durable, with their digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CHUNK_BYTES: Final = 1 << 20
FILE_MODE: Final = 0o640
FOLDER_MODE: Final = 0o750


def copy_file(source: Path, target: Path, *, mode: int = FILE_MODE) -> None:
    """Copy a file to a new one, with folders as needed; durable on return. Raises OSError, also if it is there."""
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with source.open("rb") as reading, os.fdopen(handle, "wb") as writing:
        while data := reading.read(CHUNK_BYTES):
            writing.write(data)
        writing.flush()
        os.fsync(writing.fileno())


def write_file(target: Path, data: bytes, *, mode: int = FILE_MODE) -> None:
    """Write a new file; durable on return. Raises OSError, also if it is there."""
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as writing:
        writing.write(data)
        writing.flush()
        os.fsync(writing.fileno())


def copy_tree(source: Path, target: Path) -> int:
    """Copy every plain file below `source`, those that vanish meanwhile left out; how many there were."""
    count = 0
    for path in list_files(source):
        try:
            copy_file(path, target / path.relative_to(source))
        except FileNotFoundError:
            continue
        count += 1
    return count


def list_files(folder: Path) -> Iterator[Path]:
    """Plain files below `folder`, sorted; links are not followed. None for a folder that is not there."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            if path.is_file() and not path.is_symlink():
                yield path


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal, and size in bytes."""
    hashed = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while data := file.read(CHUNK_BYTES):
            hashed.update(data)
            size += len(data)
    return hashed.hexdigest(), size


def sync_folder(folder: Path) -> None:
    """Return once the names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
