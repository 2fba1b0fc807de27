"""What services answer to a provider node: every whole answer passes, everything else is a signed refusal by name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from httpwire import Script, answering, line, scripted, until
from kopir.demo.country import Country
from kopir.wire.record import Kind
from twonodes import HttpResponse, Pair, allow_everything, code_of, edit, head, limits, lives, records_of, run_pair


def elsewhere(kz: Country, tj: Country, **service) -> None:
    """Let the register be at another port, where a test's own script answers."""
    allow_everything(kz, tj)
    lines = "".join(f"{name} = {value}\n" for name, value in service.items())
    edit(
        kz, (f'url = "http://127.0.0.1:{kz.ports.registry}"\n', f'url = "http://127.0.0.1:{kz.ports.stamps}"\n{lines}')
    )


def meet(folder: Path, script: Script, story: Callable[[Pair], Awaitable[None]], **service) -> None:
    """Run `story` while the register is what `script` says."""

    async def scene(pair: Pair) -> None:
        async with scripted(script, pair.kz_country.ports.stamps):
            await story(pair)

    run_pair(folder, scene, prepare=lambda kz, tj: elsewhere(kz, tj, **service))


BROKEN = {
    "closes at once": b"",
    "closes in the head": b"HTTP/1.1 200 OK\r\nX:",
    "closes in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    "closes in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "garbage": b"\x00\x01garbage\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a status of no kind": b"HTTP/1.1 777 Odd\r\nContent-Length: 0\r\n\r\n",
    "only interim answers": b"HTTP/1.1 100 Continue\r\n\r\n",
    "another protocol by request": b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    "a head over the limit": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 80_000 + b"\r\n\r\n",
    "a control character": b"HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n",
    "a NUL": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "a bare CR": b"HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
    "a type over the limit": b"HTTP/1.1 200 OK\r\nContent-Type: " + b"a" * 300 + b"\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_service_that_does_not_answer_as_http_demands(tmp_path: Path, name: str) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask()
        assert (answer.status, code_of(answer)[:32]) == (500, "Server.ServerProxy.ServiceFailed"), answer.body
        for node in (pair.kz, pair.tj):
            request, refusal = records_of(node)
            assert (request.kind, refusal.kind, refusal.status) == (Kind.REQUEST, Kind.REFUSAL, 500)
        assert pair.kz.core.spool.used_bytes == pair.kz.provider.in_flight == 0

    meet(tmp_path, answering(BROKEN[name], keeps=False), story)


WHOLE = {
    "chunked": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n", 200, b"abc"),
    "until it closes": (b"HTTP/1.1 200 OK\r\n\r\nabc", 200, b"abc"),
    "interim first": (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", 200, b"a"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "not modified": (b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n', 304, b""),
    "a redirect": (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n", 302, b""),
    "its own error": (b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops", 500, b"oops"),
    "two dates": (b"HTTP/1.1 200 OK\r\nDate: a\r\nDate: b\r\nContent-Length: 0\r\n\r\n", 200, b""),
    "a node's words": (
        (b"HTTP/1.1 200 OK\r\nX-Road-Id: forged\r\nX-Road-Request-Id: forged\r\nX-Road-Error: forged\r\n"
        b"Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nServer: secret\r\nContent-Length: 0\r\n\r\n"), 200, b"",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_every_whole_answer_of_a_service_reaches_the_client(tmp_path: Path, name: str) -> None:
    data, status, body = WHOLE[name]

    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            answer = await wire.ask(head(pair, "X-Road-Id: abc"))
        assert (answer.status, answer.body) == (status, body)
        names = [key for key, _ in answer.headers]
        assert len([key for key in names if key == "date"]) == 1
        assert not {"x-road-error", "link", "x-t", "x-hop", "server", "transfer-encoding"} & set(names)
        assert answer.header("x-road-id") == "abc"
        assert all(value != "forged" for _, value in answer.headers)
        assert answer.header("location") == ("http://127.0.0.1:1/x" if status == 302 else None)
        assert [one.status for one in records_of(pair.tj)] == [None, status]

    meet(tmp_path, answering(data, keeps=False), story)


def test_a_service_that_hangs_is_given_up_in_time_and_others_are_served_meanwhile(tmp_path: Path) -> None:
    async def script(reader, writer):
        first = await reader.readuntil(b"\r\n\r\n")
        if b"/regions/slow" in first:
            await reader.read()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async def story(pair: Pair) -> None:
        slow = asyncio.get_running_loop().create_task(pair.ask("/regions/slow"))
        await until(lambda: pair.kz.provider.in_flight)
        assert (await pair.ask("/regions/quick")).status == 200
        answer = await slow
        assert code_of(answer) == "Server.ServerProxy.ServiceFailed.HttpError"
        assert "in time" in json.loads(answer.body)["message"]
        assert records_of(pair.tj)[-1].kind is Kind.REFUSAL

    meet(tmp_path, script, story, timeout_s=0.3)


def test_a_service_that_stalls_in_its_body_is_given_up_too(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        assert code_of(await pair.ask()) == "Server.ServerProxy.ServiceFailed.HttpError"

    meet(tmp_path, answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), story, timeout_s=0.2)


def test_a_service_that_is_not_there(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        assert code_of(await pair.ask()) == "Server.ServerProxy.NetworkError"
        assert [one.kind for one in records_of(pair.kz)] == [Kind.REQUEST, Kind.REFUSAL]

    run_pair(tmp_path, story, prepare=elsewhere)


def test_an_answer_over_the_limit_is_refused_and_costs_nothing(tmp_path: Path) -> None:
    def prepare(kz: Country, tj: Country) -> None:
        limits(kz, body_bytes=1000, memory_body_bytes=100)

    async def story(pair: Pair) -> None:
        pair.service.answer = lambda _: HttpResponse(200, [], bytes(1001))
        assert code_of(await pair.ask()) == "Server.ServerProxy.InvalidRequest"
        await lives(pair)

    run_pair(tmp_path, story, prepare=prepare)


def test_a_service_that_is_switched_off_says_why(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask()
        assert code_of(answer) == "Server.ServerProxy.ServiceDisabled"
        assert json.loads(answer.body)["message"] == "closed until Monday"
        assert code_of(await pair.ask("/other")) == "Server.ServerProxy.AccessDenied", "only whoever may call learns it"

    meet(tmp_path, answering(), story, disabled_notice='"closed until Monday"')


def test_a_body_of_64_mb_passes_both_ways_in_constant_memory(tmp_path: Path) -> None:
    piece = bytes(range(256)) * 4096  # 1 MiB
    held: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(64):
            assert await reader.readexactly(len(piece)) == piece
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (64 * len(piece)))
        for _ in range(64):
            writer.write(piece)
            await writer.drain()
            held.append(resident_bytes())
        await reader.read()

    def resident_bytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    async def story(pair: Pair) -> None:
        async with scripted(serve, pair.kz_country.ports.stamps), line(pair.tj_country.ports.client) as wire:
            before = resident_bytes()
            wire.send(head(pair, f"Content-Length: {64 * len(piece)}", method="POST"))
            for _ in range(64):
                assert await wire.flood(piece, 1) == 1
                held.append(resident_bytes())
            first = await asyncio.wait_for(wire.reader.readuntil(b"\r\n\r\n"), 60)
            assert first.startswith(b"HTTP/1.1 200")
            for _ in range(64):
                assert await asyncio.wait_for(wire.reader.readexactly(len(piece)), 60) == piece
                held.append(resident_bytes())
            assert max(held) - before < 48 << 20, "both nodes, client and service live in this process"
        for node in (pair.kz, pair.tj):
            assert [one.body_length for one in records_of(node)] == [64 * len(piece)] * 2
        assert pair.kz.core.spool.used_bytes == pair.tj.core.spool.used_bytes == 0

    run_pair(tmp_path, story, prepare=elsewhere)
