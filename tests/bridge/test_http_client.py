"""The HTTP client against services that answer byte by byte as a test says: kept connections, and every bad manner."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest

from httpwire import answering, ask, meet, until
from kopir.bridge import http_client
from kopir.bridge.bodies import Collector, SpoolSpace, StoredBody
from kopir.bridge.http_client import Origin, ServiceError, ServiceUnreachableError

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_what_is_sent_is_the_head_the_headers_and_the_body():
    got: list[bytes] = []

    async def script(reader, writer):
        got.append(await reader.readuntil(b"\r\n\r\n"))
        got.append(await reader.readexactly(3))
        writer.write(OK)
        await reader.read()

    async def scene(client, origin):
        assert await ask(client, origin, "POST", StoredBody.of(b"abc")) == (200, [(b"content-length", b"2")], b"ok")
        assert got[0] == (
            b"POST /a?b HTTP/1.1\r\nhost: %b\r\nx-road-id: 1\r\ncontent-length: 3\r\n\r\n" % origin.authority
        )

    meet(script, scene)


@pytest.mark.parametrize(("method", "has_length"), [("GET", False), ("POST", True), ("PUT", True), ("DELETE", False)])
def test_a_request_without_body_says_so_where_a_body_is_usual(method, has_length):
    heads: list[bytes] = []

    async def script(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        await reader.read()

    async def scene(client, origin):
        await ask(client, origin, method)
        assert (b"content-length: 0" in heads[0]) == has_length

    meet(script, scene)


def test_one_connection_serves_many_requests():
    connections = 0

    async def script(reader, writer):
        nonlocal connections
        connections += 1
        await answering(OK, OK, OK)(reader, writer)

    async def scene(client, origin):
        for _ in range(3):
            assert (await ask(client, origin))[0] == 200
        assert connections == 1

    meet(script, scene)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", (200, b"abcde")),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, (200, b"ok")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", (304, b"")),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", (302, b"")),
        (b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno", (500, b"no")),
        (b"HTTP/1.1 599 \r\nContent-Length: 2\r\n\r\nno", (599, b"no")),
    ],
)
def test_every_whole_answer_is_taken_as_it_is_and_the_connection_kept(answer, expected):
    async def scene(client, origin):
        for _ in range(2):
            status, headers, body = await ask(client, origin)
            assert (status, body) == expected
            assert all(name != b"link" for name, _ in headers), "an interim answer is not the answer"
        assert sum(len(pool) for pool in client._pools.values()) == 1

    meet(answering(answer, answer), scene)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\nto the end",
        b"HTTP/1.0 200 OK\r\n\r\nto the end",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nto the end",
    ],
)
def test_an_answer_that_ends_with_its_connection_is_whole(answer):
    async def scene(client, origin):
        for _ in range(2):
            assert (await ask(client, origin))[2] == b"to the end"
        assert not any(client._pools.values())

    meet(answering(answer, keeps=False), scene)


def test_head_has_no_body_whatever_its_length():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

    async def scene(client, origin):
        for _ in range(2):
            assert (await ask(client, origin, "HEAD"))[2] == b""
        assert sum(len(pool) for pool in client._pools.values()) == 1

    meet(answering(answer, answer), scene)


def test_a_large_body_goes_out_from_the_spool_and_one_comes_back(tmp_path: Path):
    data = bytes(range(256)) * 8192  # 2 MiB

    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        received = await reader.readexactly(len(data))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + received[::-1])
        await reader.read()

    async def scene(client, origin):
        collector = Collector(SpoolSpace(tmp_path, 1 << 30), memory_bytes=0, limit_bytes=1 << 30)
        collector.add(data)
        body = collector.finish()
        assert (await ask(client, origin, "POST", body))[2] == data[::-1]
        body.close()

    meet(script, scene)


@pytest.mark.parametrize(
    ("url", "origin", "authority"),
    [
        ("http://a.example/x", Origin(is_tls=False, host="a.example", port=80), b"a.example"),
        ("https://a.example/x", Origin(is_tls=True, host="a.example", port=443), b"a.example"),
        ("https://a.example:80/", Origin(is_tls=True, host="a.example", port=80), b"a.example:80"),
        ("http://[::1]:81/", Origin(is_tls=False, host="::1", port=81), b"[::1]:81"),
    ],
)
def test_where_a_service_listens(url, origin, authority):
    assert (Origin.of(url), origin.authority) == (origin, authority)


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example", "http:///x", ""])
def test_an_address_that_is_none(url):
    with pytest.raises(ServiceUnreachableError) as caught:
        Origin.of(url)
    assert caught.value.code == "ServiceMalformedUrl"


# -- fetching whole documents


def test_fetch_gives_the_body_of_a_200():
    async def scene(client, origin):
        assert await client.fetch(f"http://127.0.0.1:{origin.port}/x?y") == b"ok"

    meet(answering(OK), scene)


def test_post_sends_its_type():
    heads: list[bytes] = []

    async def script(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        assert await reader.readexactly(3) == b"abc"
        writer.write(OK)
        await reader.read()

    async def scene(client, origin):
        assert await client.post(f"http://127.0.0.1:{origin.port}", b"a/b", b"abc") == b"ok"
        assert b"POST / HTTP/1.1" in heads[0]
        assert b"content-type: a/b" in heads[0]

    meet(script, scene)


def test_fetch_takes_nothing_but_200():
    async def scene(client, origin):
        with pytest.raises(ServiceError, match="answered 302"):
            await client.fetch(f"http://127.0.0.1:{origin.port}/")

    meet(answering(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), scene)


def test_fetch_takes_no_endless_document(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http_client, "MAX_FETCH_BYTES", 1000)

    async def scene(client, origin):
        with pytest.raises(ServiceError, match="more than 1000 bytes"):
            await client.fetch(f"http://127.0.0.1:{origin.port}/")

    meet(answering(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2000)), scene)


def test_fetch_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http_client, "FETCH_S", 0.05)

    async def scene(client, origin):
        with pytest.raises(ServiceError, match="did not answer within"):
            await client.fetch(f"http://127.0.0.1:{origin.port}/")

    meet(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), scene)


# -- hostile and broken services


def test_nobody_listens():
    async def scene(client, origin):
        with pytest.raises(ServiceUnreachableError, match="cannot connect"):
            await ask(client, Origin(is_tls=False, host="127.0.0.1", port=1))

    meet(answering(), scene)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nX: ", "closed the connection without an answer"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "closed the connection without an answer"),
        (b"garbage\r\n\r\n", "not HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x16", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "transfer coding"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "transfer coding"),
        (b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "status 999"),
        (b"HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n", "status 600"),
        (b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n", "status 99"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 70_000, "over 65536 bytes"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 4000, "over 65536 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "in the middle"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", "in the middle"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "not HTTP"),
    ],
)
def test_what_is_no_whole_answer_is_an_error_by_name(answer, reason):
    async def scene(client, origin):
        with pytest.raises(ServiceError, match=reason) as caught:
            await ask(client, origin)
        assert caught.value.code == "ServiceFailed.HttpError"
        assert not any(client._pools.values())

    meet(answering(answer, keeps=False), scene)


def test_blanks_round_a_header_are_no_part_of_it():
    async def scene(client, origin):
        assert (await ask(client, origin))[1] == [(b"x", b"a b"), (b"content-length", b"0")]

    meet(answering(b"HTTP/1.1 200 OK\r\nX: \t a b \t \r\nContent-Length: 0 \r\n\r\n"), scene)


def test_trailers_are_dropped():
    async def scene(client, origin):
        status, headers, body = await ask(client, origin)
        assert (status, body, headers) == (200, b"abc", [(b"transfer-encoding", b"chunked")])

    meet(answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Evil: 1\r\n\r\n"), scene)


@pytest.mark.parametrize("extra", [b"H", b"HTTP/1.1 200 OK\r\nContent-Le", OK, b"garbage"])
def test_what_a_service_says_unasked_is_never_taken_for_the_next_answer(extra):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst" + extra)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"ngth: 6\r\n\r\npoison")
        await reader.read()

    async def scene(client, origin):
        assert (await ask(client, origin))[2] == b"first"
        assert not any(client._pools.values()), "such a connection is not kept"

    meet(script, scene)


def test_a_body_in_answer_to_head_ends_the_connection():
    async def scene(client, origin):
        assert (await ask(client, origin, "HEAD"))[2] == b""
        assert not any(client._pools.values())

    meet(answering(OK, OK), scene)


def test_a_service_that_answers_before_it_has_the_body_is_not_asked_again_on_that_connection(tmp_path: Path):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(3600)

    async def scene(client, origin):
        collector = Collector(SpoolSpace(tmp_path, 1 << 30), memory_bytes=0, limit_bytes=1 << 30)
        for _ in range(32):
            collector.add(bytes(1 << 20))
        body = collector.finish()
        assert (await ask(client, origin, "POST", body))[0] == 413
        body.close()
        assert not any(client._pools.values())

    meet(script, scene)


@pytest.mark.parametrize(("method", "repeats"), [("GET", True), ("HEAD", True), ("POST", False), ("DELETE", False)])
def test_a_kept_connection_that_had_died_is_replaced_only_where_nothing_can_happen_twice(method, repeats):
    requests: list[int] = []
    connections = 0

    async def script(reader, writer):
        nonlocal connections
        connections += 1
        number = connections
        answers = 0
        while await reader.readuntil(b"\r\n\r\n"):
            requests.append(number)
            if number == 1 and answers == 1:
                return  # closes after the request has come, without a byte
            answers += 1
            writer.write(b"HTTP/1.1 204 No\r\n\r\n")

    async def scene(client, origin):
        await ask(client, origin)
        if repeats:
            assert (await ask(client, origin, method))[0] == 204
            assert requests == [1, 1, 2]
        else:
            with pytest.raises(ServiceError):
                await ask(client, origin, method)
            assert requests == [1, 1]

    meet(script, scene)


def test_a_kept_connection_that_died_after_a_byte_is_not_repeated():
    requests: list[int] = []

    async def script(reader, writer):
        while await reader.readuntil(b"\r\n\r\n"):
            requests.append(1)
            if len(requests) == 2:
                writer.write(b"H")
                return
            writer.write(OK)

    async def scene(client, origin):
        await ask(client, origin)
        with pytest.raises(ServiceError):
            await ask(client, origin)
        assert len(requests) == 2

    meet(script, scene)


def test_a_connection_kept_too_long_is_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http_client, "POOL_IDLE_S", 0.0)
    connections = 0

    async def script(reader, writer):
        nonlocal connections
        connections += 1
        await answering(OK, OK)(reader, writer)

    async def scene(client, origin):
        await ask(client, origin)
        await ask(client, origin)
        assert connections == 2

    meet(script, scene)


def test_a_connection_left_in_the_middle_of_its_answer_is_closed():
    closed = asyncio.Event()

    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        try:
            await reader.read()
        finally:
            closed.set()

    async def scene(client, origin):
        async with client.request(origin, "GET", b"/", []) as answer:
            assert await answer.body.read() == b"abc"
        await closed.wait()
        assert not any(client._pools.values())

    meet(script, scene)


@pytest.mark.parametrize("size", [0, 32 << 20])
def test_a_caller_that_gives_up_leaves_no_complaint_behind(tmp_path: Path, size: int):
    complaints: list[object] = []
    gone = asyncio.Event()

    async def script(reader, writer):
        await gone.wait()

    async def scene(client, origin):
        collector = Collector(SpoolSpace(tmp_path, 1 << 30), memory_bytes=0, limit_bytes=1 << 30)
        collector.add(bytes(size))
        body = collector.finish()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ask(client, origin, "POST", body)
        body.close()
        gone.set()
        await asyncio.sleep(0.02)
        gc.collect()
        assert complaints == []

    meet(script, scene)


def test_an_answer_that_nobody_reads_stops_its_sender():
    sent = 0

    async def script(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 50_000_000:
            writer.write(bytes(65536))
            await writer.drain()
            sent += 65536

    async def scene(client, origin):
        async with client.request(origin, "GET", b"/", []) as answer:
            await asyncio.sleep(0.1)
            assert sent < 20_000_000
            total = 0
            while piece := await answer.body.read():
                total += len(piece)
            await until(lambda: sent >= 50_000_000)
            assert total == sent

    meet(script, scene)
