"""Retiring a segment: proofs over all others hold, and an interruption leaves it either there or retired."""

from __future__ import annotations

import pytest

from journalwork import FOLDER, TOTAL, close_idle, entry, open_journal, operations, reopen, root, run
from kopir.bridge.journal import JournalDamagedError, JournalGapError, verify
from kopir.wire.merkle import leaf_hash, root_from_path
from simdisk import Fault, SimDisk

OPERATIONS = operations()


@pytest.mark.parametrize("gone", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2), (2, 1, 0)])
def test_proofs_over_other_segments_hold(gone):
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    for number in gone:
        journal.retire_segment(number)
    close_idle(journal)
    journal = open_journal(disk)
    assert journal.head == (TOTAL, root(TOTAL))
    for size in (24, 25, TOTAL):
        assert journal.root_at(size) == root(size)
        for leaf in range(size):
            if leaf >> 3 not in gone:
                assert root_from_path(leaf_hash(entry(leaf)), leaf, size, journal.path(leaf, size)) == root(size)
    with pytest.raises(JournalGapError, match="retired"):
        journal.path(gone[0] << 3, TOTAL)
    with pytest.raises(JournalGapError, match="retired"):
        journal.root_at((gone[0] << 3) + 1)
    with pytest.raises(JournalGapError, match="retired"):
        journal.entry(gone[0] << 3)
    close_idle(journal)
    report = verify(FOLDER, disk=disk)
    assert report.ok
    assert report.retired == tuple(sorted(gone))


def test_retiring_again_after_an_interruption_finishes_it():
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    steps = operations(retire=True)[len(OPERATIONS) :]
    disk.fault = Fault(len(disk.log) + steps.index("remove 00000000.log"))
    with pytest.raises(OSError, match="Input/output"):
        journal.retire_segment(0)
    disk.fault = None
    close_idle(journal)
    assert FOLDER / "00000000.root" in disk.seen
    journal = open_journal(disk)
    journal.retire_segment(0)
    close_idle(journal)
    assert FOLDER / "00000000.log" not in disk.seen
    assert verify(FOLDER, disk=disk).retired == (0,)


@pytest.mark.parametrize("at", range(len(OPERATIONS), len(operations(retire=True))))
def test_power_cut_while_a_segment_is_retired(at):
    disk = SimDisk(fault=Fault(at))
    appended, acknowledged = run(disk, retire=True)
    assert appended == acknowledged
    for renames in range(len(disk.history) + 1):
        left = disk.after_cut(renames=renames)
        retired = () if FOLDER / "00000000.log" in left.seen else (0,)
        reopen(left, appended, acknowledged, retired=retired)


@pytest.mark.parametrize("number", [-1, 3, 4])
def test_only_a_full_segment_is_retired(number):
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    with pytest.raises(JournalGapError, match="not full"):
        journal.retire_segment(number)
    close_idle(journal)


def test_a_harmed_segment_is_kept():
    disk = SimDisk()
    run(disk)
    disk.flip(FOLDER / "00000001.log", 150)
    journal = open_journal(disk)
    with pytest.raises(JournalDamagedError, match=r"00000001\.log"):
        journal.retire_segment(1)
    close_idle(journal)
    assert FOLDER / "00000001.log" in disk.seen
