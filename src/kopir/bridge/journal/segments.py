"""The journal's folder: names, which segments there are, and the walk through one that checks everything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kopir.bridge.disk import Disk, drafting, replace_file, write_all
from kopir.bridge.journal import index
from kopir.bridge.journal.errors import JournalDamagedError
from kopir.bridge.journal.layout import (
    EXPONENTS,
    LENGTH,
    GroupFrame,
    LayoutError,
    SegmentHeader,
    decode_group,
    decode_header,
    decode_root,
    end_of_group,
    find_group,
)
from kopir.bridge.journal.tree import JournalTree
from kopir.wire.merkle import leaf_hash

_NAME = re.compile(r"([0-9a-f]{8})\.(log|root|idx)")
LOCK_NAME = "lock"


def log_path(folder: Path, number: int) -> Path:
    """The segment's entries."""
    return folder / f"{number:08x}.log"


def index_path(folder: Path, number: int) -> Path:
    """The segment's index."""
    return folder / f"{number:08x}.idx"


def root_path(folder: Path, number: int) -> Path:
    """What is left of the segment once it is retired."""
    return folder / f"{number:08x}.root"


@dataclass(frozen=True, slots=True)
class Inventory:
    """Which segments a folder has: their logs and the roots of those retired, by number."""

    logs: frozenset[int]
    roots: frozenset[int]

    @property
    def last(self) -> int:
        """Number of the segment that entries are appended to; -1 if there is none."""
        return max(self.logs | self.roots, default=-1)


def list_segments(disk: Disk, folder: Path) -> Inventory:
    """Take stock of the folder; raises JournalDamagedError if a segment is missing among the others."""
    found: dict[str, set[int]] = {"log": set(), "root": set(), "idx": set()}
    for name in disk.list(folder):
        match = _NAME.fullmatch(name)
        if match:
            found[match[2]].add(int(match[1], 16))
    inventory = Inventory(logs=frozenset(found["log"]), roots=frozenset(found["root"]))
    last = max(inventory.last, max(found["idx"], default=-1))
    missing = next((number for number in range(last + 1) if number not in inventory.logs | inventory.roots), None)
    if missing is not None:
        raise JournalDamagedError(log_path(folder, missing), 0, "the segment is missing")
    if last >= 0 and last not in inventory.logs:
        raise JournalDamagedError(log_path(folder, last), 0, "the last segment was removed; it is never retired")
    return inventory


def read_header(disk: Disk, folder: Path, number: int) -> SegmentHeader:
    """Read a segment's header; raises JournalDamagedError if it is not that of this segment."""
    path = log_path(folder, number)
    return check_header(path, number, disk.read(path, 0, 4096))


def check_header(path: Path, number: int, data: bytes) -> SegmentHeader:
    """Decode the header and compare its number with the file's name; raises JournalDamagedError."""
    try:
        header = decode_header(data)
    except LayoutError as error:
        raise JournalDamagedError(path, error.offset, error.reason) from None
    if header.number != number:
        raise JournalDamagedError(path, 12, f"this is segment {header.number:08x}")
    if header.exponent not in EXPONENTS:
        raise JournalDamagedError(path, 10, f"no segment has 2^{header.exponent} entries")
    return header


def read_root(disk: Disk, folder: Path, number: int, exponent: int) -> bytes:
    """Read what a retired segment left; raises JournalDamagedError."""
    path = root_path(folder, number)
    try:
        return decode_root(disk.read(path), exponent, number)
    except LayoutError as error:
        raise JournalDamagedError(path, error.offset, error.reason) from None


def next_header(node: str, tree: JournalTree) -> SegmentHeader:
    """The header of the segment that begins where `tree`, a whole number of segments, ends."""
    number = len(tree.roots)
    return SegmentHeader(
        node=node,
        exponent=tree.exponent,
        number=number,
        previous_root=tree.roots.node(0, number - 1) if number else b"",
        peaks=tree.roots.peaks(number),
    )


def create_segment(disk: Disk, folder: Path, header: SegmentHeader) -> None:
    """Make a segment that has only its header. It appears under its name whole, and its name is durable on return."""
    replace_file(disk, log_path(folder, header.number), header.encode())


class SegmentWalk:
    """Goes through one segment's groups and adds their entries to `tree`; every checksum, index and root must hold.

    `offset` is the end of the last good group, so that after an error it tells how far the segment is sound.
    """

    def __init__(self, path: Path, header: SegmentHeader, tree: JournalTree) -> None:
        """Begin behind the header; `tree` holds all segments before."""
        self.path = path
        self.offset = header.length
        self.slots = bytearray()
        self._tree = tree
        self._end = tree.size + tree.mask + 1

    def run(self, data: bytes) -> None:
        """Walk to the end of `data`, the whole file; raises JournalDamagedError where it does not hold."""
        while self.offset < len(data):
            try:
                frame = decode_group(data, self.offset)
            except LayoutError as error:
                raise JournalDamagedError(self.path, error.offset, error.reason) from None
            self._add(data, frame)
            self.offset = frame.end

    def is_torn(self, data: bytes) -> bool:
        """Whether what follows `offset` can be a group whose write was cut: nothing whole comes after it.

        What looks like a group before the end that a sound head announces is content, which a peer may have made so.
        """
        try:
            decode_group(data, self.offset)
        except LayoutError as error:
            return error.torn and find_group(data, end_of_group(data, self.offset)) is None
        return False

    def _add(self, data: bytes, frame: GroupFrame) -> None:
        tree = self._tree
        if frame.first != tree.size:
            raise JournalDamagedError(self.path, self.offset + 8, f"entry {tree.size} is missing before this group")
        if not frame.entries or tree.size + len(frame.entries) > self._end:
            raise JournalDamagedError(self.path, self.offset + 16, f"a group of {len(frame.entries)} entries")
        for start, end in frame.entries:
            entry = data[start:end]
            self.slots += index.encode_slot(index.key_of(entry), start - LENGTH.size)
            tree.append(leaf_hash(entry))
        if tree.root() != frame.root:
            raise JournalDamagedError(self.path, frame.end - 36, "the root after this group is not that of the entries")


def rewrite_index(disk: Disk, folder: Path, number: int, slots: bytes) -> None:
    """Put the index of a segment in place as its entries make it. Not synced: it can be made again.

    Readers in other threads find the former or this one, never none.
    """
    with drafting(disk, index_path(folder, number)) as handle:
        write_all(disk, handle, slots)
