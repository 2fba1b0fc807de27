"""The journal on a disk that forgets, tears and fails: nothing acknowledged is lost, nothing half is taken for whole."""

from __future__ import annotations

import asyncio
import errno
from functools import cache
from pathlib import Path

import pytest

from kopir.bridge.journal import Journal, JournalFailedError, JournalView, verify
from kopir.wire.merkle import Tree, leaf_hash
from simdisk import Fault, SimDisk, keep_first, zeros_from, zeros_until

NODE = "KZ/GOV/1/node"
FOLDER = Path("/journal")
TURNS = (1, 3, 2, 1, 5, 8, 1, 1, 4)
"""Entries of each turn: with segments of 8, groups that end at, before and across a boundary, and one that fills a segment."""


def entry(number):
    return b"entry %d " % number + bytes(number % 7)


@cache
def root(size):
    return Tree([leaf_hash(entry(number)) for number in range(size)]).root


async def work(disk, turns=TURNS, *, retire=False):
    """Append in turns until the disk fails; return (entries appended, entries acknowledged)."""
    appended = acknowledged = 0
    try:
        journal = Journal.open(FOLDER, node=NODE, disk=disk, exponent=3)
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


def run(disk, turns=TURNS, **options):
    return asyncio.run(work(disk, turns, **options))


def close_idle(journal):
    """Close a journal that has nothing pending, without the price of an event loop."""
    with pytest.raises(StopIteration):
        journal.close().send(None)


def read_back(disk, appended, acknowledged, *, retired=()):
    """Open what is left and check that everything acknowledged is there, and what else is there was appended."""
    journal = Journal.open(FOLDER, node=NODE, disk=disk, exponent=3)
    size, found_root = journal.head
    assert acknowledged <= size <= appended
    assert found_root == root(size)
    for number in range(size):
        if number >> 3 not in retired:
            assert journal.entry(number) == entry(number)
    close_idle(journal)
    return size


def reopen(disk, appended, acknowledged, *, retired=()):
    """Read back what is left, then go on with it."""
    size = read_back(disk, appended, acknowledged, retired=retired)
    run(disk, (2,))
    report = verify(FOLDER, disk=disk)
    assert report.fault is None
    assert (report.size, report.root) == (size + 2, root(size + 2))
    return size


def operations(**options):
    """What the work does to a disk without faults, in order."""
    disk = SimDisk()
    assert run(disk, **options) == (sum(TURNS), sum(TURNS))
    return disk.log


OPERATIONS = operations()
SYNCS = [at for at, name in enumerate(OPERATIONS) if name == "datasync"]


def copy_of(disk):
    """A disk of its own, so that a later check starts from the same state."""
    left = disk.after_kill()
    files = {id(file): type(file)(bytes(file.seen)) for file in (*left.seen.values(), *left.kept.values())}
    for names in (left.seen, left.kept):
        for path, file in names.items():
            names[path] = files[id(file)]
    return left


def test_without_a_fault_everything_is_there():
    disk = SimDisk()
    appended, acknowledged = run(disk)
    assert appended == acknowledged == sum(TURNS)
    assert reopen(disk.after_cut(), appended, acknowledged) == appended


@pytest.mark.parametrize("at", range(len(OPERATIONS)))
def test_power_cut_before_an_operation(at):
    disk = SimDisk(fault=Fault(at))
    appended, acknowledged = run(disk)
    for renames in range(len(disk.history) + 1):
        reopen(disk.after_cut(renames=renames), appended, acknowledged)
    reopen(disk.after_kill(), appended, acknowledged)


@pytest.mark.parametrize("at", SYNCS)
@pytest.mark.parametrize("tear", [keep_first, zeros_from, zeros_until])
def test_the_last_group_torn_at_every_byte(at, tear):
    disk = SimDisk(fault=Fault(at))
    appended, acknowledged = run(disk)
    unsynced = {path: len(file.seen) - len(file.kept) for path, file in disk.seen.items()}
    sizes = {
        read_back(disk.after_cut(tear(count), renames=len(disk.history)), appended, acknowledged)
        for count in range(max(unsynced.values()) + 1)
    }
    if any(count for path, count in unsynced.items() if path.suffix == ".log"):
        assert min(sizes) == acknowledged < max(sizes)
    reopen(disk.after_cut(tear(40), renames=len(disk.history)), appended, acknowledged)


@pytest.mark.parametrize("at", range(0, len(OPERATIONS), 3))
def test_power_cut_during_recovery(at):
    """The machine fails again while it recovers from a torn group, at every operation of that."""
    disk = SimDisk(fault=Fault(at))
    appended, acknowledged = run(disk)
    torn = disk.after_cut(keep_first(9), renames=len(disk.history))
    probe = copy_of(torn)
    run(probe, ())
    for second in range(len(probe.log)):
        again = copy_of(torn)
        again.fault = Fault(second)
        run(again, ())
        read_back(again.after_cut(keep_first(9), renames=len(again.history)), appended, acknowledged)
        read_back(again.after_cut(), appended, acknowledged)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("at", range(len(OPERATIONS)))
def test_a_failed_operation_is_final_and_loses_nothing(at, code):
    """One operation fails, all later ones would succeed: the journal must not go on as if nothing had been."""
    disk = SimDisk(fault=Fault(at, code, 5, for_ever=False))
    appended, acknowledged = run(disk)
    reopen(disk.after_kill(), appended, acknowledged)
    disk = SimDisk(fault=Fault(at, code, 5, for_ever=False))
    appended, acknowledged = run(disk)
    reopen(disk.after_cut(), appended, acknowledged)


def test_pages_lost_by_a_failed_sync_are_not_believed():
    """After a failed sync the cache still shows the group; a start without looking at the medium would call it durable."""
    disk = SimDisk(fault=Fault(SYNCS[-1], for_ever=False))
    _, acknowledged = run(disk)
    started = disk.after_kill()
    journal = Journal.open(FOLDER, node=NODE, disk=started, exponent=3)
    size = journal.head[0]
    close_idle(journal)
    assert size == acknowledged
    assert JournalView.open(FOLDER, disk=started.after_cut()).head[0] == size


def test_short_writes_are_continued():
    disk = SimDisk(most_bytes=7)
    assert run(disk) == (sum(TURNS), sum(TURNS))
    reopen(disk.after_cut(), sum(TURNS), sum(TURNS))


@pytest.mark.parametrize("at", range(len(OPERATIONS), len(operations(retire=True))))
def test_power_cut_while_a_segment_is_retired(at):
    disk = SimDisk(fault=Fault(at))
    appended, acknowledged = run(disk, retire=True)
    assert appended == acknowledged
    for renames in range(len(disk.history) + 1):
        left = disk.after_cut(renames=renames)
        retired = () if Path("/journal/00000000.log") in left.seen else (0,)
        reopen(left, appended, acknowledged, retired=retired)


def test_failure_reaches_everyone_and_is_told_once():
    async def story():
        probe = SimDisk()
        journal = Journal.open(FOLDER, node=NODE, disk=probe, exponent=3)
        told = []
        journal.on_failure(told.append)
        probe.fault = Fault(len(probe.log) + 2)  # the index, then the log's sync
        first = journal.append(b"a", None)
        await first.group.written
        second = journal.append(b"b", None)
        with pytest.raises(JournalFailedError, match="Input/output error"):
            await first.group.durable
        with pytest.raises(JournalFailedError):
            await second.group.written
        with pytest.raises(JournalFailedError) as caught:
            journal.append(b"c", None)
        assert caught.value.code == "LoggingFailed"
        assert journal.failed
        assert told == [caught.value]
        assert journal.head[0] == 0
        await journal.close()

    asyncio.run(story())


def test_a_group_that_nobody_awaits_fails_without_noise():
    async def story():
        noise = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: noise.append(context))
        disk = SimDisk()
        journal = Journal.open(FOLDER, node=NODE, disk=disk, exponent=3)
        disk.fault = Fault(len(disk.log))
        journal.append(b"a", None)
        await asyncio.sleep(0.01)
        assert journal.failed
        await journal.close()
        assert noise == []

    asyncio.run(story())


def test_a_read_only_folder_is_named():
    with pytest.raises(JournalFailedError, match=r"/journal: .*Read-only"):
        Journal.open(FOLDER, node=NODE, disk=SimDisk(is_read_only=True))
