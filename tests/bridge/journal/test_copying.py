"""A copy of a journal whose node goes on: whole up to a head, never with half a group."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from kopir.bridge.journal import Journal, JournalDamagedError, JournalGapError, copy_journal, verify
from kopir.bridge.journal import copying as module

NODE = "KZ/GOV/1/node1"


def write(folder: Path, count: int, *, retire: int = 0) -> None:
    """Append entries, in segments of 8; retire that many segments."""

    async def work() -> None:
        journal = Journal.open(folder, node=NODE, exponent=3)
        for number in range(count):
            await journal.append(b"entry %d" % number, None).group.durable
        for number in range(retire):
            journal.retire_segment(number)
        await journal.close()

    asyncio.run(work())


@pytest.mark.parametrize("count", [1, 7, 8, 9, 30])
def test_the_copy_is_the_journal(tmp_path, count):
    write(tmp_path / "journal", count)
    copied = copy_journal(tmp_path / "journal", tmp_path / "copy")
    report = verify(tmp_path / "copy")
    assert report.ok
    assert (copied.node, copied.size, copied.root) == (NODE, count, report.root)
    assert verify(tmp_path / "journal").root == report.root
    write(tmp_path / "copy", 3)
    assert verify(tmp_path / "copy").size == count + 3, "one can go on with it"


def test_retired_segments_stay_retired(tmp_path):
    write(tmp_path / "journal", 20, retire=1)
    copy_journal(tmp_path / "journal", tmp_path / "copy")
    assert verify(tmp_path / "copy").retired == (0,)


def test_half_a_group_is_left_out(tmp_path):
    write(tmp_path / "journal", 5)
    log = tmp_path / "journal" / "00000000.log"
    whole = log.read_bytes()
    write(tmp_path / "journal", 1)
    log.write_bytes(log.read_bytes()[: len(whole) + 11])
    assert copy_journal(tmp_path / "journal", tmp_path / "copy").size == 5
    assert (tmp_path / "copy" / "00000000.log").read_bytes() == whole


def test_copies_of_a_journal_that_is_being_written_all_hold(tmp_path):
    stop = threading.Event()
    sizes: list[int] = []

    async def work() -> None:
        journal = Journal.open(tmp_path / "journal", node=NODE, exponent=6)
        while not stop.is_set():
            tickets = [journal.append(b"x" * 2_000, None) for _ in range(7)]
            await tickets[-1].group.durable
        await journal.close()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    try:
        while not (tmp_path / "journal" / "00000001.log").exists():
            pass
        for number in range(12):
            copied = copy_journal(tmp_path / "journal", tmp_path / f"copy{number}")
            report = verify(tmp_path / f"copy{number}")
            assert report.fault is None
            assert (report.size, report.root) == (copied.size, copied.root)
            sizes.append(copied.size)
    finally:
        stop.set()
        thread.join()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_a_segment_that_is_retired_meanwhile_is_looked_for_again(tmp_path, monkeypatch):
    write(tmp_path / "journal", 20)
    copy = module._copy_file
    vanished: list[Path] = []

    def vanish(source: Path, target: Path, limit: int) -> None:
        if not vanished and source.name == "00000001.log":
            vanished.append(source)
            raise FileNotFoundError(source)
        copy(source, target, limit)

    monkeypatch.setattr(module, "_copy_file", vanish)
    assert copy_journal(tmp_path / "journal", tmp_path / "copy").size == 20
    assert verify(tmp_path / "copy").ok


def test_where_no_journal_is_or_a_damaged_one_it_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(JournalGapError, match="holds no journal"):
        copy_journal(tmp_path / "empty", tmp_path / "copy")
    write(tmp_path / "journal", 9)
    log = tmp_path / "journal" / "00000001.log"
    log.write_bytes(b"x" + log.read_bytes()[1:])
    with pytest.raises(JournalDamagedError):
        copy_journal(tmp_path / "journal", tmp_path / "copy")


def test_nothing_that_is_there_is_overwritten(tmp_path):
    write(tmp_path / "journal", 1)
    (tmp_path / "copy").mkdir()
    with pytest.raises(FileExistsError):
        copy_journal(tmp_path / "journal", tmp_path / "copy")
