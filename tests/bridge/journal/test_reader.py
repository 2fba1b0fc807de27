"""Lookup and proofs: by request id, by message id, by index; after a restart and with the index gone."""

from __future__ import annotations

import asyncio
import hashlib
import os

import pytest

from journalwork import FOLDER, NODE, TOTAL, close_idle, entry, open_journal, record_entry, root, run
from kopir.bridge.journal import IndexKey, Journal, JournalDamagedError, JournalGapError, JournalView, index
from kopir.bridge.journal.layout import decode_group, encode_group
from kopir.wire.merkle import leaf_hash, root_from_path
from simdisk import SimDisk

START_MS = 1_790_000_000_000
HOUR_MS = 3_600_000


def request_id(instant_ms):
    return instant_ms.to_bytes(6, "big") + b"\x70" + os.urandom(9)


def exchanges(count, step_ms):
    """(id, message id, side, kind) of the four records of each of `count` exchanges, `step_ms` apart."""
    for number in range(count):
        ident = request_id(START_MS + number * step_ms)
        for side in (0, 1):
            for kind in (1, 2):
                yield ident, f"KZ-{number % 5}", side, kind


def fill(disk, keys):
    async def story():
        journal = open_journal(disk)
        tickets = []
        for key in keys:
            tickets.append(journal.append(*record_entry(*key)))
            if len(tickets) % 3 == 0:
                await tickets[-1].group.durable
        await journal.close()

    asyncio.run(story())
    return open_journal(disk)


KEYS = list(exchanges(15, HOUR_MS))


@pytest.fixture(params=["as written", "indexes gone", "indexes harmed"])
def journal(request):
    disk = SimDisk()
    close_idle(fill(disk, KEYS))
    for path in [path for path in disk.seen if path.suffix == ".idx"]:
        if request.param == "indexes gone":
            disk.remove(path)
        elif request.param == "indexes harmed" and disk.size(path):
            disk.flip(path, 5)
    journal = open_journal(disk)
    yield journal
    close_idle(journal)


def test_records_are_found_by_request_id(journal):
    for number in (0, 7, 14):
        ident = KEYS[4 * number][0]
        found = journal.find(request_id=ident)
        assert [(hit.index, hit.side, hit.kind) for hit in found] == [
            (4 * number + 3, 1, 2),
            (4 * number + 2, 1, 1),
            (4 * number + 1, 0, 2),
            (4 * number, 0, 1),
        ]
        assert [hit.entry for hit in found] == [record_entry(*KEYS[hit.index])[0] for hit in found]
        assert [hit.index for hit in journal.find(request_id=ident, side=0)] == [4 * number + 1, 4 * number]


def test_records_are_found_by_message_id_the_newest_first(journal):
    places = [index for index, key in enumerate(KEYS) if key[1] == "KZ-3"]
    assert [hit.index for hit in journal.find(message_id="KZ-3")] == places[::-1]
    assert [hit.index for hit in journal.find(message_id="KZ-3", limit=2)] == places[:-3:-1]
    assert journal.find(message_id="KZ-9") == []
    assert journal.find(request_id=request_id(START_MS)) == []


def test_recent_requests_are_loaded(journal):
    since = START_MS + 10 * HOUR_MS
    expected = {key[0] for key in KEYS if int.from_bytes(key[0][:6], "big") >= since}
    assert len(expected) == 5
    assert set(journal.load_recent(since)) == expected
    assert set(journal.load_recent(0)) == {key[0] for key in KEYS}
    assert list(journal.load_recent(START_MS * 2)) == []


def test_a_message_id_is_compared_whole(journal, monkeypatch):
    """A slot has eight bytes of its hash: let two ids have the same."""
    monkeypatch.setattr(index, "message_digest", lambda _text: hashlib.sha256(b"KZ-3").digest()[:8])
    assert journal.find(message_id="KZ-3")
    assert journal.find(message_id="KZ-4") == []


def test_every_entry_and_path_is_there():
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    for size in range(1, TOTAL + 1):
        assert journal.root_at(size) == root(size)
        for leaf in range(size):
            assert root_from_path(leaf_hash(entry(leaf)), leaf, size, journal.path(leaf, size)) == root(size)
    close_idle(journal)


def test_what_is_not_durable_is_not_given_out():
    async def story():
        journal = open_journal(SimDisk())
        ticket = journal.append(*record_entry(*KEYS[0]))
        with pytest.raises(JournalGapError, match="0 durable entries"):
            journal.entry(0)
        with pytest.raises(JournalGapError):
            journal.path(0, 1)
        assert journal.find(request_id=KEYS[0][0]) == []
        await ticket.group.durable
        assert journal.find(request_id=KEYS[0][0])[0].index == 0
        assert journal.path(0, 1) == []
        await journal.close()

    asyncio.run(story())


def test_lookup_beside_appending_sees_whole_states(tmp_path):
    """A thread reads while the loop appends over many segments: every answer must hold for the head it was asked at."""

    async def story():
        journal = Journal.open(tmp_path, node=NODE, exponent=2)
        stop = False
        asked = 0

        def read():
            nonlocal asked
            while not stop:
                size, known = journal.head
                if size:
                    leaf = size - 1
                    assert root_from_path(leaf_hash(journal.entry(leaf)), leaf, size, journal.path(leaf, size)) == known
                    assert journal.find(request_id=leaf.to_bytes(16, "big"))[0].index == leaf
                    asked += 1

        reading = asyncio.get_running_loop().run_in_executor(None, read)
        for number in range(400):
            ident = number.to_bytes(16, "big")
            ticket = journal.append(record_entry(ident, "m", 0, 1)[0], IndexKey(ident, "m", 0, 1))
            if number % 3 == 0:
                await ticket.group.durable
        await ticket.group.durable
        stop = True
        await reading
        assert asked > 0
        await journal.close()

    asyncio.run(story())


def test_a_view_reads_beside_the_writer():
    disk = SimDisk()
    journal = fill(disk, KEYS)
    view = JournalView.open(FOLDER, disk=disk)
    assert (view.node, view.exponent, view.head) == (NODE, 3, journal.head)
    assert view.reader.find(request_id=KEYS[0][0]) == journal.find(request_id=KEYS[0][0])
    assert view.reader.path(3, 9) == journal.path(3, 9)
    close_idle(journal)
    disk.seen[FOLDER / "00000007.log"].seen += b"torn"
    assert JournalView.open(FOLDER, disk=disk).cut_bytes == 4
    with pytest.raises(JournalGapError, match="no journal"):
        JournalView.open(FOLDER, disk=SimDisk())


@pytest.mark.parametrize(("leaf", "size"), [(-1, 5), (5, 5), (0, 0), (0, TOTAL + 1), (TOTAL, TOTAL + 1)])
def test_what_is_outside_the_journal_is_refused(leaf, size):
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    with pytest.raises(JournalGapError):
        journal.path(leaf, size)
    with pytest.raises(JournalGapError):
        journal.root_at(-1)
    with pytest.raises(JournalGapError):
        journal.entry(-1)
    close_idle(journal)


def test_no_proof_is_made_from_entries_that_are_not_those_of_the_root():
    """Who can write the file can make its checksums too; the root that the next segment's header keeps still tells."""
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    path = FOLDER / "00000000.log"
    content = disk.seen[path].seen
    start = content.index(b"\xf5\x0dKG")
    genuine = decode_group(bytes(content), start)
    payload = bytes(content[start + 24 : genuine.end - 36]).replace(b"entry 0", b"entry X")
    content[start : genuine.end] = encode_group(0, 1, payload, genuine.root)
    with pytest.raises(JournalDamagedError, match="not those of the segment's root"):
        journal.path(3, TOTAL)
    with pytest.raises(JournalDamagedError):
        journal.retire_segment(0)
    close_idle(journal)


def test_no_proof_is_made_from_a_harmed_segment():
    disk = SimDisk()
    run(disk)
    journal = open_journal(disk)
    disk.flip(FOLDER / "00000000.log", 100)
    with pytest.raises(JournalDamagedError, match=r"00000000\.log: byte 100"):
        journal.path(0, TOTAL)
    disk.flip(FOLDER / "00000000.log", 100)
    del disk.seen[FOLDER / "00000001.log"].seen[200:]
    with pytest.raises(JournalDamagedError, match=r"00000001\.log"):
        journal.path(9, TOTAL)
    with pytest.raises(JournalDamagedError, match="within an entry"):
        journal.entry(15)
    close_idle(journal)


def test_the_newest_entries_that_are_no_records_come_first_and_from_the_newest_segments_alone():
    disk = SimDisk()
    run(disk)  # none of them is a record
    journal = open_journal(disk)
    try:
        everything = list(journal.reader.newest_others(9))
        newest = list(journal.reader.newest_others(1))
    finally:
        close_idle(journal)

    assert everything == [(number, entry(number)) for number in reversed(range(TOTAL))]
    assert newest == [(number, entry(number)) for number in reversed(range(TOTAL - TOTAL % 8, TOTAL))]


def test_records_are_not_among_the_others():
    disk = SimDisk()
    journal = fill(disk, KEYS)
    try:
        assert list(journal.reader.newest_others(99)) == []
    finally:
        close_idle(journal)
