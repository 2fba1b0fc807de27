"""The consumer's role: limits, routes, what is journaled when no answer comes, and what is repeated."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode
from dataclasses import replace
from hashlib import sha512
from pathlib import Path

import pytest

from httpwire import line, until
from kopir.bridge.core import Core
from kopir.bridge.peer_client import PeerLink
from kopir.bridge.sealing import Sealer
from kopir.bridge.vault import VaultError
from kopir.signing.signer import LocalSigner
from kopir.wire.evidence import CONSUMER
from kopir.wire.record import Kind
from signers import BrokenSigner
from twonodes import HttpResponse, Pair, allow_everything, code_of, edit, records_of, run_pair


def limit(**limits):
    """A preparation of the asking node: these limits."""

    def prepare(kz, tj) -> None:
        allow_everything(kz, tj)
        lines = "".join(f"{name} = {value}\n" for name, value in limits.items())
        tj.config.write_text(tj.config.read_text() + f"\n[limits]\n{lines}")

    return prepare


@pytest.mark.parametrize("body", [None, b"", b"0123456789" * 1000, bytes(2_000_000)])
def test_the_request_hash_is_what_anyone_can_compute(tmp_path: Path, body: bytes | None) -> None:
    async def story(pair: Pair) -> None:
        method = "GET" if body is None else "POST"
        headers = {"X-Road-Id": "abc", "X-Road-UserId": "u", "Accept": "a/b", "X-Own": "1", "Authorization": "Basic x"}
        answer = await pair.ask("/regions/1?q=%20", method=method, body=body, headers=headers)
        (seen,) = pair.service.seen
        own = [one for one in seen.headers if one[0] not in {b"host", b"content-length"}]
        target = f"/r1/{pair.kz_country.service}/regions/1?q=%20"
        head = f"{method} {target}".replace(" ", "\r\n", 1).encode() + b"\r\n"
        head += b"".join(name + b":" + value + b"\r\n" for name, value in own)
        digest = sha512(head).digest()
        if body:
            digest = sha512(digest + sha512(body).digest()).digest()
        assert answer.headers["x-road-request-hash"] == b64encode(digest).decode()
        again = await pair.ask("/regions/1?q=%20", method=method, body=body, headers=headers)
        assert again.headers["x-road-request-hash"] != answer.headers["x-road-request-hash"]

    run_pair(tmp_path, story, prepare=allow_everything)


def test_every_call_has_a_request_id_of_its_own_and_keeps_its_message_id(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        answers = [await pair.ask(headers={"X-Road-Id": "same"}) for _ in range(3)]
        assert {one.headers["x-road-id"] for one in answers} == {"same"}
        assert len({one.headers["x-road-request-id"] for one in answers}) == 3
        nameless = await pair.ask()
        assert nameless.headers["x-road-id"] == f"TJ-{nameless.headers['x-road-request-id']}"

    run_pair(tmp_path, story)


def test_who_is_asked_must_be_known(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for service, code in (
            ("KZ/GOV/STAT/registers/nothing", "Server.ClientProxy.UnknownService"),
            ("KZ/GOV/STAT/nothing/regions", "Server.ClientProxy.UnknownMember"),
            ("KZ/GOV/NOBODY/registers/regions", "Server.ClientProxy.UnknownMember"),
            ("KZ/GOV/STAT/Registers/regions", "Server.ClientProxy.UnknownMember"),
        ):
            assert code_of(await pair.ask(service=service)) == code, service
        assert code_of(await pair.ask(service="XX/GOV/STAT/registers/regions")).startswith("Server.ClientProxy.")
        assert records_of(pair.tj) == pair.service.seen == []

    run_pair(tmp_path, story)


def test_a_client_that_this_node_does_not_serve_is_unknown_though_it_is_trusted(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        edit(tj, (f'trusted_subsystems = ["{tj.client}"]', 'trusted_subsystems = ["TJ/GOV/STAT/ghost", "TJ/GOV/STAT"]'))

    async def story(pair: Pair) -> None:
        for client in ("TJ/GOV/STAT/ghost", "TJ/GOV/STAT"):
            assert code_of(await pair.ask(client=client)) == "Server.ClientProxy.UnknownMember"

    run_pair(tmp_path, story, prepare=prepare)


def test_the_caller_may_name_the_node_and_no_other_is_asked(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        named = {"X-Road-Security-Server": pair.kz_country.node}
        assert (await pair.ask(headers=named)).status == 200
        other = await pair.ask(headers={"X-Road-Security-Server": "KZ/GOV/DIGITAL/node2"})
        assert code_of(other) == "Server.ClientProxy.InvalidSecurityServer"

    run_pair(tmp_path, story)


@pytest.mark.parametrize("name", ["in_flight", "per_client"])
def test_calls_over_the_limit_are_refused_at_once_and_the_others_end_well(tmp_path: Path, name: str) -> None:
    async def story(pair: Pair) -> None:
        gate = asyncio.Event()

        async def wait(_) -> HttpResponse:
            await gate.wait()
            return HttpResponse(200, [])

        pair.service.answer = wait
        loop = asyncio.get_running_loop()
        calls = [loop.create_task(pair.ask()) for _ in range(2)]
        await until(lambda: len(pair.service.seen) == 2)
        refused = await pair.ask()
        assert (code_of(refused), len(pair.service.seen)) == ("Server.ClientProxy.NetworkError", 2)
        gate.set()
        assert [(await call).status for call in calls] == [200, 200]
        assert (await pair.ask()).status == 200
        assert (pair.tj.consumer.in_flight, pair.tj.consumer._per_client) == (0, {})

    run_pair(tmp_path, story, prepare=limit(**{name: 2}))


def test_a_body_over_the_limit_is_refused_and_the_spool_is_empty_again(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        assert (await pair.ask(method="POST", body=bytes(3000))).status == 200
        assert code_of(await pair.ask(method="POST", body=bytes(3001))) == "Server.ClientProxy.InvalidRequest"
        assert pair.tj.core.spool.used_bytes == 0
        assert len(pair.service.seen) == 1

    run_pair(tmp_path, story, prepare=limit(body_bytes=3000, memory_body_bytes=100))


def test_a_full_spool_refuses_and_later_takes_again(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        gate = asyncio.Event()

        async def wait(_) -> HttpResponse:
            await gate.wait()
            return HttpResponse(200, [])

        pair.service.answer = wait
        first = asyncio.get_running_loop().create_task(pair.ask(method="POST", body=bytes(3000)))
        await until(lambda: pair.service.seen)
        assert code_of(await pair.ask(method="POST", body=bytes(3000))) == "Server.ClientProxy.IOError"
        assert pair.tj.core.spool.used_bytes == 3000
        gate.set()
        assert (await first).status == 200
        assert (await pair.ask(method="POST", body=bytes(3000))).status == 200
        assert pair.tj.core.spool.used_bytes == 0

    run_pair(tmp_path, story, prepare=limit(spool_bytes=4000, body_bytes=4000, memory_body_bytes=100))


def test_a_request_that_ends_without_answer_is_journaled_with_its_reason(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        gate = asyncio.Event()

        async def hang(_) -> HttpResponse:
            await gate.wait()
            return HttpResponse(200, [])

        pair.service.answer = hang
        answer = await pair.ask(headers={"X-Road-Id": "lost"})
        assert code_of(answer) == "Server.ClientProxy.NetworkError"
        request, note = records_of(pair.tj)
        assert (request.kind, note.kind, note.message_id) == (Kind.REQUEST, Kind.UNANSWERED, "lost")
        assert (note.reason, note.status, note.request_id) == ("TimeoutError", None, request.request_id)
        assert pair.tj.gateway._find_evidence(wanted="lost", client=pair.tj_country.client)
        gate.set()

    run_pair(tmp_path, story, prepare=limit(answer_timeout_s=0.2))


def test_a_node_that_is_gone_leaves_nothing_unsaid(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async def die(_) -> HttpResponse:
            pair.kz.peers.abort()
            return HttpResponse(200, [])

        pair.service.answer = die
        assert code_of(await pair.ask(method="POST", body=b"x")) == "Server.ClientProxy.NetworkError"
        assert [one.kind for one in records_of(pair.tj)] == [Kind.REQUEST, Kind.UNANSWERED]
        assert "closed the connection" in records_of(pair.tj)[1].reason
        pair.kz.listeners.close()
        answer = await pair.ask(method="POST", body=b"x")
        assert code_of(answer) == "Server.ClientProxy.NetworkError"
        assert "cannot reach" in json.loads(answer.body)["message"]
        assert len(records_of(pair.tj)) == 2, "what was never sent is no exchange"

    run_pair(tmp_path, story, prepare=allow_everything)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_pooled_connection_that_died_repeats_reads_once_under_a_new_id_and_post_never(tmp_path, method) -> None:
    async def story(pair: Pair) -> None:
        body = None if method == "GET" else b"x"
        assert (await pair.ask(method=method, body=body)).status == 200
        before = len(records_of(pair.tj))
        send = PeerLink.send
        sent = 0

        async def cut(self, *frames) -> None:
            nonlocal sent
            sent += 1
            if sent == 1:
                self.transport.abort()
            else:
                await send(self, *frames)

        PeerLink.send = cut  # type: ignore[assignment]
        try:
            answer = await pair.ask(method=method, body=body)
        finally:
            PeerLink.send = send  # type: ignore[method-assign]
        new = records_of(pair.tj)[before:]
        kinds = [one.kind for one in new]
        if method in {"GET", "HEAD"}:
            assert (answer.status, sent, len(pair.service.seen)) == (200, 2, 2)
            assert kinds == [Kind.REQUEST, Kind.UNANSWERED, Kind.REQUEST, Kind.RESPONSE]
            assert new[0].request_id == new[1].request_id != new[2].request_id == new[3].request_id
        else:
            assert (code_of(answer), sent, len(pair.service.seen)) == ("Server.ClientProxy.NetworkError", 1, 1)
            assert kinds == [Kind.REQUEST, Kind.UNANSWERED]

    run_pair(tmp_path, story, prepare=allow_everything)


def test_a_pooled_connection_that_dies_while_the_record_is_written_is_not_waited_for(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        assert (await pair.ask()).status == 200
        sealer = pair.tj.core.sealers[pair.tj_country.owner]
        sign = sealer._signer.sign
        links = [link for pool in pair.tj.pool._lanes.values() for link in pool]

        class Cutting:
            alg, kid = sealer._signer.alg, sealer._signer.kid

            async def sign(self, data: bytes) -> bytes:
                for link in links:
                    link.transport.abort()
                await asyncio.sleep(0.02)
                return await sign(data)

        sealer._signer = Cutting()
        assert (await pair.ask()).status == 200, "a GET is asked again"
        assert records_of(pair.tj)[3].kind is Kind.UNANSWERED

    run_pair(tmp_path, story)


def test_a_signer_that_is_gone_is_told_by_its_code_and_nothing_is_sent(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        owner = pair.tj_country.owner
        inner = pair.tj.core.sealers[owner]._signer
        assert isinstance(inner, LocalSigner)
        pair.tj.core.sealers[owner] = Sealer(BrokenSigner(inner), start=pair.tj.core.start)
        answer = await pair.ask()
        assert code_of(answer) == "Server.ClientProxy.CannotCreateSignature"
        assert records_of(pair.kz) == records_of(pair.tj) == []

    run_pair(tmp_path, story)


def test_a_body_that_breaks_off_is_no_exchange(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            wire.send(
                f"POST /r1/{pair.kz_country.service}/regions/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
                f"X-Road-Client: {pair.tj_country.client}\r\n\r\nabc".encode()
            )
            await until(lambda: pair.tj.consumer.in_flight)
        await until(lambda: not pair.tj.consumer.in_flight)
        assert records_of(pair.tj) == pair.service.seen == []

    run_pair(tmp_path, story, prepare=allow_everything)


@pytest.mark.parametrize(
    "name", ["X-Road-UserId", "X-Road-Issue", "X-Road-Represented-Party", "Content-Type", "X-Road-Id"]
)
def test_a_header_longer_than_a_record_holds_is_the_callers_mistake(tmp_path: Path, name: str) -> None:
    async def story(pair: Pair) -> None:
        assert (await pair.ask(headers={name: "a" * 250})).status == 200
        answer = await pair.ask(headers={name: "a" * 257})
        assert (answer.status, code_of(answer)) == (400, "Client.BadRequest")

    run_pair(tmp_path, story)


def test_an_answer_that_is_in_the_journal_is_an_answer_however_late(tmp_path: Path, monkeypatch) -> None:
    async def story(pair: Pair) -> None:
        core = pair.tj.core
        core.config = replace(core.config, limits=replace(core.config.limits, answer_timeout_s=0.25))
        keep_record = Core.keep_record

        def slowly(self, side, record, *rest):
            ticket = keep_record(self, side, record, *rest)
            if side == CONSUMER and record.kind is Kind.RESPONSE:
                time.sleep(0.3)  # the time for an answer passes before the journal is synced
            return ticket

        monkeypatch.setattr(Core, "keep_record", slowly)
        answer = await pair.ask()
        assert answer.status == 200
        assert [one.kind for one in records_of(pair.tj)] == [Kind.REQUEST, Kind.RESPONSE]

    run_pair(tmp_path, story)


def test_a_vault_that_fails_leaves_the_reason_behind_the_request(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        tj.config.write_text(tj.config.read_text() + "\n[journal]\nkeep_bodies = true\n")

    async def story(pair: Pair) -> None:
        vault = pair.tj.core.vault
        assert vault is not None

        def fail(*_: object) -> None:
            vault.error = VaultError("the disk is gone")
            raise vault.error

        vault.keep = fail  # type: ignore[method-assign, assignment]
        assert code_of(await pair.ask()) == "Server.ClientProxy.LoggingFailed"
        _, unanswered = records_of(pair.tj)
        assert unanswered.kind is Kind.UNANSWERED
        assert "LoggingFailed: the disk is gone" in unanswered.reason
        assert code_of(await pair.ask()) == "Server.ClientProxy.LoggingFailed"
        assert len(records_of(pair.tj)) == 2, "what cannot be kept is not begun"
        assert pair.service.seen == []

    run_pair(tmp_path, story, prepare=prepare)
