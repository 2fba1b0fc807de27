"""A copy of a journal while its node goes on writing: every segment up to a head, none of a group that is half written.

The copy is a journal of its own, as `verify` sees it. It is durable on return. What lies beside the segments (the
vault) is not copied.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kopir.bridge.disk import FILE_MODE, Disk, OsDisk
from kopir.bridge.journal.errors import JournalGapError
from kopir.bridge.journal.recovery import read_journal
from kopir.bridge.journal.segments import Inventory, index_path, list_segments, log_path, root_path

_LOOKS: Final = 4
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class JournalCopy:
    """What was copied: whose journal, and size and root of its tree."""

    node: str
    size: int
    root: bytes


def copy_journal(source: Path, target: Path) -> JournalCopy:
    """Copy the journal in `source` into the folder `target`, which is made and must not be there.

    Raises JournalGapError if there is no journal, JournalDamagedError for one that is not as it was written, OSError.
    """
    disk = OsDisk()
    for look in range(_LOOKS):
        inventory = list_segments(disk, source)
        if not inventory.logs:
            raise JournalGapError(f"{source} holds no journal")
        try:
            return _copy(disk, source, target, inventory)
        except FileNotFoundError:  # a segment was retired under our eyes: take stock again
            shutil.rmtree(target, ignore_errors=True)
            if look == _LOOKS - 1:
                raise
    raise JournalGapError(f"{source} changes too quickly to be copied; try again")


def _copy(disk: Disk, source: Path, target: Path, inventory: Inventory) -> JournalCopy:
    found = read_journal(disk, source, inventory)
    target.mkdir(mode=0o700, parents=True)
    for number in range(inventory.last + 1):
        is_last = number == inventory.last
        for path in (log_path, root_path, index_path):
            place = path(source, number)
            # The index of the last segment grows meanwhile; it is made again from the entries when it is needed.
            if place.exists() and not (is_last and path is index_path):
                limit = found.offset if is_last and path is log_path else place.stat().st_size
                _copy_file(place, target / place.name, limit)
    disk.sync_directory(target)
    return JournalCopy(found.node, found.tree.size, found.tree.root())


def _copy_file(source: Path, target: Path, limit: int) -> None:
    """Copy the first `limit` bytes; durable on return."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with source.open("rb") as reading, os.fdopen(handle, "wb") as writing:
        while limit > 0 and (data := reading.read(min(limit, _CHUNK_BYTES))):
            writing.write(data)
            limit -= len(data)
        writing.flush()
        os.fsync(writing.fileno())
