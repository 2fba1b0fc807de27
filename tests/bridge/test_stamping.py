"""Time stamps over the journal's head: taken, entered, missed; and the stop when they fail to come for too long."""

from __future__ import annotations

import asyncio
import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from httpwire import Script, scripted
from kopir.bridge.keyring import read_certificate
from kopir.bridge.stamping import TimestampingFailedError
from kopir.demo.country import Country
from kopir.signing import stamps
from kopir.signing.development_tsa import make_response
from kopir.signing.keys import load_private_key
from kopir.signing.signer import p256_key
from kopir.wire import cbor
from kopir.wire import evidence as files
from kopir.wire.evidence import STAMP_ENTRY, head_statement
from twonodes import Pair, code_of, edit, http, run_pair


def authority(country: Country, *, key: str = "tsa", certificate: str = "tsa", later_ms: int = 0) -> Script:
    """A time stamp authority with these files of `country`."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            assert b"content-type: application/timestamp-query" in head.lower()
            answer = make_response(
                await reader.readexactly(length),
                key=p256_key(load_private_key(country.folder / "keys" / f"{key}.key")),
                certificate_der=read_certificate(country.folder / "keys" / f"{certificate}.crt"),
                now_ms=time.time_ns() // 1_000_000 + later_ms,
                serial=1,
            )
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)

    return script


def saying(answer: bytes) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return script


def stamp_entries(node) -> list[Any]:
    entries: list[Any] = [cbor.decode(node.core.journal.entry(index)) for index in range(node.core.journal.head[0])]
    return [entry for entry in entries if entry[0] == STAMP_ENTRY]


def metric(node, name: str) -> float:
    return float(node.metrics.registry.get_sample_value(name))


async def stamp(pair: Pair) -> tuple[int, bytes]:
    answer = await http(pair.tj_country.ports.control, "POST", "/stamp", None, b"")
    return answer.status, answer.body


def test_the_head_is_stamped_and_the_token_entered(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask(headers={"X-Road-Id": "abc"})
        node = pair.tj
        size, root = node.core.journal.head
        node.stamper.observe()
        assert metric(node, "kopir_unstamped_entries") == size
        async with scripted(authority(pair.tj_country), pair.tj_country.ports.stamps):
            assert await stamp(pair) == (200, b"stamped\n")
            (entry,) = stamp_entries(node)
            assert entry[1:3] == [size, root]
            digest = sha256(head_statement(node.core.node, size, root)).digest()
            trusted = [read_certificate(pair.tj_country.folder / "keys" / "tsa.crt")]
            assert stamps.check_token(entry[3], digest, trusted)
            assert metric(node, "kopir_unstamped_entries") == metric(node, "kopir_unstamped_seconds") == 0
            assert await stamp(pair) == (200, b"nothing new to stamp\n")
            assert len(stamp_entries(node)) == 1
            await pair.ask()
            assert await stamp(pair) == (200, b"stamped\n")
        file = files.decode(node.gateway._find_evidence(wanted="abc", client=pair.tj_country.client))
        assert file.stamp is not None

    run_pair(tmp_path, story)


def test_the_statement_is_that_of_the_protocol() -> None:
    assert cbor.decode(head_statement("KZ/GOV/1/n", 7, bytes(32))) == ["kopir journal head", "KZ/GOV/1/n", 7, bytes(32)]


def test_what_comes_while_the_stamp_is_made_waits_for_the_next(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        inner = authority(pair.tj_country)

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await pair.ask()
            await inner(reader, writer)

        size, _ = pair.tj.core.journal.head
        async with scripted(slow, pair.tj_country.ports.stamps):
            assert await pair.tj.stamper.stamp_now()
        assert pair.tj.stamper.last_size == size
        assert metric(pair.tj, "kopir_unstamped_entries") == 3, "two records and the stamp's own entry"

    run_pair(tmp_path, story)


def test_without_an_authority_the_node_goes_on_and_shows_the_stretch(tmp_path: Path) -> None:
    def prepare(_: Country, tj: Country) -> None:
        edit(tj, (f'url = "http://127.0.0.1:{tj.ports.stamps}/"', "stop_after_s = 100.0"))

    async def story(pair: Pair) -> None:
        node = pair.tj
        assert (await pair.ask()).status == 200
        status, body = await stamp(pair)
        assert (status, b"[timestamp] url" in body) == (502, True)
        now = node.core.now_ms()
        node.stamper.observe()
        node.core.now_ms = lambda: now + 50_000
        node.stamper.observe()
        assert 40 < metric(node, "kopir_unstamped_seconds") < 60
        assert metric(node, "kopir_unstamped_entries") > 0
        assert node.problems() == []

    run_pair(tmp_path, story, prepare=prepare)


def test_after_the_set_time_both_roles_stop_and_a_stamp_lets_them_go_on(tmp_path: Path) -> None:
    def prepare(kz: Country, tj: Country) -> None:
        for country in (kz, tj):
            edit(country, ("[timestamp]\n", "[timestamp]\nstop_after_s = 100.0\n"))

    async def story(pair: Pair) -> None:
        assert (await pair.ask()).status == 200
        for node, code in ((pair.kz, "Server.ServerProxy.TimestampingFailed"), (pair.tj, "Server.ClientProxy.")):
            node.stamper.observe()
            since: Any = node.stamper._unstamped_since_ms
            node.stamper._unstamped_since_ms = since - 99_000
            node.stamper.check()
            assert (await pair.ask()).status == 200
            node.stamper._unstamped_since_ms = since - 101_000
            with pytest.raises(TimestampingFailedError):
                node.stamper.check()
            answer = await pair.ask()
            assert code_of(answer).startswith(code)
            assert code_of(answer).endswith("TimestampingFailed")
            (problem,) = node.problems()
            assert "no time stamp for more than 100 s" in problem
            ready = await http((pair.kz_country if node is pair.kz else pair.tj_country).ports.control, "GET", "/ready")
            assert ready.status == 503
            country = pair.kz_country if node is pair.kz else pair.tj_country
            async with scripted(authority(country), country.ports.stamps):
                assert await node.stamper.stamp_now()
            assert (await pair.ask()).status == 200

    run_pair(tmp_path, story, prepare=prepare)


def test_nothing_to_stop_for_when_that_is_switched_off(tmp_path: Path) -> None:
    def prepare(_: Country, tj: Country) -> None:
        edit(tj, ("[timestamp]\n", "[timestamp]\nstop_after_s = 0\n"))

    async def story(pair: Pair) -> None:
        await pair.ask()
        pair.tj.stamper.observe()
        pair.tj.stamper._unstamped_since_ms = 0
        pair.tj.stamper.check()

    run_pair(tmp_path, story, prepare=prepare)


REFUSAL = bytes.fromhex("300530030201 02".replace(" ", ""))  # TimeStampResp: status rejection, no token


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(REFUSAL) + REFUSAL,
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"garbage\r\n\r\n",
        b"",
    ],
)
def test_an_authority_that_refuses_or_talks_nonsense_changes_nothing(tmp_path: Path, answer: bytes) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        size = pair.tj.core.journal.head[0]
        async with scripted(saying(answer), pair.tj_country.ports.stamps):
            status, body = await stamp(pair)
        assert (status, body[:15]) == (502, b"no time stamp: ")
        assert pair.tj.core.journal.head[0] == size
        assert (await pair.ask()).status == 200

    run_pair(tmp_path, story)


def test_nobody_listens_where_stamps_are_made(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        status, body = await stamp(pair)
        assert (status, b"cannot connect" in body) == (502, True)

    run_pair(tmp_path, story)


def test_a_stamp_of_an_authority_that_the_directory_does_not_list_is_refused(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        async with scripted(authority(pair.kz_country), pair.tj_country.ports.stamps):
            status, _ = await stamp(pair)
        assert (status, stamp_entries(pair.tj)) == (502, [])

    run_pair(tmp_path, story)


def test_a_stamp_over_something_else_is_refused(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        country = pair.tj_country

        async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            answer = make_response(
                stamps.make_request(bytes(32), 7),
                key=p256_key(load_private_key(country.folder / "keys" / "tsa.key")),
                certificate_der=read_certificate(country.folder / "keys" / "tsa.crt"),
                now_ms=pair.tj.core.now_ms(),
                serial=1,
            )
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)

        async with scripted(other, country.ports.stamps):
            status, _ = await stamp(pair)
        assert (status, stamp_entries(pair.tj)) == (502, [])

    run_pair(tmp_path, story)


def test_a_token_that_no_entry_holds_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kopir.bridge.stamping.stamps.accept_response", lambda *_, **__: (bytes(65_500), 0))

    async def story(pair: Pair) -> None:
        await pair.ask()
        async with scripted(authority(pair.tj_country), pair.tj_country.ports.stamps):
            status, why = await stamp(pair)
        assert (status, stamp_entries(pair.tj)) == (502, [])
        assert b"65500 bytes" in why

    run_pair(tmp_path, story)


def test_the_regular_work_stamps_observes_and_outlives_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        sleep = asyncio.sleep
        turns = 0

        async def quick(seconds: float) -> None:
            nonlocal turns
            if seconds != pair.tj.core.config.timestamp.every_s:
                await sleep(seconds)
                return
            turns += 1
            await sleep(0.01)

        monkeypatch.setattr("kopir.bridge.stamping.asyncio.sleep", quick)
        lines: list[bytes] = []
        pair.tj.log._write = lines.append
        task = pair.tj.core.start(pair.tj.stamper.run())
        while turns < 3:
            await sleep(0.01)
        assert not task.done()
        assert stamp_entries(pair.tj) == []
        async with scripted(authority(pair.tj_country), pair.tj_country.ports.stamps):
            while not stamp_entries(pair.tj):
                await sleep(0.01)
        task.cancel()
        pair.tj.log.flush()
        events = [json.loads(line)["event"] for data in lines for line in data.splitlines()]
        assert "no time stamp" in events

    run_pair(tmp_path, story)
