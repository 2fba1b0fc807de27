"""The way to other nodes: connections that are kept, then providers that are almost right.

Whatever is wrong with an answer, the client gets an error of the node and not a byte of it, and the request is left
with an `unanswered` record; the next good answer is taken.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from evilpeer import Asked, Reply, context_of, made
from kopir.signing.facts import kid_of
from kopir.wire import peer
from kopir.wire.record import Kind
from scenes import HERE, SECRET, SERVER, Asking, issue, signer_of
from scenes import play_asking as play
from twonodes import build_countries, http, run, running

# The ordinary


def test_an_answer_made_by_hand_is_returned_and_kept(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        scene.provider.answer = lambda asked: scene.reply(asked, body=b'{"a":1}', block=b"x-a:b\r\n").frames()

        got = await scene.ask()

        assert (got.status, got.body, got.headers["x-a"]) == (200, b'{"a":1}', "b")
        (asked,) = scene.provider.asked
        assert [one.kind for one in scene.trace.records()] == [Kind.REQUEST, Kind.RESPONSE]
        assert scene.trace.sealed()[0][1] == asked.tail.record
        assert signer_of(asked.tail.receipt) == kid_of(made(scene.tj, "digital").der)

    play(tmp_path, story)


def test_a_connection_is_kept_for_the_next_call(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        scene.provider.answer = lambda asked: scene.reply(asked).frames()
        for _ in range(5):
            assert (await scene.ask()).status == 200
        assert scene.provider.handshakes == scene.node.pool.handshakes == 1

    play(tmp_path, story)


def test_a_read_is_repeated_on_a_kept_connection_that_had_died_and_a_write_is_not(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        async def once(asked: Asked) -> bytes:
            if len(scene.provider.asked) == 2:
                return b""
            return scene.reply(asked).frames()

        scene.provider.answer = once
        await scene.ask()
        assert (await scene.ask()).status == 200
        first, again = scene.provider.asked[1:]
        assert first.record.request_id != again.record.request_id
        kinds = [one.kind for one in scene.trace.records()]
        assert kinds[2:] == [Kind.REQUEST, Kind.UNANSWERED, Kind.REQUEST, Kind.RESPONSE]

        scene.provider.asked.clear()
        await scene.ask()
        got = await scene.ask(method="POST", body=b"x")
        assert (got.headers["x-road-error"], len(scene.provider.asked)) == (HERE + "NetworkError", 2)

    play(tmp_path, story)


def test_a_signed_refusal_is_the_clients_answer_and_is_kept(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        body = json.dumps({"type": "x", "message": "not you", "detail": "d-1"}).encode()
        scene.provider.answer = lambda asked: refusal(scene, asked, body).frames()

        got = await scene.ask()

        assert got.headers["x-road-error"] == SERVER + "AccessDenied"
        assert json.loads(got.body) == {"type": SERVER + "AccessDenied", "message": "not you", "detail": "d-1"}
        assert [one.kind for one in scene.trace.records()] == [Kind.REQUEST, Kind.REFUSAL]

    play(tmp_path, story)


def refusal(scene: Asking, asked: Asked, body: bytes) -> Reply:
    reply = scene.reply(asked, body=body)
    changes = {"kind": Kind.REFUSAL, "status": 500, "reason": SERVER + "AccessDenied"}
    return reply.but(signer=made(scene.kz, "digital"), **changes)


def test_an_unsigned_fault_is_told_and_leaves_the_request_unanswered(tmp_path: Path) -> None:
    async def told(scene: Asking) -> None:
        fault = peer.Fault(SERVER + "AccessDenied", "said without proof", "d-2")
        scene.provider.answer = lambda asked: peer.encode_fault(asked.number, fault)
        got = await scene.ask()
        assert json.loads(got.body)["message"] == "said without proof"
        (_, note) = scene.trace.records()
        assert note.kind is Kind.UNANSWERED

    play(tmp_path, told)


# Who answers


@pytest.mark.parametrize(
    ("name", "alpn", "newest", "code"),
    [
        ("spare", ("kopir/1",), ssl.TLSVersion.TLSv1_3, "CERTIFICATE_VERIFY_FAILED"),
        ("digital", ("kopir/1",), ssl.TLSVersion.TLSv1_3, ""),
        ("tls", (), ssl.TLSVersion.TLSv1_3, "does not speak kopir/1"),
        ("tls", ("kopir/2",), ssl.TLSVersion.TLSv1_3, ""),
        ("tls", ("kopir/1",), ssl.TLSVersion.TLSv1_2, ""),
    ],
    ids=["a certificate that is not listed", "a signing certificate", "no ALPN", "the next version", "TLS 1.2"],
)
def test_a_provider_that_cannot_be_the_node_gets_no_request(tmp_path: Path, name, alpn, newest, code) -> None:
    def tls(kz):
        issue(kz, "spare")
        return context_of(ssl.PROTOCOL_TLS_SERVER, kz.folder / "keys", name, alpn=alpn, newest=newest)

    async def story(scene: Asking) -> None:
        got = await scene.ask()
        assert (got.status, got.headers["x-road-error"]) == (500, HERE + "NetworkError")
        assert code in json.loads(got.body)["message"]
        assert scene.provider.asked == []
        assert scene.trace.records() == []

    play(tmp_path, story, tls=tls)


def test_nobody_there_is_told_with_the_address(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")

    async def scene() -> None:
        async with running(tj):
            got = await http(tj.ports.client, "GET", f"/r1/{kz.service}/regions/1", {"X-Road-Client": tj.client})
            assert got.headers["x-road-error"] == HERE + "NetworkError"
            assert f"{kz.node} at 127.0.0.1:{kz.ports.peer}" in json.loads(got.body)["message"]

    run(scene)


# How it is sent


def test_an_answer_that_comes_too_late_does_not_reach_the_next_call(tmp_path: Path) -> None:
    """The call that timed out is forgotten; its answer, still on the way, is passed over on the same connection."""

    async def story(scene: Asking) -> None:
        may_answer = asyncio.Event()

        async def late(asked: Asked) -> bytes:
            await may_answer.wait()
            return scene.reply(asked, body=SECRET).frames()

        scene.node.core.config = replace(
            scene.node.core.config, limits=replace(scene.node.core.config.limits, answer_timeout_s=0.2)
        )
        fault = await scene.fault_of(late, HERE + "NetworkError")
        assert fault in {"", "reason: TimeoutError"}
        scene.node.core.config = replace(
            scene.node.core.config, limits=replace(scene.node.core.config.limits, answer_timeout_s=20)
        )
        may_answer.set()
        await scene.check({})
        assert scene.provider.handshakes == 1

    play(tmp_path, story)


def test_what_comes_unasked_ends_the_connection(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        def twice(asked: Asked) -> bytes:
            return scene.reply(asked).frames() * 2

        scene.provider.answer = twice
        for _ in range(3):
            assert (await scene.ask()).status == 200
        assert scene.provider.handshakes == 3

    play(tmp_path, story)


def test_an_endless_answer_is_cut_at_the_limit(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        config = scene.node.core.config
        scene.node.core.config = replace(config, limits=replace(config.limits, body_bytes=1 << 20))

        def endless(asked: Asked) -> bytes:
            return scene.reply(asked, body=b"x" * (3 << 20)).frames()

        assert await scene.fault_of(endless, HERE + "InvalidRequest") == ""
        assert scene.node.core.spool.used_bytes == 0
        await scene.check({})

    play(tmp_path, story)


def test_connections_to_a_certificate_that_left_are_closed_idle_and_busy(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        scene.provider.answer = lambda asked: scene.reply(asked).frames()
        await scene.ask()
        was_asked = asyncio.Event()

        async def only_again(asked: Asked) -> bytes:
            if was_asked.is_set():
                return scene.reply(asked).frames()
            was_asked.set()
            await asyncio.Event().wait()
            return b""

        scene.provider.answer = only_again
        call = asyncio.get_running_loop().create_task(scene.ask())
        await was_asked.wait()
        digest = next(iter(scene.node.core.directories.get("KZ").directory.tls_digests))

        scene.node.pool.close_dead(frozenset({digest}))

        assert (await asyncio.wait_for(call, 20)).status == 200
        assert scene.provider.handshakes == 2
        assert [one.kind for one in scene.trace.records()[2:4]] == [Kind.REQUEST, Kind.UNANSWERED]

        scene.node.pool.close_dead(frozenset({digest}))

        await scene.check({})
        assert scene.provider.handshakes == 3

    play(tmp_path, story)


def test_a_directory_that_changes_while_a_connection_is_made_decides(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        pool = scene.node.pool
        listed = pool._nodes_by_tls
        pool._nodes_by_tls = lambda digest: tuple(replace(node, id=node.id + "0") for node in listed(digest))
        got = await scene.ask()
        assert "its directory does not give to it" in json.loads(got.body)["message"]
        assert scene.provider.asked == []

    play(tmp_path, story)
