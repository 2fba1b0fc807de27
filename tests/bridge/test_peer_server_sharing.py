"""Exchanges that share a connection: each gets its own answer, and what is wrong with one leaves the others alone."""

from __future__ import annotations

import asyncio
import struct
import time
from dataclasses import replace
from pathlib import Path

from evilpeer import Asked, body_frames, line_to
from httpwire import until
from kopir.bridge import peer_client
from kopir.wire import peer
from kopir.wire.record import Kind
from scenes import HERE, SERVER, Asking, Scene, play, play_asking
from twonodes import HttpResponse, allow_everything


def test_a_connection_carries_many_exchanges_and_answers_each_when_it_is_ready(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        may_answer = asyncio.Event()

        async def slowly(request) -> HttpResponse:
            if len(scene.service.seen) == 1:
                await may_answer.wait()
            return HttpResponse(200, [], request.target)

        scene.service.answer = slowly
        sent = [scene.good(target=f"/regions/{place}") for place in range(3)]
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(sent[0].frames())
            await until(lambda: scene.service.seen)
            line.send(sent[1].frames())
            assert (await line.get()).number == sent[1].number
            line.send(sent[2].frames())
            got = await line.get()
            assert (got.number, got.body) == (sent[2].number, b"/regions/2")
            may_answer.set()
            got = await line.get()
            assert (got.number, got.body) == (sent[0].number, b"/regions/0")

    play(tmp_path, story)


def test_what_is_wrong_with_one_exchange_leaves_the_others_of_its_connection_alone(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        may_answer = asyncio.Event()

        async def slowly(_) -> HttpResponse:
            await may_answer.wait()
            return HttpResponse(200, [], b"late")

        scene.service.answer = slowly
        good, bad = scene.good(), scene.good(target="/regions/2").but(sent_body=b"not the body")
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(good.frames())
            await until(lambda: scene.service.seen)
            line.send(bad.frames())
            got = await line.get()
            assert (got.number, got.code) == (bad.number, SERVER + "InvalidHashChainRef")
            may_answer.set()
            got = await line.get()
            assert (got.number, got.body) == (good.number, b"late")

    play(tmp_path, story)


def test_frames_out_of_order_end_a_connection_but_not_the_exchange_that_is_being_carried_out(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        may_answer = asyncio.Event()

        async def slowly(_) -> HttpResponse:
            await may_answer.wait()
            return HttpResponse(200, [], b"late")

        scene.service.answer = slowly
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            await until(lambda: scene.service.seen)
            line.send(struct.pack(">BII", 9, 1, 0))
            got = await line.get()
            assert (got.number, got.code) == (peer.WHOLE_CONNECTION, SERVER + "InvalidMessage")
            assert (await line.get()).code == "closed"
            may_answer.set()
        await until(lambda: len(scene.trace.records()) == 2)
        assert [one.kind for one in scene.trace.records()] == [Kind.REQUEST, Kind.RESPONSE]

    play(tmp_path, story)


def test_large_bodies_of_several_exchanges_may_come_in_turns(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        sent = [scene.good(method="POST", body=bytes([place]) * (1 << 20)) for place in range(3)]
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(b"".join(one.head_frame() for one in sent))
            for at in range(0, 1 << 20, 1 << 16):
                line.send(b"".join(body_frames(one.number, one.body[at : at + (1 << 16)]) for one in sent))
            line.send(b"".join(one.tail() for one in sent))
            got = [await line.get() for _ in sent]
        assert {one.number for one in got} == {one.number for one in sent}
        assert {one.code for one in got} == {"answered"}
        assert sorted(one.body for one in scene.service.seen) == [one.body for one in sent]

    play(tmp_path, story, prepare=allow_everything)


def test_a_caller_may_give_up_a_request_that_is_half_sent(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        state, sent = scene.trace.state, scene.good(method="POST", body=bytes(3 << 20))
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            for _ in range(2 * peer.MAX_OPEN):
                sent = scene.good(method="POST", body=bytes(3 << 20))
                line.send(sent.head_frame() + body_frames(sent.number, sent.body[: 1 << 18]))
                line.send(peer.encode_fault(sent.number, peer.GIVEN_UP))
                assert (await line.get()).number == sent.number
            assert scene.trace.state == state
            assert scene.node.core.spool.used_bytes == 0
            line.send(scene.good().frames())
            assert (await line.get()).code == "answered"

    play(tmp_path, story, prepare=allow_everything)


def test_a_caller_that_goes_on_with_a_refused_request_is_ended_at_last(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        sent = scene.good(method="POST", body=bytes(3 << 20))
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(sent.head_frame())
            assert (await line.get()).code == SERVER + "AccessDenied"
            (connection,) = scene.node.peers.connections
            line.send(body_frames(sent.number, sent.body[: 1 << 20]))
            connection.check_deadline(time.monotonic() + 59)
            assert not connection._transport.is_closing()

            connection.check_deadline(time.monotonic() + 61)

            assert (await line.get()).code == "closed"

    play(tmp_path, story)


# The calling side


def test_calls_at_the_same_time_make_and_share_one_connection(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        waiting: list[Asked] = []

        async def together(asked: Asked) -> bytes:
            waiting.append(asked)
            await until(lambda: len(waiting) == 20)
            return scene.reply(asked).frames()

        scene.provider.answer = together
        got = await asyncio.gather(*(scene.ask() for _ in range(20)))
        assert [one.status for one in got] == [200] * 20
        assert scene.provider.handshakes == scene.node.pool.handshakes == 1

    play_asking(tmp_path, story)


def test_beyond_its_share_a_connection_gets_a_second_one_beside_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(peer_client, "MAX_SHARING", 3)

    async def story(scene: Asking) -> None:
        waiting: list[Asked] = []

        async def together(asked: Asked) -> bytes:
            waiting.append(asked)
            await until(lambda: len(waiting) == 10)
            return scene.reply(asked).frames()

        scene.provider.answer = together
        got = await asyncio.gather(*(scene.ask() for _ in range(10)))
        assert [one.status for one in got] == [200] * 10
        assert scene.provider.handshakes == 4

    play_asking(tmp_path, story)


def test_large_requests_have_connections_of_their_own_and_are_given_up_in_order(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        scene.provider.answer = lambda asked: scene.reply(asked).frames()
        assert (await scene.ask()).status == 200
        assert (await scene.ask(method="POST", body=bytes(1 << 20))).status == 200
        assert scene.provider.handshakes == 2
        assert (await scene.ask(method="POST", body=bytes(1 << 20))).status == 200
        assert scene.provider.handshakes == 2

        config = scene.node.core.config
        scene.node.core.config = replace(config, limits=replace(config.limits, answer_timeout_s=0.5))
        scene.provider.is_deaf = True
        got = await scene.ask(method="POST", body=bytes(64 << 20))
        assert got.headers["x-road-error"] == HERE + "NetworkError"
        scene.provider.is_deaf = False
        await until(lambda: len(scene.provider.given_up) == 1)
        assert (await scene.ask(method="POST", body=bytes(1 << 20))).status == 200
        assert scene.provider.handshakes == 2, "the connection goes on"

    play_asking(tmp_path, story)


def test_a_provider_that_never_answers_is_hung_up_on_at_last(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(peer_client, "MAX_FORGOTTEN", 2)

    async def story(scene: Asking) -> None:
        async def never(_: Asked) -> bytes:
            await asyncio.Event().wait()
            return b""

        config = scene.node.core.config
        scene.node.core.config = replace(config, limits=replace(config.limits, answer_timeout_s=0.1))
        scene.provider.answer = never
        for _ in range(4):
            assert (await scene.ask()).headers["x-road-error"] == HERE + "NetworkError"
        assert scene.provider.handshakes == 2

    play_asking(tmp_path, story)


def test_a_node_that_wants_no_connection_is_heard_by_all_who_share_it(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        fault = peer.Fault(SERVER + "NetworkError", "this node takes no more connections from there now", "")
        scene.provider.answer = lambda _: peer.encode_fault(peer.WHOLE_CONNECTION, fault)
        got = await asyncio.gather(*(scene.ask() for _ in range(5)))
        assert {one.headers["x-road-error"] for one in got} == {SERVER + "NetworkError"}
        scene.provider.answer = lambda asked: scene.reply(asked).frames()
        assert (await scene.ask()).status == 200

    play_asking(tmp_path, story)
