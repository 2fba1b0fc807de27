"""The HTTP server on real sockets: what clients may say, in which order it is answered, how it ends the others."""

from __future__ import annotations

import asyncio
import tracemalloc
from contextlib import AsyncExitStack

import pytest

from httpwire import GET, Line, echo, line, story, until
from kopir.bridge.bodies import StoredBody
from kopir.bridge.http_messages import HttpLimits, HttpRequest, HttpResponse


@story()
async def test_requests_on_one_connection_are_answered(wire: Line, server):
    first = await wire.ask(GET % b"a")
    assert (first.status, first.body, first.header("connection")) == (200, b"GET /a ", None)
    second = await wire.ask(b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
    assert second.body == b"POST /b abc"


@story()
async def test_a_body_in_chunks_arrives_whole_and_its_trailers_do_not(wire: Line, server):
    seen = []

    async def handler(request):
        seen.append(request)
        return await echo(request)

    server.handler = handler
    answer = await wire.ask(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Road-Id\r\n\r\n"
        b"3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nX-Road-Id: forged\r\n\r\n"
    )
    assert answer.body == b"POST / abcde"
    assert seen[0].header(b"x-road-id") is None
    assert (await wire.ask(GET % b"next")).body == b"GET /next "


@story()
async def test_a_request_that_comes_byte_by_byte(wire: Line, server):
    for byte in b"POST /slow HTTP/1.1\r\nContent-Length: 2\r\nHost: x\r\n\r\nab":
        wire.send(bytes([byte]))
        await asyncio.sleep(0)
    assert (await wire.reply()).body == b"POST /slow ab"


def test_blanks_round_a_header_are_no_part_of_it():
    async def tell(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, [], request.header(b"x-road-client") or b"")

    @story(tell)
    async def scene(wire: Line, server):
        assert (await wire.ask(b"GET / HTTP/1.1\r\nX-Road-Client: \t a b \t \r\n\r\n")).body == b"a b"

    scene()


def test_requests_in_one_packet_are_answered_in_their_order():
    async def quick_and_slow(request: HttpRequest) -> HttpResponse:
        if request.target == b"/0":
            await asyncio.sleep(0.02)
        return HttpResponse(200, [], request.target)

    @story(quick_and_slow)
    async def scene(wire: Line, server):
        wire.send(b"".join(GET % b"%d" % number for number in range(50)))
        assert [(await wire.reply()).body for _ in range(50)] == [b"/%d" % number for number in range(50)]

    scene()


@story()
async def test_a_client_that_waits_for_continue_gets_it(wire: Line, server):
    wire.send(b"PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    assert (await wire.reply()).status == 100
    assert (await wire.ask(b"abc")).body == b"PUT / abc"


def test_a_client_that_waits_is_told_no_at_once():
    async def refuse(request: HttpRequest) -> HttpResponse:
        return HttpResponse(400, [], b"no")

    @story(refuse)
    async def scene(wire: Line, server):
        answer = await wire.ask(b"PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        assert (answer.status, answer.header("connection")) == (400, "close")
        wire.close()

    scene()


@story()
async def test_head_has_the_length_of_get_and_no_body(wire: Line, server):
    answer = await wire.ask(b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD")
    assert (answer.status, answer.header("content-length")) == (200, "8")
    assert (await wire.ask(GET % b"b")).body == b"GET /b "


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_body_says_no_length(status):
    async def bodiless(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status, [], b"never sent")

    @story(bodiless)
    async def scene(wire: Line, server):
        answers = [await wire.ask(GET % b"a"), await wire.ask(GET % b"b")]
        assert [(answer.status, answer.header("content-length")) for answer in answers] == [(status, None)] * 2

    scene()


@story()
async def test_http_1_0_ends_with_its_answer(wire: Line, server):
    wire.send(b"GET /a HTTP/1.0\r\n\r\n")
    data = await wire.rest()
    assert data.endswith(b"GET /a ")
    assert b"connection: close\r\n" in data


@story()
async def test_http_1_0_may_ask_to_go_on(wire: Line, server):
    ask = b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    for _ in range(2):
        answer = await wire.ask(ask)
        assert (answer.body, answer.header("connection")) == (b"GET /a ", "keep-alive")


@story()
async def test_a_client_that_says_close_is_closed(wire: Line, server):
    wire.send(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    data = await wire.rest()
    assert b"connection: close\r\n" in data
    assert data.endswith(b"GET /a ")


@story()
async def test_an_absolute_target_is_handed_on_as_it_is(wire: Line, server):
    assert (await wire.ask(GET.replace(b"/%b", b"http://h/%b") % b"a")).body == b"GET http://h/a "


def test_a_large_answer_from_the_spool_and_one_from_memory_arrive_whole(tmp_path):
    from kopir.bridge.bodies import Collector, SpoolSpace

    space = SpoolSpace(tmp_path, 1 << 24)
    data = bytes(range(256)) * 4096 * 4  # 4 MiB

    async def large(request: HttpRequest) -> HttpResponse:
        if request.target == b"/memory":
            return HttpResponse(200, [], StoredBody.of(data))
        collector = Collector(space, memory_bytes=0, limit_bytes=1 << 30)
        collector.add(data)
        return HttpResponse(200, [], collector.finish())

    @story(large)
    async def scene(wire: Line, server):
        for path, method in ((b"memory", "GET"), (b"spool", "GET"), (b"spool", "HEAD")):
            answer = await wire.ask((GET % path).replace(b"GET", method.encode()), method)
            assert answer.header("content-length") == str(len(data))
            assert answer.body == (data if method == "GET" else b"")
            assert space.used_bytes == 0

    scene()


def test_a_thousand_connections_that_say_nothing_hinder_nobody():
    @story()
    async def scene(wire: Line, server):
        async with AsyncExitStack() as stack:
            for _ in range(1000):
                await stack.enter_async_context(line(wire.port))
            assert (await wire.ask(GET % b"a")).body == b"GET /a "
            assert len(server.connections) == 1001

    scene()


@story(max_connections=3)
async def test_a_connection_too_many_is_closed_and_the_others_live(wire: Line, server):
    assert (await wire.ask(GET % b"a")).status == 200
    async with line(wire.port) as second, line(wire.port) as third:
        assert (await second.ask(GET % b"b")).status == (await third.ask(GET % b"c")).status == 200
        async with line(wire.port) as fourth:
            assert await fourth.rest() == b""
        assert (await wire.ask(GET % b"a")).status == 200


# -- the end


@story()
async def test_stop_closes_the_idle_and_lets_the_busy_finish(wire: Line, server):
    gate = asyncio.Event()

    async def wait(request: HttpRequest) -> HttpResponse:
        await gate.wait()
        return HttpResponse(200, [], b"done")

    async with line(wire.port) as idle:
        assert (await idle.ask(GET % b"a")).status == 200
        server.handler = wait
        wire.send(GET % b"b")
        await asyncio.sleep(0.01)
        server.stop()
        assert await idle.rest() == b""
        gate.set()
        answer = await wire.reply()
        assert (answer.body, answer.header("connection"), await wire.rest()) == (b"done", "close", b"")
        async with line(wire.port) as late:
            assert await late.rest() == b""


@story()
async def test_a_client_that_leaves_in_the_middle_of_its_body_is_told_to_the_handler(wire: Line, server):
    told: list[BaseException] = []

    async def handler(request: HttpRequest) -> HttpResponse:
        try:
            while await request.body.read():
                pass
        except ConnectionError as error:
            told.append(error)
            raise
        return HttpResponse(200, [])

    server.handler = handler
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    wire.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    await asyncio.sleep(0.02)
    wire.close()
    await until(lambda: told and not server.connections)


@story()
async def test_a_mistake_in_a_handler_is_an_answer_and_told_to_the_loop(wire: Line, server):
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    async def broken(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    server.handler = broken
    answer = await wire.ask(GET % b"a")
    assert (answer.status, answer.header("connection"), await wire.rest()) == (500, "close", b"")
    assert isinstance(told[0], ZeroDivisionError)


# -- hostile


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: a\r\n b\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: a\r\n\tb\r\nHost: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 0x3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX\x00: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"BREW / HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\x00" * 40, 400),
    ],
)
def test_what_is_no_request_is_refused_and_never_handled(data, status):
    handled = []

    async def note(request: HttpRequest) -> HttpResponse:
        handled.append(request)
        return HttpResponse(200, [])

    @story(note)
    async def scene(wire: Line, server):
        wire.send(data)
        answer = await wire.reply()
        assert (answer.status, answer.header("connection"), await wire.rest()) == (status, "close", b"")
        assert handled == []
        wire.close()
        async with line(wire.port) as other:
            assert (await other.ask(GET % b"a")).status == 200

    scene()


@story()
async def test_what_was_asked_before_the_garbage_is_answered_before_the_refusal(wire: Line, server):
    wire.send(GET % b"a" + GET % b"b" + b"garbage\r\n\r\n" + GET % b"never")
    statuses = [(await wire.reply()).status for _ in range(3)]
    assert (statuses, await wire.rest()) == ([200, 200, 400], b"")


@story()
async def test_a_body_longer_than_announced_is_garbage_after_it(wire: Line, server):
    wire.send(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcdefgh\r\n")
    assert ((await wire.reply()).body, (await wire.reply()).status, await wire.rest()) == (b"POST /a abc", 400, b"")


@story()
async def test_a_chunk_that_lies_breaks_the_body_for_its_reader(wire: Line, server):
    answer = await wire.ask(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n")
    assert (answer.status, answer.body[:14], await wire.rest()) == (400, b"malformed HTTP", b"")


@story(limits=HttpLimits(header_bytes=4096))
async def test_a_head_over_the_limit_is_cut_off_before_it_ends(wire: Line, server):
    wire.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
    tracemalloc.start()
    sent = await wire.flood(b"a" * 65536, 1600)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent < 300, "100 MB were taken"
    assert peak < 10_000_000
    assert not server.connections


@pytest.mark.parametrize("head", [b"X: " + b"a" * 5000, b"\r\n".join(b"X%d: a" % n for n in range(600))])
def test_a_head_over_the_limit_in_one_packet_is_refused_by_name(head):
    @story(limits=HttpLimits(header_bytes=4096))
    async def scene(wire: Line, server):
        answer = await wire.ask(b"GET / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
        assert (answer.status, await wire.rest()) == (431, b"")
        assert b"limits.header_bytes" in answer.body

    scene()


@story(limits=HttpLimits(header_bytes=4096))
async def test_a_long_target_counts_as_head(wire: Line, server):
    wire.send(b"GET /")
    for _ in range(20):
        wire.send(b"a" * 1000)
        await asyncio.sleep(0.001)
    assert (await wire.reply()).status == 431


@story(limits=HttpLimits(header_s=0.15))
async def test_a_head_that_comes_a_byte_at_a_time_is_ended_by_name(wire: Line, server):
    head = b"GET / HTTP/1.1\r\nHost: " + b"x" * 1000
    for byte in head:
        wire.send(bytes([byte]))
        await asyncio.sleep(0.02)
        if not server.connections or wire.has_heard():
            break
    answer = await wire.reply()
    assert (answer.status, await wire.rest()) == (408, b"")
    assert b"limits.header_timeout_s" in answer.body


@story(limits=HttpLimits(body_s=0.15))
async def test_a_body_that_comes_a_byte_at_a_time_is_ended_by_name(wire: Line, server):
    wire.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        wire.send(b"a")
        await asyncio.sleep(0.02)
        if wire.has_heard():
            break
    answer = await wire.reply()
    assert (answer.status, await wire.rest()) == (400, b"")
    assert b"limits.body_timeout_s" in answer.body


@story(limits=HttpLimits(header_s=0.1, idle_s=0.1))
async def test_connections_that_say_nothing_are_closed_in_the_end(wire: Line, server):
    async with line(wire.port) as mute:
        assert (await wire.ask(GET % b"a")).status == 200
        assert await wire.rest() == b""
        assert await mute.rest() == b""


@story(limits=HttpLimits(body_s=0.1, idle_s=0.1))
async def test_a_client_that_does_not_read_its_answer_is_cut_off(wire: Line, server):
    async def large(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, [], bytes(50_000_000))

    server.handler = large
    wire.transport.pause_reading()
    wire.send(GET % b"a")
    await asyncio.sleep(0.05)
    assert server.connections
    await until(lambda: not server.connections)


@story()
async def test_answers_that_nobody_reads_do_not_pile_up(wire: Line, server):
    answered = 0

    async def large(request: HttpRequest) -> HttpResponse:
        nonlocal answered
        answered += 1
        return HttpResponse(200, [], StoredBody.of(bytes(1_000_000)))

    server.handler = large
    wire.transport.pause_reading()
    wire.send(GET % b"a" * 1000)
    await asyncio.sleep(0.2)
    assert answered < 20


@story()
async def test_a_client_that_sends_on_after_its_refusal_is_cut_off(wire: Line, server):
    wire.send(b"garbage\r\n\r\n")
    assert (await wire.reply()).status == 400
    assert await wire.flood(bytes(65536), 1000) < 1000


def test_a_body_that_is_not_wanted_is_not_taken_to_its_end():
    async def refuse(request: HttpRequest) -> HttpResponse:
        return HttpResponse(400, [], b"no")

    @story(refuse)
    async def scene(wire: Line, server):
        wire.send(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
        assert (await wire.reply()).status == 400
        assert await wire.flood(bytes(65536), 1000) < 1000

    scene()


@story()
async def test_a_body_that_nobody_reads_stops_its_sender(wire: Line, server):
    gate = asyncio.Event()

    async def late(request: HttpRequest) -> HttpResponse:
        await gate.wait()
        return await echo(request)

    server.handler = late
    data = bytes(30_000_000)
    wire.send(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n" + data)
    await asyncio.sleep(0.05)
    assert wire.transport.get_write_buffer_size() > 10_000_000
    gate.set()
    assert len((await wire.reply()).body) == len(b"PUT / ") + len(data)
