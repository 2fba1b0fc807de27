"""Group commit on a disk that fails: a failure is final, reaches everyone, and loses nothing that was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import resource
from pathlib import Path

import pytest

from journalwork import NODE, TOTAL, open_journal, operations, reopen, run
from kopir.bridge.journal import Journal, JournalFailedError, commit
from simdisk import Fault, SimDisk

OPERATIONS = operations()


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


def test_all_entries_of_a_turn_are_one_write_and_one_sync():
    before, after = SimDisk(), SimDisk()
    run(before, (1,))
    run(after, (1, 6))
    assert [step.partition(" ")[0] for step in after.log[len(before.log) :]] == ["write", "datasync"]


def test_short_writes_are_continued():
    disk = SimDisk(most_bytes=7)
    assert run(disk) == (TOTAL, TOTAL)
    reopen(disk.after_cut(), TOTAL, TOTAL)


def test_failure_reaches_everyone_and_is_told_once():
    async def story():
        probe = SimDisk()
        journal = open_journal(probe)
        told: list[JournalFailedError] = []
        journal.on_failure(told.append)
        probe.fault = Fault(len(probe.log) + 1)  # the log's sync
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
        journal = open_journal(disk)
        disk.fault = Fault(len(disk.log))
        journal.append(b"a", None)
        await asyncio.sleep(0.01)
        assert journal.failed
        await journal.close()
        del journal
        gc.collect()
        assert noise == []

    asyncio.run(story())


OPENINGS = [at for at, name in enumerate(OPERATIONS) if at >= 20 and name.split()[0] in {"create", "sync_directory"}]


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
@pytest.mark.parametrize("at", OPENINGS)
def test_descriptors_that_are_out_for_a_moment_end_nothing(at, code, monkeypatch):
    monkeypatch.setattr(commit, "OPEN_PAUSE_S", 0)
    disk = SimDisk(fault=Fault(at, code, for_ever=False))
    assert run(disk) == (TOTAL, TOTAL)
    reopen(disk.after_cut(), TOTAL, TOTAL)


def test_descriptors_that_are_out_for_good_end_the_journal_at_last(monkeypatch):
    monkeypatch.setattr(commit, "OPEN_PAUSE_S", 0)
    disk = SimDisk(fault=Fault(OPENINGS[0], errno.EMFILE))
    appended, acknowledged = run(disk)
    assert acknowledged < TOTAL
    reopen(disk.after_cut(), appended, acknowledged)


def newest_descriptor() -> int:
    return max(int(one.name) for one in Path("/proc/self/fd").iterdir())


def test_a_segment_is_begun_while_connections_hold_every_descriptor(tmp_path):
    async def story():
        journal = Journal.open(tmp_path, node=NODE, exponent=4)
        await journal.append(b"first", None).group.durable
        held = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (newest_descriptor() + 4, hard))
        try:
            with contextlib.suppress(OSError):
                while True:
                    held.append(os.open(os.devnull, os.O_RDONLY))
            for number in range(20):
                await asyncio.wait_for(journal.append(b"%d" % number, None).group.durable, 5)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for one in held:
                os.close(one)
        assert journal.head[0] == 21
        await journal.close()

    asyncio.run(story())
