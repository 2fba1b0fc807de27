"""Bodies: streams with back-pressure, the store in memory or in the spool, and room that is always given back."""

from __future__ import annotations

import asyncio
import os
from hashlib import sha256
from pathlib import Path

import pytest

from kopir.bridge.bodies import (
    CHUNK_BYTES,
    EMPTY_SHA256,
    HIGH_WATER_BYTES,
    BodyStream,
    BodyTooLargeError,
    Collector,
    SpoolFullError,
    SpoolSpace,
    StoredBody,
)


def collect(space: SpoolSpace, *pieces: bytes, memory: int = 10, limit: int = 1 << 30) -> StoredBody:
    collector = Collector(space, memory_bytes=memory, limit_bytes=limit)
    for piece in pieces:
        collector.add(piece)
    return collector.finish()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


# -- streams


def test_what_is_fed_is_read_to_its_end():
    async def story():
        stream = BodyStream(lambda _: None)
        stream.feed(b"ab")
        stream.feed(b"cd")
        stream.end()
        assert (await stream.read(), await stream.read(), stream.received) == (b"abcd", b"", 4)

    asyncio.run(story())


def test_a_reader_waits_for_the_first_byte_and_for_the_end():
    async def story():
        stream = BodyStream(lambda _: None)
        loop = asyncio.get_running_loop()
        loop.call_soon(stream.feed, b"x")
        assert await stream.read() == b"x"
        loop.call_soon(stream.end)
        assert await stream.read() == b""

    asyncio.run(story())


def test_a_small_body_that_is_all_there_is_taken_at_once():
    stream = BodyStream(lambda _: None)
    stream.feed(b"x")
    assert stream.take_complete() is None
    stream.end()
    assert stream.take_complete() == b"x"


def test_a_wire_that_is_quicker_than_its_reader_is_stopped_once_and_let_go_once():
    calls: list[bool] = []

    async def story():
        stream = BodyStream(calls.append)
        stream.feed(bytes(HIGH_WATER_BYTES))
        assert calls == []
        stream.feed(b"x")
        stream.feed(b"y")
        assert calls == [True]
        await stream.read()
        assert calls == [True, False]

    asyncio.run(story())


def test_a_failure_reaches_the_reader_who_waits_and_the_one_who_comes_later():
    async def story():
        stream = BodyStream(lambda _: None)
        asyncio.get_running_loop().call_soon(stream.fail, OSError("cut"))
        with pytest.raises(OSError, match="cut"):
            await stream.read()
        stream.fail(OSError("another"))
        with pytest.raises(OSError, match="cut"):
            await stream.read()

    asyncio.run(story())


def test_what_came_before_a_failure_is_read_first():
    async def story():
        stream = BodyStream(lambda _: None)
        stream.feed(b"x")
        stream.fail(OSError("cut"))
        assert await stream.read() == b"x"
        with pytest.raises(OSError, match="cut"):
            await stream.read()

    asyncio.run(story())


def test_a_whole_body_cannot_fail_any_more():
    async def story():
        stream = BodyStream(lambda _: None)
        stream.feed(b"x")
        stream.end()
        stream.fail(OSError("cut"))
        assert (await stream.read(), await stream.read()) == (b"x", b"")

    asyncio.run(story())


# -- the store


def test_a_small_body_stays_in_memory(tmp_path: Path):
    space = SpoolSpace(tmp_path, 100)
    body = collect(space, b"12345", b"67890")
    assert (body.data, body.length, body.digest) == (b"1234567890", 10, sha256(b"1234567890").digest())
    assert space.used_bytes == 0


def test_no_body_at_all():
    assert (StoredBody.of(b"").digest, StoredBody.of(b"").length) == (EMPTY_SHA256, 0)
    assert list(StoredBody.of(b"").chunks()) == []
    assert StoredBody.of(b"x").digest == sha256(b"x").digest()


def test_one_byte_more_goes_to_the_spool_and_comes_back_the_same(tmp_path: Path):
    space = SpoolSpace(tmp_path, 1000)
    body = collect(space, b"12345", b"67890", b"!", b"?")
    assert (body.data, body.length, space.used_bytes) == (None, 12, 12)
    assert b"".join(body.chunks()) == b"1234567890!?" == b"".join(body.chunks())
    assert body.digest == sha256(b"1234567890!?").digest()
    assert list(tmp_path.iterdir()) == [], "the file has no name"
    body.close()
    body.close()
    assert space.used_bytes == 0


@pytest.mark.parametrize("memory", [0, 1 << 20])
def test_chunks_are_of_a_size_that_fits_a_frame(tmp_path: Path, memory: int):
    data = bytes(range(256)) * 1000
    body = collect(SpoolSpace(tmp_path, 1 << 20), data, memory=memory)
    pieces = list(body.chunks())
    assert b"".join(pieces) == data
    assert {len(piece) for piece in pieces[:-1]} == {CHUNK_BYTES}
    assert 0 < len(pieces[-1]) <= CHUNK_BYTES
    body.close()


def test_a_body_with_two_owners_frees_the_spool_when_both_are_done(tmp_path: Path):
    space = SpoolSpace(tmp_path, 1000)
    before = open_descriptors()
    body = collect(space, b"x" * 20)
    other = body.share()
    body.close()
    assert (space.used_bytes, b"".join(other.chunks()), other.digest) == (20, b"x" * 20, body.digest)
    other.close()
    assert (space.used_bytes, open_descriptors()) == (0, before)
    assert StoredBody.of(b"x").share().data == b"x"


# -- limits


def test_a_body_over_the_limit_is_refused_with_the_key_to_change(tmp_path: Path):
    space = SpoolSpace(tmp_path, 1000)
    collector = Collector(space, memory_bytes=10, limit_bytes=20)
    collector.add(b"x" * 20)
    with pytest.raises(BodyTooLargeError, match=r"limits\.body_bytes") as caught:
        collector.add(b"y")
    assert caught.value.code == "InvalidRequest"
    collector.discard()
    assert space.used_bytes == 0


def test_a_full_spool_is_refused_and_has_room_again_afterwards(tmp_path: Path):
    space = SpoolSpace(tmp_path, 30)
    before = open_descriptors()
    first = collect(space, b"x" * 20)
    collector = Collector(space, memory_bytes=5, limit_bytes=1000)
    collector.add(b"abc")
    collector.add(b"defg")
    with pytest.raises(SpoolFullError, match=r"limits\.spool_bytes"):
        collector.add(b"hijk")
    collector.discard()
    collector.discard()
    assert space.used_bytes == 20
    first.close()
    assert collect(space, b"z" * 30).length == 30
    assert open_descriptors() == before + 1


def test_nothing_is_discarded_that_has_an_owner(tmp_path: Path):
    space = SpoolSpace(tmp_path, 100)
    collector = Collector(space, memory_bytes=5, limit_bytes=1000)
    collector.add(b"x" * 20)
    body = collector.finish()
    collector.discard()
    assert (space.used_bytes, b"".join(body.chunks())) == (20, b"x" * 20)


def test_a_disk_that_fails_in_the_middle_leaves_no_debt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    space = SpoolSpace(tmp_path, 1000)
    collector = Collector(space, memory_bytes=5, limit_bytes=1000)
    collector.add(b"x" * 20)
    monkeypatch.setattr("kopir.bridge.bodies.os.write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        collector.add(b"y" * 20)
    collector.discard()
    assert space.used_bytes == 0


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write = os.write
    monkeypatch.setattr("kopir.bridge.bodies.os.write", lambda file, data: write(file, bytes(data[:7])))
    body = collect(SpoolSpace(tmp_path, 1000), b"0123456789" * 5)
    assert b"".join(body.chunks()) == b"0123456789" * 5


def test_one_owner_fills_its_share_of_the_spool_and_leaves_the_others_theirs(tmp_path: Path):
    space = SpoolSpace(tmp_path, 100, share_bytes=50)
    greedy = Collector(space, memory_bytes=0, limit_bytes=1000, owner="TJ/GOV/A")
    greedy.add(b"x" * 50)
    with pytest.raises(SpoolFullError, match="the share of TJ/GOV/A"):
        greedy.add(b"x")
    other = Collector(space, memory_bytes=0, limit_bytes=1000, owner="TJ/GOV/B")
    other.add(b"y" * 50)
    first, second = greedy.finish(), other.finish()
    both = first.share()
    first.close()
    assert space.used_bytes == 100
    both.close()
    second.close()
    assert space.used_bytes == 0
    space.take(50, "TJ/GOV/A")


def test_bodies_in_memory_have_one_bound_and_what_is_above_it_goes_to_the_spool(tmp_path: Path):
    space = SpoolSpace(tmp_path, 1 << 30, memory_bytes=150_000)
    first = collect(space, b"a" * 50_000, b"a" * 50_000, memory=1 << 20)
    assert (first.data is not None, space.used_bytes) == (True, 0)
    second = collect(space, b"b" * 50_000, b"b" * 50_000, memory=1 << 20)
    assert (second.data, space.used_bytes) == (None, 100_000)
    small = collect(space, b"c" * (1 << 16), memory=1 << 20)
    assert small.data is not None, "for a small one there is always room"
    again = first.share()
    first.close()
    first.close()
    assert collect(space, b"d" * 100_000, memory=1 << 20).data is None
    again.close()
    last = collect(space, b"e" * 150_000, memory=1 << 20)
    assert last.data is not None
    last.close()
    broken = Collector(space, memory_bytes=1 << 20, limit_bytes=1 << 20)
    broken.add(b"f" * 150_000)
    broken.discard()
    assert space.take_memory(150_000)
