"""Work for a journal on a simulated disk, the same every time, and the check of what is left of it."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

from kopir.bridge.journal import IndexKey, Journal, JournalFailedError, verify
from kopir.wire.merkle import Tree, leaf_hash
from simdisk import SimDisk

NODE = "KZ/GOV/1/node"
FOLDER = Path("/journal")
TURNS = (1, 3, 2, 1, 5, 8, 1, 1, 4)
"""Entries of each turn: with segments of 8, groups that end at, before and across a boundary."""
TOTAL = sum(TURNS)


@cache
def entry(number: int) -> bytes:
    """The `number`-th entry: no record, no two alike, of several lengths."""
    return b"entry %d " % number + bytes(number % 7)


@cache
def root(size: int) -> bytes:
    """The root over the first `size` entries, by another way than the journal's."""
    return Tree([leaf_hash(entry(number)) for number in range(size)]).root


def open_journal(disk: SimDisk, exponent: int = 3) -> Journal:
    """Open the journal on a simulated disk, with segments of 8."""
    return Journal.open(FOLDER, node=NODE, disk=disk, exponent=exponent)


def close_idle(journal: Journal) -> None:
    """Close a journal that has nothing pending, without the price of an event loop."""
    try:
        journal.close().send(None)
    except StopIteration:
        return
    raise AssertionError("the journal had something pending")


def run(disk: SimDisk, turns: tuple[int, ...] = TURNS, *, retire: bool = False) -> tuple[int, int]:
    """Append in turns until the disk fails; return how many entries were appended, and how many acknowledged."""
    return asyncio.run(_work(disk, turns, retire=retire))


async def _work(disk: SimDisk, turns: tuple[int, ...], *, retire: bool) -> tuple[int, int]:
    try:
        journal = open_journal(disk)
    except JournalFailedError:
        return 0, 0
    appended = acknowledged = journal.head[0]
    try:
        for count in turns:
            tickets = [journal.append(entry(appended + number), None) for number in range(count)]
            appended += count
            for ticket in tickets:
                await ticket.group.durable
                acknowledged = ticket.index + 1
        if retire:
            journal.retire_segment(0)
    except (JournalFailedError, OSError):
        pass
    finally:
        await journal.close()
    return appended, acknowledged


def operations(*, retire: bool = False) -> list[str]:
    """What the work does to a disk without faults, in order."""
    disk = SimDisk()
    if run(disk, retire=retire) != (TOTAL, TOTAL):
        raise AssertionError("the work fails without a fault")
    return disk.log


def read_back(disk: SimDisk, appended: int, acknowledged: int, *, retired: tuple[int, ...] = ()) -> int:
    """Open what is left: everything acknowledged must be there, and what else is there must have been appended."""
    journal = open_journal(disk)
    size, found = journal.head
    assert acknowledged <= size <= appended
    assert found == root(size)
    for number in range(size):
        if number >> 3 not in retired:
            assert journal.entry(number) == entry(number)
    close_idle(journal)
    return size


def reopen(disk: SimDisk, appended: int, acknowledged: int, *, retired: tuple[int, ...] = ()) -> int:
    """Read back what is left, go on with it, and have the whole verified."""
    size = read_back(disk, appended, acknowledged, retired=retired)
    run(disk, (2,))
    report = verify(FOLDER, disk=disk)
    assert report.fault is None
    assert (report.size, report.root) == (size + 2, root(size + 2))
    return size


def record_entry(request_id: bytes, message_id: str, side: int, kind: int) -> tuple[bytes, IndexKey]:
    """An entry that begins as a record does, and its key."""
    text = message_id.encode()
    head = bytes((0x60 + len(text),)) if len(text) < 24 else bytes((0x78, len(text)))
    record = b"\x98\x1a\x01" + bytes((kind,)) + b"\x50" + bytes(16) + b"\x50" + request_id + head + text + b"and so on"
    entry_bytes = b"\x84\x01" + bytes((side,)) + b"\x59" + len(record).to_bytes(2, "big") + record + b"\x41\x00"
    return entry_bytes, IndexKey(request_id, message_id, side, kind)
