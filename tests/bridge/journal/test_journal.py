"""The journal as its users see it: append, the two futures of a group, the head, reopening."""

from __future__ import annotations

import asyncio

import pytest

from kopir.bridge.journal import Journal, JournalDamagedError, JournalLockedError
from kopir.wire.merkle import EMPTY_ROOT, Tree, leaf_hash

NODE = "KZ/GOV/1/node"


def open_journal(folder, exponent=3):
    return Journal.open(folder, node=NODE, exponent=exponent)


def entries(count, start=0):
    return [b"entry %d" % number for number in range(start, start + count)]


def root(items):
    return Tree([leaf_hash(item) for item in items]).root


async def append_all(journal, items):
    tickets = [journal.append(item, None) for item in items]
    await tickets[-1].group.durable


def test_appended_entries_are_there_after_reopening(tmp_path):
    async def write(items):
        journal = open_journal(tmp_path)
        await append_all(journal, items)
        assert journal.head == (journal.size, root(entries(journal.size)))
        await journal.close()

    for start in (0, 5, 10, 16, 30):
        asyncio.run(write(entries({0: 5, 5: 5, 10: 6, 16: 14, 30: 1}[start], start)))
    journal = open_journal(tmp_path)
    assert journal.head == (31, root(entries(31)))
    asyncio.run(journal.close())


def test_a_new_journal_is_empty(tmp_path):
    async def story():
        journal = open_journal(tmp_path / "deep" / "journal")
        assert journal.head == (0, EMPTY_ROOT)
        assert (journal.exponent, journal.size, journal.failed) == (3, 0, False)
        await journal.close()
        await journal.close()

    asyncio.run(story())


def test_entries_of_one_turn_share_a_group_and_know_their_places(tmp_path):
    async def story():
        journal = open_journal(tmp_path)
        first, second = journal.append(b"a", None), journal.append(b"b", None)
        assert first.group is second.group
        assert (first.index, second.index) == (0, 1)
        assert not first.group.written.done()
        await first.group.written
        assert journal.head[0] == 0
        await first.group.durable
        assert journal.head == (2, root([b"a", b"b"]))
        assert journal.append(b"c", None).group is not first.group
        await journal.close()

    asyncio.run(story())


def test_close_makes_durable_what_is_pending(tmp_path):
    async def story():
        journal = open_journal(tmp_path)
        tickets = [journal.append(entry, None) for entry in entries(20)]
        await journal.close()
        assert all(ticket.group.durable.done() for ticket in tickets)
        assert journal.head == (20, root(entries(20)))

    asyncio.run(story())


def test_a_group_does_not_cross_a_segment(tmp_path):
    async def story():
        journal = open_journal(tmp_path)
        tickets = [journal.append(entry, None) for entry in entries(17)]
        assert [ticket.group.first for ticket in tickets] == [0] * 8 + [8] * 8 + [16]
        await tickets[-1].group.durable
        await journal.close()

    asyncio.run(story())
    assert sorted(path.name for path in tmp_path.glob("*.log")) == ["00000000.log", "00000001.log", "00000002.log"]


def test_a_cancelled_waiter_leaves_the_group_to_the_others(tmp_path):
    async def story():
        journal = open_journal(tmp_path)
        group = journal.append(b"a", None).group

        async def wait():
            await group.durable

        async with asyncio.TaskGroup() as tasks:
            hasty, patient = tasks.create_task(wait()), tasks.create_task(wait())
            await asyncio.sleep(0)
            hasty.cancel()
        assert hasty.cancelled()
        assert not patient.cancelled()
        assert journal.head[0] == 1
        await journal.close()

    asyncio.run(story())


def test_an_entry_over_the_limit_is_refused(tmp_path):
    async def story():
        journal = open_journal(tmp_path)
        with pytest.raises(ValueError, match="65537"):
            journal.append(bytes(65_537), None)
        journal.append(bytes(65_536), None)
        await journal.close()

    asyncio.run(story())


def test_a_journal_is_open_once(tmp_path):
    journal = open_journal(tmp_path)
    with pytest.raises(JournalLockedError, match="another process"):
        open_journal(tmp_path)
    asyncio.run(journal.close())
    asyncio.run(open_journal(tmp_path).close())


def test_the_size_of_a_segment_is_that_of_its_making(tmp_path):
    asyncio.run(open_journal(tmp_path, 3).close())
    journal = open_journal(tmp_path, 7)
    assert journal.exponent == 3
    asyncio.run(journal.close())


def test_another_nodes_journal_is_refused(tmp_path):
    asyncio.run(open_journal(tmp_path).close())
    with pytest.raises(JournalDamagedError, match="not of TJ/GOV/1/node"):
        Journal.open(tmp_path, node="TJ/GOV/1/node")
    asyncio.run(open_journal(tmp_path).close())


@pytest.mark.parametrize("exponent", [0, 16])
def test_a_segment_has_a_sensible_size(tmp_path, exponent):
    with pytest.raises(ValueError, match="1 to 15"):
        Journal.open(tmp_path, node=NODE, exponent=exponent)
