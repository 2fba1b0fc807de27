"""Checking a whole journal: every header, group, checksum, entry, root and the way they follow on each other.

Reads only, one segment at a time, and may look at the journal of a running node: a last group that is just being
written is read again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from kopir.bridge.disk import Disk, OsDisk
from kopir.bridge.journal import index
from kopir.bridge.journal.errors import JournalDamagedError
from kopir.bridge.journal.layout import SegmentHeader
from kopir.bridge.journal.recovery import check_kinship
from kopir.bridge.journal.segments import (
    Inventory,
    SegmentWalk,
    check_header,
    index_path,
    list_segments,
    log_path,
    read_header,
    read_root,
    root_path,
)
from kopir.bridge.journal.tree import JournalTree

_LOOKS = 4
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `fault` is the first thing that is wrong; size and root are those up to there."""

    node: str
    size: int
    root: bytes
    segments: int
    retired: tuple[int, ...]
    stale_indexes: tuple[int, ...]
    """Segments whose index is not what the entries make; a lookup makes it again, so this is no fault."""
    fault: JournalDamagedError | None

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return self.fault is None


def verify(folder: Path, *, disk: Disk | None = None) -> Report:
    """Check the journal in `folder`, up to the first bad byte; raises OSError if it cannot be read."""
    return _Check(disk or OsDisk(), folder).run()


class _Check:
    """One check under way."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk = disk
        self._folder = folder
        self._tree: JournalTree | None = None
        self._node = ""
        self._stale: list[int] = []

    def run(self) -> Report:
        """Check segment by segment."""
        inventory = Inventory(frozenset(), frozenset())
        fault = None
        try:
            inventory = list_segments(self._disk, self._folder)
            if not inventory.logs:
                raise JournalDamagedError(log_path(self._folder, 0), 0, "there is no journal here")
            last = read_header(self._disk, self._folder, inventory.last)
            self._node = last.node
            self._tree = tree = JournalTree(last.exponent)
            for number in range(inventory.last + 1):
                self._check_segment(tree, last, inventory, number)
        except JournalDamagedError as error:
            fault = error
        tree = self._tree or JournalTree(1)
        return Report(
            node=self._node,
            size=tree.size,
            root=tree.root(),
            segments=inventory.last + 1,
            retired=tuple(sorted(inventory.roots - inventory.logs)),
            stale_indexes=tuple(self._stale),
            fault=fault,
        )

    def _check_segment(self, tree: JournalTree, last: SegmentHeader, inventory: Inventory, number: int) -> None:
        if number not in inventory.logs:
            tree.add_segment(read_root(self._disk, self._folder, number, tree.exponent))
            return
        slots = self._walk(tree, last, number)
        if number == inventory.last:
            return
        if tree.size != (number + 1) << tree.exponent:
            path = log_path(self._folder, number)
            raise JournalDamagedError(path, self._disk.size(path), "the segment ends before it is full")
        if number in inventory.roots:
            kept = read_root(self._disk, self._folder, number, tree.exponent)
            if kept != tree.roots.node(0, number):
                raise JournalDamagedError(root_path(self._folder, number), 16, "this is not the root of the entries")
        self._check_index(number, slots)

    def _walk(self, tree: JournalTree, last: SegmentHeader, number: int) -> bytes:
        """Walk one segment; the last one is read again while it changes under our eyes."""
        path = log_path(self._folder, number)
        data = self._disk.read(path)
        header = check_header(path, number, data)
        check_kinship(self._folder, header, last, tree)
        walk = SegmentWalk(path, header, tree)
        for _ in range(_LOOKS):
            try:
                walk.run(data)
                break
            except JournalDamagedError:
                if number != last.number or not walk.is_torn(data):
                    raise
                time.sleep(_PAUSE_S)
                again = self._disk.read(path)
                if again == data:
                    raise
                data = again
        else:
            walk.run(data)
        return bytes(walk.slots)

    def _check_index(self, number: int, slots: bytes) -> None:
        path = index_path(self._folder, number)
        data = self._disk.read(path) if self._disk.exists(path) else b""
        if index.sealed_slots(data, len(slots) // index.SLOT_BYTES) != slots:
            self._stale.append(number)
