"""Opening a journal after the disk forgot or tore what was not synced: nothing acknowledged is lost."""

from __future__ import annotations

import pytest

import journalwork
from journalwork import FOLDER, TOTAL, close_idle, open_journal, operations, read_back, reopen, run
from kopir.bridge.journal import JournalDamagedError, JournalFailedError, JournalView
from kopir.bridge.journal.layout import encode_group
from simdisk import Fault, File, SimDisk, keep_first, overlay, zeros_from, zeros_until

OPERATIONS = operations()
SYNCS = [at for at, name in enumerate(OPERATIONS) if name == "datasync"]


def copy_of(disk):
    """A disk of its own, so that a later check starts from the same state."""
    left = disk.after_kill()
    files = {id(file): File(bytes(file.seen)) for file in (*left.seen.values(), *left.kept.values())}
    for names in (left.seen, left.kept):
        for path, file in names.items():
            names[path] = files[id(file)]
    return left


def test_without_a_fault_everything_is_there():
    disk = SimDisk()
    appended, acknowledged = run(disk)
    assert appended == acknowledged == TOTAL
    assert reopen(disk.after_cut(), appended, acknowledged) == appended


@pytest.mark.parametrize("at", range(len(OPERATIONS)))
def test_power_cut_before_an_operation(at):
    disk = SimDisk(fault=Fault(at))
    appended, acknowledged = run(disk)
    for renames in range(len(disk.history) + 1):
        reopen(disk.after_cut(renames=renames), appended, acknowledged)
    reopen(disk.after_kill(), appended, acknowledged)


@pytest.mark.parametrize("at", range(len(OPERATIONS)))
def test_power_cut_after_a_start_that_followed_a_kill(at):
    """Names and content that only the kernel knew must be on the medium before anything new is acknowledged."""
    disk = SimDisk(fault=Fault(at))
    run(disk)
    disk = disk.after_kill()
    appended, acknowledged = run(disk, (2,))
    assert appended == acknowledged
    reopen(disk.after_cut(), appended, acknowledged)


def test_the_remains_of_a_torn_group_do_not_come_back():
    """The cut is on the medium before a shorter group is written where the torn one was, and is torn in its turn."""
    probe = SimDisk()
    run(probe, (1, 6))
    disk = SimDisk(fault=Fault(len(probe.log) - 1))
    assert run(disk, (1, 6)) == (7, 1)
    torn = disk.after_cut(keep_first(110))
    probe = copy_of(torn)
    run(probe, (1,))
    torn.fault = Fault(len(probe.log) - 1)
    appended, acknowledged = run(torn, (1,))
    assert appended == acknowledged + 1
    for count in range(80):
        read_back(torn.after_cut(overlay(count)), appended, acknowledged)


@pytest.mark.parametrize("place", [2, 6, 21, 40])
def test_a_harmed_group_before_a_whole_one_is_no_torn_one(place):
    disk = SimDisk()
    run(disk, (2, 2, 2))
    path = FOLDER / "00000000.log"
    whole = bytes(disk.seen[path].seen)
    starts = [at for at in range(len(whole)) if whole.startswith(b"\xf5\x0dKG", at)]
    for start in starts[:-1]:
        disk.flip(path, start + place)
        with pytest.raises(JournalDamagedError) as caught:
            open_journal(disk)
        assert (caught.value.path, caught.value.offset) == (path, start + place)
        assert disk.seen[path].seen != whole
        disk.flip(path, start + place)
    assert read_back(disk, 6, 6) == 6
    disk.flip(path, starts[-1] + place)
    assert read_back(disk, 6, 4) == 4


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


@pytest.mark.parametrize("tear", [keep_first, zeros_from])
def test_a_torn_group_that_holds_the_bytes_of_another_is_cut_off_all_the_same(monkeypatch: pytest.MonkeyPatch, tear):
    """A peer decides what stands in its records: bytes that look like a whole group must not stop the next start."""
    planted = b"entry" + encode_group(1, 1, b"\0\0\0\1x", bytes(32)) + b"and so on"
    monkeypatch.setattr(journalwork, "entry", lambda number: planted)
    probe = SimDisk()
    run(probe, (1, 1))
    disk = SimDisk(fault=Fault(len(probe.log) - 1))
    assert run(disk, (1, 1)) == (2, 1)
    file = disk.seen[FOLDER / "00000000.log"]
    for count in range(24, len(file.seen) - len(file.kept)):
        assert JournalView.open(FOLDER, disk=disk.after_cut(tear(count))).head[0] == 1


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


def test_pages_lost_by_a_failed_sync_are_not_believed():
    """After a failed sync the cache still shows the group; a start must look at the medium."""
    disk = SimDisk(fault=Fault(SYNCS[-1], for_ever=False))
    _, acknowledged = run(disk)
    started = disk.after_kill()
    journal = open_journal(started)
    size = journal.head[0]
    close_idle(journal)
    assert size == acknowledged
    assert JournalView.open(FOLDER, disk=started.after_cut()).head[0] == size


def test_a_read_only_folder_is_named():
    with pytest.raises(JournalFailedError, match=r"/journal: .*Read-only"):
        open_journal(SimDisk(is_read_only=True))
