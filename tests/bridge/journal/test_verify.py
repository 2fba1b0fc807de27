"""`verify`: a sound journal passes, and a single harmed byte anywhere is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from journalwork import FOLDER, NODE, TOTAL, close_idle, open_journal, root, run
from kopir.bridge.journal import verify
from kopir.bridge.journal.layout import decode_group, encode_group, encode_root
from simdisk import File, SimDisk


@pytest.fixture
def disk():
    disk = SimDisk()
    run(disk)
    return disk


def test_a_sound_journal_passes(disk):
    report = verify(FOLDER, disk=disk)
    assert report.ok
    assert (report.node, report.size, report.root) == (NODE, TOTAL, root(TOTAL))
    assert (report.segments, report.retired, report.stale_indexes) == (4, (), ())


def test_a_stale_index_is_told_but_no_fault(disk):
    disk.flip(FOLDER / "00000000.idx", 3)
    disk.remove(FOLDER / "00000001.idx")
    report = verify(FOLDER, disk=disk)
    assert report.ok
    assert report.stale_indexes == (0, 1)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("bits", [0x01, 0xFF])
def test_every_harmed_byte_is_named(disk, number, bits, monkeypatch):
    path = FOLDER / f"{number:08x}.log"
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    for offset in range(disk.size(path)):
        disk.flip(path, offset, bits)
        fault = verify_fault(disk)
        assert fault.path == path
        # A wrong version, segment number or length of the node's text moves everything after it.
        assert fault.offset == offset or 8 <= offset < 18
        disk.flip(path, offset, bits)
    assert verify(FOLDER, disk=disk).ok


def test_every_harmed_byte_of_a_retired_segments_root_is_named(disk):
    journal = open_journal(disk)
    journal.retire_segment(1)
    close_idle(journal)
    path = FOLDER / "00000001.root"
    for offset in range(disk.size(path)):
        disk.flip(path, offset)
        fault = verify_fault(disk)
        assert (fault.path, fault.offset) == (path, offset)
        disk.flip(path, offset)


@pytest.mark.parametrize("number", range(4))
def test_every_truncation_is_named(disk, number, monkeypatch):
    path = FOLDER / f"{number:08x}.log"
    whole = bytes(disk.seen[path].seen)
    sound = 0
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    for length in range(len(whole)):
        disk.seen[path].seen[:] = whole[:length]
        report = verify(FOLDER, disk=disk)
        if report.fault is None:
            sound += 1  # cut between two groups at the very end: only a later witness can tell
            assert number == 3
        else:
            assert report.fault.path == path
            assert report.fault.offset <= length
    assert sound == (0 if number < 3 else 1)


def verify_fault(disk):
    fault = verify(FOLDER, disk=disk).fault
    assert fault is not None
    return fault


def test_a_missing_segment_is_named(disk):
    disk.remove(FOLDER / "00000001.log")
    assert verify_fault(disk).path == FOLDER / "00000001.log"


def test_a_missing_last_segment_is_named(disk):
    disk.remove(FOLDER / "00000003.log")
    assert verify_fault(disk).path == FOLDER / "00000003.log"


def test_a_last_segment_that_only_seems_retired_is_named(disk):
    disk.remove(FOLDER / "00000003.log")
    disk.seen[FOLDER / "00000003.root"] = File(encode_root(3, 3, bytes(32)))
    fault = verify_fault(disk)
    assert fault.path == FOLDER / "00000003.log"
    assert "never retired" in fault.reason


def test_exchanged_segments_are_named(disk):
    names = disk.seen
    names[FOLDER / "00000001.log"], names[FOLDER / "00000002.log"] = (
        names[FOLDER / "00000002.log"],
        names[FOLDER / "00000001.log"],
    )
    assert "this is segment 00000002" in str(verify_fault(disk))


def test_a_group_forged_with_its_checksums_is_named(disk):
    """Who can write the files can make checksums too; then the root after the group does not follow."""
    path = FOLDER / "00000003.log"
    content = disk.seen[path].seen
    start = content.index(b"\xf5\x0dKG")
    genuine = decode_group(bytes(content), start)
    payload = bytes(content[start + 24 : genuine.end - 36]).replace(b"entry 24", b"entry 99")
    content[start:] = encode_group(24, 2, payload, genuine.root)
    fault = verify_fault(disk)
    assert (fault.path, fault.offset) == (path, genuine.end - 36)
    assert "root after this group" in fault.reason


def test_a_group_left_out_is_named(disk):
    path = FOLDER / "00000000.log"
    content = disk.seen[path].seen
    start = content.index(b"\xf5\x0dKG")
    del content[start : decode_group(bytes(content), start).end]
    fault = verify_fault(disk)
    assert (fault.path, fault.offset) == (path, start + 8)
    assert "entry 0 is missing" in fault.reason


def test_a_root_file_that_is_not_of_the_entries_is_named(disk):
    path = FOLDER / "00000001.root"
    disk.seen[path] = File(encode_root(3, 1, bytes(32)))
    fault = verify_fault(disk)
    assert (fault.path, fault.offset) == (path, 16)
    disk.remove(FOLDER / "00000001.log")
    fault = verify_fault(disk)
    assert fault.path == FOLDER / "00000002.log"
    assert "tree before" in fault.reason


def test_a_torn_last_group_is_named_while_no_node_cuts_it_off(disk):
    disk.seen[FOLDER / "00000003.log"].seen += b"torn"
    fault = verify_fault(disk)
    assert fault.offset == disk.size(FOLDER / "00000003.log") - 4
    assert "cut" in fault.reason


def test_a_group_that_is_being_written_is_looked_at_again(disk, monkeypatch):
    path = FOLDER / "00000003.log"
    whole = bytes(disk.seen[path].seen)
    del disk.seen[path].seen[-10:]

    def finish_writing(_seconds):
        disk.seen[path].seen[:] = whole

    monkeypatch.setattr("time.sleep", finish_writing)
    assert verify(FOLDER, disk=disk).ok


def test_no_journal_is_a_fault(tmp_path):
    fault = verify(tmp_path).fault
    assert fault is not None
    assert "no journal" in fault.reason
    with pytest.raises(FileNotFoundError):
        verify(Path("/nowhere/at/all"))
