"""The HTTP server against clients that want it to grow, and with handlers and disks that fail it."""

from __future__ import annotations

import asyncio
import os
import tracemalloc
from pathlib import Path

import pytest

from httpwire import GET, Line, line, story, until
from kopir.bridge.bodies import Collector, SpoolSpace, StoredBody
from kopir.bridge.http_messages import HttpRequest, HttpResponse

CHUNKED = b"POST /%b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@story()
async def test_small_chunks_and_short_trailers_are_no_matter_how_many(wire: Line, server):
    chunks = b"10;x=y\r\n" + b"a" * 16 + b"\r\n"
    answer = await wire.ask(CHUNKED % b"a" + chunks * 20_000 + b"0\r\nX-Sum: " + b"b" * 30_000 + b"\r\n\r\n")
    assert (answer.status, len(answer.body)) == (200, 8 + 16 * 20_000)
    assert (await wire.ask(GET % b"b")).status == 200


@story()
async def test_a_server_is_busy_until_the_last_answer_has_left(wire: Line, server):
    gate = asyncio.Event()

    async def wait(request: HttpRequest) -> HttpResponse:
        await gate.wait()
        return HttpResponse(200, [], bytes(32 << 20))

    server.handler = wait
    wire.send(GET % b"a")
    await until(lambda: server.is_busy)
    server.stop()
    gate.set()
    await asyncio.sleep(0.1)
    assert server.is_busy, "the client has not read yet"
    assert len((await wire.reply()).body) == 32 << 20
    assert await wire.rest() == b""
    await until(lambda: not server.is_busy)


# -- hostile


@pytest.mark.parametrize("status", [100, 199, 600])
def test_an_answer_that_is_none_is_never_written(status):
    async def interim(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status, [], StoredBody.of(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse"))

    @story(interim)
    async def scene(wire: Line, server):
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
        answer = await wire.ask(GET % b"a")
        assert (answer.status, answer.header("connection"), await wire.rest()) == (500, "close", b"")
        assert isinstance(told[0], ValueError)

    scene()


@pytest.mark.parametrize("is_reading", [True, False])
@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"0\r\nX: ", b"a" * 1000),
        (b"0\r\n", b"X-Trailer: " + b"a" * 500 + b"\r\n"),
        (b"3;x=", b"a" * 1000),
        (b"3\r\nabc\r\n0\r\nX: ", b"a" * 1000),
    ],
)
def test_endless_framing_is_cut_off(start, piece, is_reading):
    async def ignore(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, [])

    async def scene(wire: Line, server):
        tracemalloc.start()
        wire.send(CHUNKED % b"a" + start)
        assert await wire.flood(piece, 20_000) < 10_000
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()
        async with line(wire.port) as other:
            assert (await other.ask(GET % b"a")).status == 200

    (story() if is_reading else story(ignore))(scene)()


@story()
async def test_trailers_over_the_limit_are_refused_by_name(wire: Line, server):
    wire.send(CHUNKED % b"a" + b"3\r\nabc\r\n0\r\nX: ")
    await asyncio.sleep(0.02)
    answer = await wire.ask(b"a" * 70_000)
    assert (answer.status, answer.header("connection")) == (400, "close")
    assert b"trailers, over the limit" in answer.body


def test_a_spool_that_cannot_be_read_ends_the_connection(tmp_path: Path):
    collector = Collector(SpoolSpace(tmp_path, 1 << 20), memory_bytes=0, limit_bytes=1 << 20)
    collector.add(bytes(1000))
    body = collector.finish()

    async def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, [], body)

    @story(answer)
    async def scene(wire: Line, server):
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
        descriptor = body._descriptor
        body._descriptor = os.open(tmp_path, os.O_RDONLY)  # a folder cannot be read: EISDIR, as EIO of a failing disk
        os.close(descriptor)
        wire.send(GET % b"a" + GET % b"b")
        assert (await asyncio.wait_for(wire.rest(), 5)).count(b"HTTP/1.1") <= 1
        await until(lambda: not server.connections)
        assert isinstance(told[0], OSError)

    scene()


@story()
async def test_a_handler_that_was_cancelled_leaves_no_connection_behind(wire: Line, server):
    async def cancelled(request: HttpRequest) -> HttpResponse:
        raise asyncio.CancelledError

    server.handler = cancelled
    wire.send(GET % b"a")
    assert await asyncio.wait_for(wire.rest(), 5) == b""
    await until(lambda: not server.connections)
    assert not server.is_busy
