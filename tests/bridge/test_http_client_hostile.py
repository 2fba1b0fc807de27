"""The HTTP client against services that want it to wait, to grow, or to mistake one request for another."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpwire import answering, ask, meet
from kopir.bridge import http_client
from kopir.bridge.bodies import Collector, SpoolSpace, StoredBody
from kopir.bridge.http_client import ServiceError

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
REFUSED = b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def large(tmp_path: Path) -> Iterator[StoredBody]:
    """More than the sockets between client and service take while nobody reads."""
    collector = Collector(SpoolSpace(tmp_path, 1 << 30), memory_bytes=0, limit_bytes=1 << 30)
    for _ in range(64):
        collector.add(bytes(1 << 20))
    body = collector.finish()
    yield body
    body.close()


def test_long_answers_in_small_chunks_with_trailers_are_taken():
    chunks = b"10\r\n" + b"a" * 16 + b"\r\n"

    async def scene(client, origin):
        assert (await ask(client, origin))[2] == b"a" * 16 * 10_000

    meet(answering(CHUNKED + chunks * 10_000 + b"0\r\nX-Sum: " + b"b" * 30_000 + b"\r\n\r\n"), scene)


def test_an_answer_ends_the_sending_of_a_body_that_nobody_reads(large: StoredBody):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)  # until the sender waits
        writer.write(REFUSED)
        await asyncio.sleep(3600)

    async def scene(client, origin):
        async with asyncio.timeout(10):
            assert (await ask(client, origin, "POST", large))[0] == 413
        assert not any(client._pools.values())

    meet(script, scene)


def test_a_service_that_says_no_more_and_reads_no_more_is_not_waited_for(large: StoredBody):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)
        writer.write_eof()
        await asyncio.sleep(3600)

    async def scene(client, origin):
        async with asyncio.timeout(10):
            with pytest.raises(ServiceError, match="without an answer"):
                await ask(client, origin, "POST", large)

    meet(script, scene)


def test_a_connection_whose_request_was_given_up_half_sent_is_not_kept(
    large: StoredBody, monkeypatch: pytest.MonkeyPatch
):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.write(REFUSED)
        await asyncio.sleep(3600)

    async def scene(client, origin):
        take = http_client._Connection.on_message_complete

        def give_up_at_the_answer(connection) -> None:
            take(connection)
            asking.cancel()

        monkeypatch.setattr(http_client._Connection, "on_message_complete", give_up_at_the_answer)
        asking = asyncio.ensure_future(ask(client, origin, "POST", large))
        async with asyncio.timeout(10):
            with pytest.raises(asyncio.CancelledError):
                await asking
        assert not any(client._pools.values()), "the next request would be read as the rest of this one"

    meet(script, scene)


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"0\r\nX: ", b"a" * 1000),
        (b"0\r\n", b"X-Trailer: " + b"a" * 500 + b"\r\n"),
        (b"3;x=", b"a" * 1000),
        (b"3\r\nabc\r\n0\r\nX: ", b"a" * 1000),
    ],
)
def test_endless_framing_is_cut_off(start, piece):
    sent = 0

    async def script(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CHUNKED + start)
        while sent < 20_000_000:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)

    async def scene(client, origin):
        tracemalloc.start()
        with pytest.raises(ServiceError, match="over 65536 bytes"):
            await ask(client, origin)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()

    meet(script, scene)
