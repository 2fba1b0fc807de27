"""Bad input and faults at the outer edges, clients and services: the answer is clear and the node lives."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from httpwire import Line, Reply, line, until
from kopir.demo.country import Country
from kopir.wire.record import Kind
from twonodes import (
    HttpResponse,
    Pair,
    allow_everything,
    code_of,
    head,
    http,
    limits,
    lives,
    records_of,
    run_pair,
)

# -- rights


@pytest.mark.parametrize(
    "rest",
    [
        "", "/", "/region", "/Regions/1", "/REGIONS/1", "/other/1", "/regionsX/1", "/x/regions/1", "/%72egionz/1",
    ],
)  # fmt: skip
def test_without_a_right_the_service_sees_nothing_and_a_signed_refusal_is_kept(tmp_path: Path, rest: str) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask(rest)
        assert (answer.status, code_of(answer)) == (500, "Server.ServerProxy.AccessDenied")
        assert pair.service.seen == []
        for node in (pair.kz, pair.tj):
            request, refusal = records_of(node)
            assert (refusal.kind, refusal.reason) == (Kind.REFUSAL, "Server.ServerProxy.AccessDenied")
            assert refusal.target == request.target == rest

    run_pair(tmp_path, story)


TWISTED = (
    "/regions/../secret", "/regions/..", "/regions/./1", "/regions/%2e%2e/secret", "/regions/%2E%2e/secret",
    "/regions/.%2e/secret", "/regions/%252e%252e/secret", "/regions/%25%32%65/x", "/regions/a;b=c", "/regions;x/1",
    "/regions/..;/secret", "/regions//1", "//regions/1", "/regions/1//", "/regions/%2f1", "/regions/%2F..%2Fsecret",
    "/regions/%5c..%5csecret", "/regions/\\..\\x", "/regions/%00", "/regions/%0d%0aX:1", "/regions/%7f", "/regions/%",
    "/regions/%zz", "/regions/%c0%ae%c0%ae/x", "/regions/%ff", '/regions/"', "/regions/#x", "/regions/1?a#b",
)  # fmt: skip


def test_a_path_that_could_be_read_in_two_ways_is_refused_at_once(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for rest in TWISTED:
            answer = await pair.ask(rest)
            assert answer.status == 400, rest
            assert answer.headers.get("x-road-error", "Client.BadRequest").startswith("Client."), rest
        assert pair.service.seen == records_of(pair.kz) == records_of(pair.tj) == []
        assert (await pair.ask("/%72egions/%65?x=../..")).status == 200
        assert pair.service.seen[0].target == b"/%72egions/%65?x=../..", "what was received is what is forwarded"
        await lives(pair)

    run_pair(tmp_path, story)


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"])
def test_a_right_to_get_is_no_right_to_anything_else(tmp_path: Path, method: str) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask(method=method)
        assert (answer.status, answer.headers["x-road-error"]) == (500, "Server.ServerProxy.AccessDenied")
        assert pair.service.seen == []

    run_pair(tmp_path, story)


@pytest.mark.parametrize(
    "service",
    [
        "KZ/GOV/STAT/registers", "KZ/GOV/STAT/registers/", "KZ//STAT/registers/regions", "KZ/GOV/../registers/regions",
        "KZ/GOV/ST%2fAT/registers/regions", "KZ/GOV/%53TAT%2500/registers/regions", "KZ/GOV/STAT;x/registers/regions",
        "KZ/GOV/STAT/registers/" + "x" * 256, "KZ/GOV/STAT/%0d%0a/regions", "KZ/GOV/STAT/registers/%2e%2e",
    ],
)  # fmt: skip
def test_a_name_that_is_none_is_refused(tmp_path: Path, service: str) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask("", service=service)
        assert (answer.status, code_of(answer)[:7]) == (400, "Client.")
        assert records_of(pair.tj) == []

    run_pair(tmp_path, story)


# -- headers


def test_headers_that_are_missing_doubled_or_hostile(tmp_path: Path) -> None:
    bad: list[tuple[list[str], str]] = [
        (["X-Road-Client: TJ/GOV/DIGITAL/egov"], "Client.DuplicateHeaderField"),
        (["X-Road-Id: a", "x-road-id: a"], "Client.DuplicateHeaderField"),
        (["X-Road-UserId: a", "X-ROAD-USERID: b"], "Client.DuplicateHeaderField"),
        (["Kopir-Purpose: a", "Kopir-Purpose: b"], "Client.DuplicateHeaderField"),
        (["X-Road-Id: " + "a" * 257], "Client.BadRequest"),
        (["X-Road-Id: a\tb"], "Client.BadRequest"),
        (["X-Road-Security-Server: nobody"], "Client.InvalidSecurityServer"),
        (["X-Road-Represented-Party: a/b/c"], "Client.BadRequest"),
        (["Kopir-Purpose: %0d%0aX-Road-Id:%20forged"], "Client.BadRequest"),
        (["Kopir-Legal-Basis: %ff"], "Client.BadRequest"),
        (["Kopir-Subject: nobody"], "Client.BadRequest"),
        (["Kopir-Subject: iin/%zz"], "Client.BadRequest"),
        (["Kopir-Unknown: x"], "Client.BadRequest"),
        (["Connection: X-Road-Id", "X-Road-Id: a"], "Client.BadRequest"),
    ]

    async def story(pair: Pair) -> None:
        for lines, code in bad:
            async with line(pair.tj_country.ports.client) as wire:
                answer = await wire.ask(head(pair, *lines))
                assert (answer.status, code_of(answer)) == (400, code), lines
        nameless = await http(pair.tj_country.ports.client, "GET", f"/r1/{pair.kz_country.service}/regions/1")
        assert code_of(nameless) == "Client.BadRequest"
        for client in ("TJ", "TJ/GOV", "TJ/GOV/a/b/c", "TJ/GOV/../egov", "TJ/GOV/DIGITAL/egov%00"):
            answer_two = await pair.ask(client=client)
            assert (answer_two.status, code_of(answer_two)[:7]) == (400, "Client."), client
        assert records_of(pair.tj) == pair.service.seen == []
        await lives(pair)

    run_pair(tmp_path, story)


def test_what_only_a_node_says_is_dropped_and_the_rest_passes_to_the_service(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask(
            headers={
                "X-Road-Request-Id": "forged", "X-Road-Request-Hash": "forged", "User-Agent": "x", "TE": "trailers",
                "Cookie": "a=b", "Authorization": "Basic x", "X-Own": "1", "If-None-Match": '"e"',
                "Kopir-Purpose": "%D0%B0", "Kopir-Legal-Basis": "Art. 5", "Kopir-Subject": "iin/900101300123",
            }
        )  # fmt: skip
        (seen,) = pair.service.seen
        got = dict(seen.headers)
        assert len(got) == len(seen.headers)
        assert got[b"x-road-request-id"] != b"forged"
        assert not {b"x-road-request-hash", b"user-agent", b"te", b"connection"} & set(got)
        assert (got[b"cookie"], got[b"authorization"], got[b"x-own"]) == (b"a=b", b"Basic x", b"1")
        assert (got[b"kopir-purpose"], got[b"kopir-legal-basis"]) == (b"%D0%B0", b"Art.%205")
        assert got[b"kopir-subject"] == b"iin/900101300123"
        for node in (pair.kz, pair.tj):
            request = records_of(node)[0]
            assert (request.purpose, request.legal_basis, len(request.subject_digest)) == ("\u0430", "Art. 5", 32)
            written = b"".join(node.core.journal.entry(index) for index in range(node.core.journal.head[0]))
            assert b"900101300123" not in written

    run_pair(tmp_path, story)


def test_credentials_pass_on_but_enter_neither_digest_nor_journal(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.service.answer = lambda seen: HttpResponse(200, [(b"set-cookie", dict(seen.headers)[b"cookie"])], b"")
        for secret, own in (("one", "1"), ("two", "1"), ("two", "2")):
            headers = {"Authorization": f"Basic {secret}", "Cookie": f"sid={secret}", "X-Own": own}
            answer = await pair.ask(headers=headers)
            assert answer.headers["set-cookie"] == f"sid={secret}"
            assert dict(pair.service.seen[-1].headers)[b"authorization"] == f"Basic {secret}".encode()
        for node in (pair.kz, pair.tj):
            first, answered, second, again, other, _ = [one.header_digest for one in records_of(node)]
            assert first == second != other
            assert answered == again
            written = b"".join(node.core.journal.entry(index) for index in range(node.core.journal.head[0]))
            assert b"Basic " not in written
            assert b"sid=" not in written

    run_pair(tmp_path, story)


# -- bodies


def test_chunked_requests_go_on_with_a_length_and_trailers_are_dropped(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            answer = await wire.ask(
                head(pair, "Transfer-Encoding: chunked", method="POST")
                + b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Road-UserId: forged\r\n\r\n"
            )
            assert answer.status == 200
        (seen,) = pair.service.seen
        assert (seen.body, dict(seen.headers)[b"content-length"]) == (b"abcde", b"5")
        assert records_of(pair.kz)[0].user is None
        assert all(value != b"forged" for _, value in seen.headers)

    run_pair(tmp_path, story, prepare=allow_everything)


def test_framing_that_two_readers_could_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    bad = [
        (["Content-Length: 3", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Content-Length: 3"], b"abc"),
        (["Content-Length: 3", "Content-Length: 4"], b"abcd"),
        (["Content-Length: 3, 3"], b"abc"),
        (["Content-Length: +3"], b"abc"),
        (["Transfer-Encoding: chunked"], b"3\r\nabcd\r\n0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"-3\r\nabc\r\n0\r\n\r\n"),
        (["X-Fold: a\r\n b"], b""),
        (["Upgrade: websocket", "Connection: upgrade"], b""),
    ]

    async def story(pair: Pair) -> None:
        for lines, body in bad:
            async with line(pair.tj_country.ports.client) as wire:
                answer = await wire.ask(head(pair, *lines, method="POST") + body)
                assert (answer.status, answer.header("connection")) == (400, "close"), lines
                assert await wire.rest() == b""
        async with line(pair.tj_country.ports.client) as wire:
            assert (await wire.ask(b"CONNECT kz.example:443 HTTP/1.1\r\nHost: x\r\n\r\n")).status == 400
        assert records_of(pair.tj) == pair.service.seen == []
        await lives(pair)

    run_pair(tmp_path, story, prepare=allow_everything)


def test_bodies_longer_and_shorter_than_announced(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.client
        async with line(port) as longer:
            longer.send(head(pair, "Content-Length: 3", method="POST") + b"abcdefgh\r\n\r\n")
            first, second = await longer.reply(), await longer.reply()
            assert (first.status, second.status, await longer.rest()) == (200, 400, b"")
        assert pair.service.seen[0].body == b"abc"
        async with line(port) as shorter:
            shorter.send(head(pair, "Content-Length: 10", method="POST") + b"abc")
            await until(lambda: pair.tj.consumer.in_flight)
        await until(lambda: not pair.tj.consumer.in_flight)
        assert len(pair.service.seen) == 1
        await lives(pair)

    run_pair(tmp_path, story, prepare=allow_everything)


def test_a_client_that_sends_a_byte_at_a_time_is_ended_and_others_are_served(tmp_path: Path) -> None:
    def prepare(kz: Country, tj: Country) -> None:
        allow_everything(kz, tj)
        limits(tj, header_timeout_s=0.3, body_timeout_s=0.3, idle_timeout_s=30.0)

    async def drip(wire: Line, data: bytes) -> Reply:
        for byte in data:
            if wire.has_heard():
                break
            wire.send(bytes([byte]))
            await asyncio.sleep(0.02)
        return await wire.reply()

    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.client
        async with line(port) as slow_head, line(port) as slow_body:
            loop = asyncio.get_running_loop()
            first = loop.create_task(drip(slow_head, head(pair, "X-Long: " + "a" * 1000)))
            slow_body.send(head(pair, "Content-Length: 1000", method="POST"))
            second = loop.create_task(drip(slow_body, bytes(1000)))
            while not (first.done() and second.done()):
                assert (await pair.ask()).status == 200
                await asyncio.sleep(0.01)
            assert ((await first).status, await slow_head.rest()) == (408, b"")
            answer = await second
            assert (answer.status, code_of(answer), await slow_body.rest()) == (400, "Client.InvalidBody", b"")
        await lives(pair)

    run_pair(tmp_path, story, prepare=prepare)


def test_a_thousand_idle_connections_hinder_nobody(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async with AsyncExitStack() as stack:
            for _ in range(1000):
                await stack.enter_async_context(line(pair.tj_country.ports.client))
            await lives(pair)

    run_pair(tmp_path, story)


def test_a_head_of_100_mb_is_cut_off_early(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            wire.send(head(pair)[:-2] + b"X-Long: ")
            assert await wire.flood(b"a" * 65536, 1600) < 400
        await lives(pair)

    run_pair(tmp_path, story)


def test_a_client_that_waits_for_continue_and_one_that_is_refused_before_its_body(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            wire.send(head(pair, "Expect: 100-continue", "Content-Length: 3", method="POST"))
            assert (await wire.reply()).status == 100
            assert (await wire.ask(b"abc")).status == 200
            assert pair.service.seen[0].body == b"abc"
            assert all(name != b"expect" for name, _ in pair.service.seen[0].headers)
            wire.send(
                head(pair, "Expect: 100-continue", "Content-Length: 3", "X-Road-Security-Server: x", method="POST")
            )
            assert (await wire.reply()).status == 400

    run_pair(tmp_path, story, prepare=allow_everything)


def test_head_old_versions_and_pipelines_through_both_nodes(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.service.answer = lambda seen: HttpResponse(200, [(b"etag", b'"e"')], seen.target)
        port = pair.tj_country.ports.client
        async with line(port) as wire:
            answer = await wire.ask(head(pair, method="HEAD"), "HEAD")
            assert (answer.status, answer.header("etag")) == (200, '"e"')
            wire.send(b"".join(head(pair, rest=f"/regions/{number}") for number in range(20)))
            bodies = [(await wire.reply()).body for _ in range(20)]
            assert bodies == [b"/regions/%d" % number for number in range(20)]
            kept = head(pair, "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0")
            assert (await wire.ask(kept)).header("connection") == "keep-alive"
            wire.send(head(pair).replace(b"HTTP/1.1", b"HTTP/1.0"))
            assert (await wire.reply()).header("connection") == "close"
            assert await wire.rest() == b""

    run_pair(tmp_path, story, prepare=allow_everything)
