"""Opening a journal after whatever happened: finds the end of what is whole and cuts off a torn last group.

Only the last group of the last segment can be torn, because a group is written only after the sync of the one before.
Anything else that does not hold is an error that names file and byte; nothing is repaired silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kopir.bridge.disk import Disk
from kopir.bridge.journal.errors import JournalDamagedError
from kopir.bridge.journal.layout import SegmentHeader
from kopir.bridge.journal.segments import (
    Inventory,
    SegmentWalk,
    check_header,
    create_segment,
    index_path,
    list_segments,
    log_path,
    next_header,
    read_header,
    read_root,
    rewrite_index,
)
from kopir.bridge.journal.tree import JournalTree


@dataclass(frozen=True, slots=True)
class Recovered:
    """A journal ready to go on: its tree, and where the next group goes."""

    node: str
    tree: JournalTree
    offset: int
    """End of the last segment's last whole group."""
    slots: bytes
    """The last segment's index."""
    retired: frozenset[int]
    """Segments of which only the root is left."""
    cut_bytes: int
    """How much of a torn group was, or for a reader would be, cut off."""


def read_journal(disk: Disk, folder: Path, inventory: Inventory) -> Recovered:
    """Read headers of all segments and the whole of the last, changing nothing; raises JournalDamagedError."""
    last = inventory.last
    path = log_path(folder, last)
    data = disk.read(path)
    header = check_header(path, last, data)
    tree = load_tree(disk, folder, inventory, header)
    walk = SegmentWalk(path, header, tree)
    try:
        walk.run(data)
    except JournalDamagedError:
        if not walk.is_torn(data):
            raise
    retired = inventory.roots - inventory.logs
    return Recovered(header.node, tree, walk.offset, bytes(walk.slots), retired, len(data) - walk.offset)


def load_tree(disk: Disk, folder: Path, inventory: Inventory, header: SegmentHeader) -> JournalTree:
    """The tree up to the last segment, whose header this is, from what the segments say of each other.

    Raises JournalDamagedError if a header is of another node or its peaks do not follow from the segments before it.
    """
    tree = JournalTree(header.exponent)
    for number in range(header.number):
        following = header if number + 1 == header.number else None
        own = read_header(disk, folder, number) if number in inventory.logs else None
        if own:
            check_kinship(folder, own, header, tree)
        if number in inventory.roots:
            tree.add_segment(read_root(disk, folder, number, header.exponent))
        elif following or number + 1 in inventory.logs:
            tree.add_segment((following or read_header(disk, folder, number + 1)).previous_root)
        elif own:
            # The one after was retired and took this one's root with it.
            path = log_path(folder, number)
            SegmentWalk(path, own, tree).run(disk.read(path))
    check_kinship(folder, header, header, tree)
    return tree


def check_kinship(folder: Path, header: SegmentHeader, last: SegmentHeader, tree: JournalTree) -> None:
    """Raise JournalDamagedError unless `header` is of the same journal as `last` and follows on `tree`."""
    path = log_path(folder, header.number)
    if header.exponent != last.exponent:
        raise JournalDamagedError(path, 10, f"2^{header.exponent} entries in a journal of 2^{last.exponent}")
    if header.node != last.node:
        raise JournalDamagedError(path, 18, f"a segment of {header.node} in the journal of {last.node}")
    if header != next_header(header.node, tree):
        raise JournalDamagedError(
            path, 18 + len(header.node.encode()), "the tree before is not that of the segments before"
        )


def recover(disk: Disk, folder: Path, *, node: str, exponent: int) -> tuple[Recovered, int]:
    """Bring a journal to where it can be appended to; makes it, with 2^exponent entries a segment, if there is none.

    Returns what was found and the handle of the last segment. All that it returns is durable. Raises
    JournalDamagedError, and OSError if the disk fails.
    """
    inventory = list_segments(disk, folder)
    if not inventory.logs:
        create_segment(disk, folder, next_header(node, JournalTree(exponent)))
        inventory = list_segments(disk, folder)
    number = inventory.last
    handle = disk.open_append(log_path(folder, number))
    try:
        # After a process died its groups may still be only in the cache; after a failed sync the cache may hold what
        # never reached the disk. So: to the disk with what can go there, then look at the disk.
        disk.datasync(handle)
        disk.drop_cache(handle)
        disk.sync_directory(folder)
        found = read_journal(disk, folder, inventory)
        if found.cut_bytes:
            disk.truncate(handle, found.offset)
            disk.datasync(handle)
        if found.node != node:
            raise JournalDamagedError(log_path(folder, number), 18, f"the journal of {found.node}, not of {node}")
        _refresh_index(disk, folder, number, found.slots)
        if len(found.tree.roots) == number:
            return found, handle
    except BaseException:
        disk.close(handle)
        raise
    disk.close(handle)
    return begin_segment(disk, folder, found)


def begin_segment(disk: Disk, folder: Path, found: Recovered) -> tuple[Recovered, int]:
    """Begin the segment after a full last one: the node stopped between the two. The index stays unsealed."""
    header = next_header(found.node, found.tree)
    create_segment(disk, folder, header)
    handle = disk.open_append(log_path(folder, header.number))
    rewrite_index(disk, folder, header.number, b"")
    fresh = Recovered(found.node, found.tree, header.length, b"", found.retired, found.cut_bytes)
    return fresh, handle


def _refresh_index(disk: Disk, folder: Path, number: int, slots: bytes) -> None:
    """Make the last segment's index say what its entries say, wherever the node was stopped."""
    path = index_path(folder, number)
    if not disk.exists(path) or disk.read(path) != slots:
        rewrite_index(disk, folder, number, slots)
