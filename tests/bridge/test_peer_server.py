"""The listener for other nodes: connections that go on and end in order, then callers and frames that are refused."""

from __future__ import annotations

import asyncio
import ssl
import struct
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from evilpeer import Got, Message, body_frames, caller, deliver, line_to
from httpwire import until
from kopir.bridge.peer_server import PeerServer
from kopir.signing.certificates import read_certificate_file
from kopir.wire import peer
from scenes import HOUR_MS, SERVER, Scene, clock_ms, issue, issue_between, play, publish
from twonodes import HttpResponse, allow_everything, build_countries, run

NO_FORM = SERVER + "InvalidMessage"
NO_TLS = SERVER + "SslAuthenticationFailed"


# The ordinary


def test_a_connection_is_kept_between_requests_and_closed_by_a_stop(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            assert (await line.get()).code == "answered"
            scene.node.peers.sweep()
            line.send(scene.good().frames())
            assert (await line.get()).code == "answered"

            scene.node.peers.stop()

            assert (await line.get()).code == "closed"
        assert (await scene.deliver(scene.good().frames())).code == SERVER + "NetworkError"

    play(tmp_path, story)


def test_a_stop_lets_the_request_under_way_be_answered(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        may_answer = asyncio.Event()

        async def slowly(_):
            await may_answer.wait()
            return HttpResponse(200, [], b"late")

        scene.service.answer = slowly
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            await until(lambda: scene.service.seen)
            scene.node.peers.stop()
            may_answer.set()
            assert (await line.get()).body == b"late"
            assert (await line.get()).code == "closed"

    play(tmp_path, story)


def test_a_silent_connection_is_ended_at_last(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            await line.get()
            (connection,) = scene.node.peers.connections
            connection.check_deadline(time.monotonic() + 299)
            assert len(scene.node.peers.connections) == 1

            connection.check_deadline(time.monotonic() + 301)

            assert (await line.get()).code == "closed"

    play(tmp_path, story)


# Who calls


def test_only_tls_with_a_listed_certificate_gets_through(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        tj, (stranger,) = scene.tj, build_countries(tmp_path / "stranger", "UZ")
        now = clock_ms()
        issue_between(tj, "expired", now - 48 * HOUR_MS, now - HOUR_MS)
        issue_between(tj, "early", now + HOUR_MS, now + 48 * HOUR_MS)
        issue(tj, "spare")
        refused = {
            "not listed": caller(tj, "spare"),
            "no certificate": caller(tj, ""),
            "TLS 1.2": caller(tj, newest=ssl.TLSVersion.TLSv1_2),
            "a signing certificate": caller(tj, "digital"),
            "a stamp certificate": caller(tj, "tsa"),
            "an unknown authority": caller(stranger),
            "expired": caller(tj, "expired"),
            "not valid yet": caller(tj, "early"),
        }
        state, failures = scene.trace.state, scene.trace.failures

        got = {name: (await deliver(scene.kz.ports.peer, tls, b"")).code for name, tls in refused.items()}

        assert got == dict.fromkeys(refused, "closed")
        assert not scene.node.peers.connections
        scene.node.peers.report_handshakes(time.monotonic() + 60)
        assert scene.trace.failures == failures + len(refused)
        assert f"{len(refused)} connections without TLS" in scene.trace.log()
        assert scene.trace.state == state
        await scene.check({})

    play(tmp_path, story)


def test_a_good_handshake_is_not_told_as_a_failed_one(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.check({})
        scene.node.peers.report_handshakes(time.monotonic() + 60)
        assert scene.trace.failures == 0

    play(tmp_path, story)


def test_callers_with_other_protocols_are_refused_by_name(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        named = {
            "no ALPN": (caller(scene.tj, alpn=()), SERVER + "InvalidProtocolVersion"),
            "the next version": (caller(scene.tj, alpn=("kopir/2",)), SERVER + "InvalidProtocolVersion"),
            "HTTP": (caller(scene.tj, alpn=("h2", "http/1.1")), SERVER + "InvalidProtocolVersion"),
        }
        faults = {}
        for name, (context, code) in named.items():
            scene.tls = context
            faults[name] = await scene.fault_of(scene.good().frames(), code)
        assert {name: fault for name, fault in faults.items() if fault} == {}
        scene.tls = caller(scene.tj, alpn=("kopir/2", "kopir/1"))
        await scene.check({})

    play(tmp_path, story)


def test_a_certificate_that_was_listed_once_is_refused_by_name(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        issue(scene.tj, "spare")
        once_listed = read_certificate_file(scene.tj.folder / "keys" / "spare.crt")
        assert await scene.node._parts.trust({"TJ": (once_listed,)}) == []
        scene.tls = caller(scene.tj, "spare")
        assert await scene.fault_of(scene.good().frames(), NO_TLS) == ""

    play(tmp_path, story)


def test_a_certificate_that_expires_under_an_open_connection_ends_it(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            assert (await line.get()).code == "answered"
            directories = scene.node.core.directories
            current = directories.get("TJ")
            assert current is not None
            tls = {digest: (node, first, clock_ms() - 1) for digest, (node, first, _) in current.tls.items()}
            directories._in_force["TJ"] = replace(current, tls=tls)
            line.send(scene.good().frames())
            assert (await line.get()).code == NO_TLS

    play(tmp_path, story)


def test_what_the_directory_takes_from_a_node_is_gone_on_its_open_connections_too(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            assert (await line.get()).code == "answered"
            owner, portal, registers = '"TJ/GOV/DIGITAL", ', '"TJ/GOV/DIGITAL/egov", ', '"TJ/GOV/STAT/registers"'
            publish(scene.tj, (f"clients = [{owner}{portal}{registers}]", f"clients = [{owner}{registers}]"))
            await scene.node.refresher.refresh(clock_ms())
            state = scene.trace.state

            line.send(scene.good().frames())

            assert (await line.get()).code == SERVER + "IncorrectCertificate"
            assert scene.trace.state == state

    play(tmp_path, story)


def test_no_more_connections_than_the_limit(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        kz.config.write_text(kz.config.read_text() + "\n[limits]\nconnections = 2\n")

    async def story(scene: Scene) -> None:
        port, tls = scene.kz.ports.peer, scene.tls
        async with line_to(port, tls), line_to(port, tls):
            await until(lambda: len(scene.node.peers.connections) == 2)
            assert await scene.fault_of(scene.good().frames(), SERVER + "NetworkError") == ""
        await until(lambda: not scene.node.peers.connections)
        await scene.check({})

    play(tmp_path, story, prepare=prepare)


# What is sent


def frame(kind: int, payload: bytes, length: int | None = None, number: int = 1) -> bytes:
    return struct.pack(">BII", kind, number, len(payload) if length is None else length) + payload


def behind(sent: Message, kind: int, payload: bytes, length: int | None = None) -> bytes:
    """The head of a message, then a frame of the same exchange."""
    return sent.head_frame() + frame(kind, payload, length, sent.number)


def test_frames_out_of_form_or_order_end_the_connection(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        good = scene.good
        twice = good()
        answer = peer.encode_response_head(1, peer.ResponseHead(bytes(16), 200, None, b"", b""))
        await scene.check({
            "a tail first": (good().tail(), NO_FORM),
            "a body first": (body_frames(1, b"abc"), NO_FORM),
            "an answer": (answer, NO_FORM),
            "a fault": (peer.encode_fault(1, peer.Fault("a", "b", "c")), NO_FORM),
            "type 0": (frame(0, b""), NO_FORM),
            "type 9 inside": (behind(good(), 9, b"x"), NO_FORM),
            "type 255": (frame(255, b"x"), NO_FORM),
            "HTTP": (b"GET / HTTP/1.1\r\nHost: kz\r\n\r\n", NO_FORM),
            "longer than a frame may be": (frame(1, b"", (1 << 20) + 1), NO_FORM),
            "four gigabytes": (behind(good(), 2, b"", 0xFFFFFFFF), NO_FORM),
            "an empty body": (behind(good(), 2, b""), NO_FORM),
            "a head in a message": (twice.head_frame() * 2, NO_FORM),
            "an earlier number": (good().but(number=10**9).head_frame() + twice.frames(), NO_FORM),
            "number 0": (good().but(number=0).frames(), NO_FORM),
            "a body of another exchange": (good().head_frame() + body_frames(1, b"x"), NO_FORM),
            "more begun than one may have": (b"".join(good().head_frame() for _ in range(9)), NO_FORM),
            "a head that is no CBOR": (frame(1, b"\xff" * 20), NO_FORM),
            "a head of nine": (frame(1, b"\x89" + b"\xf6" * 9), NO_FORM),
            "a tail of three": (behind(good(), 3, b"\x83\x40\x40\x40"), NO_FORM),
            "a tail of texts": (behind(good(), 3, b"\x82\x60\x60"), NO_FORM),
            "a tail with a map": (behind(good(), 3, b"\x82\x40\xa0"), NO_FORM),
        })  # fmt: skip

    play(tmp_path, story)


def test_a_message_cut_off_at_any_frame_leaves_nothing_behind(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        node, sent = scene.node, scene.good(method="POST", body=bytes(3 << 20))
        head, body = sent.head_frame(), sent.body_frames()
        state = scene.trace.state
        for cut in (3, len(head) - 1, len(head), len(head) + 9, len(head) + (2 << 20), len(head + body), -1):
            async with line_to(scene.kz.ports.peer, scene.tls) as line:
                line.send((head + body + sent.tail())[:cut])
                await line.writer.drain()
            await until(lambda: not node.peers.connections)
            await until(lambda: not node.provider.in_flight)
        assert scene.trace.state == state
        assert node.core.spool.used_bytes == 0
        await scene.check({})

    play(tmp_path, story, prepare=allow_everything)


def test_a_caller_that_goes_on_sending_still_reads_why_it_was_refused(tmp_path: Path) -> None:
    """A close with bytes unread is a reset, and a reset may overtake the fault."""

    async def story(scene: Scene) -> None:
        sent = scene.good(method="POST", body=bytes(8 << 20))
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.writer.transport.pause_reading()  # type: ignore[attr-defined]
            line.send(sent.head_frame())
            await until(lambda: scene.trace.failures)
            for piece in range(0, len(sent.body), 1 << 16):
                line.send(body_frames(sent.number, sent.body[piece : piece + (1 << 16)]))
                await line.writer.drain()
            line.writer.transport.resume_reading()  # type: ignore[attr-defined]
            assert (await line.get()).code == SERVER + "AccessDenied"
            line.send(sent.tail() + scene.good().frames())
            assert (await line.get()).code == "answered", "the connection serves on"

    play(tmp_path, story)


def test_a_caller_that_stops_in_the_middle_is_ended(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        node, sent = scene.node, scene.good(method="POST", body=bytes(3 << 20))
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(sent.head_frame() + body_frames(sent.number, sent.body[: 2 << 20]))
            await until(lambda: node.core.spool.used_bytes >= 2 << 20)
            (connection,) = node.peers.connections
            connection.check_deadline(time.monotonic() + 59)
            assert node.provider.in_flight == 1

            connection.check_deadline(time.monotonic() + 61)

            assert (await line.get()).code == "closed"
        await until(lambda: not node.provider.in_flight)
        assert node.core.spool.used_bytes == 0
        assert scene.trace.state == (2, 0), "the two directories alone are in the journal"
        await scene.check({})

    play(tmp_path, story, prepare=allow_everything)


def test_a_caller_that_does_not_read_its_answer_is_ended(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        node = scene.node
        scene.service.answer = lambda _: HttpResponse(200, [], bytes(64 << 20))
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.writer.transport.pause_reading()  # type: ignore[attr-defined]
            line.send(scene.good().frames())
            await until(lambda: len(scene.trace.records()) == 2)
            (connection,) = node.peers.connections
            await until(lambda: connection._outbox.paused_at)
            connection.check_deadline(time.monotonic() + 59)
            assert node.provider.in_flight == 1

            connection.check_deadline(time.monotonic() + 61)

            await until(lambda: not node.provider.in_flight)
        assert node.core.spool.used_bytes == 0

    play(tmp_path, story)


# By itself


@dataclass
class Plain:
    """A transport without TLS."""

    written: bytes = b""

    def get_extra_info(self, _name: str) -> None:
        return None

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        self.written += data

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass


def test_without_tls_nothing_is_read() -> None:
    async def scene() -> None:
        told: list[tuple[str, str, int]] = []
        server = PeerServer(
            None,  # type: ignore[arg-type]  # must not be called
            nodes_by_tls=lambda _: (),
            report=lambda *what: told.append(what),
            now_ms=lambda: 0,
            idle_s=1,
            max_connections=1,
            max_per_peer=1,
        )
        connection, transport = server.protocol(), Plain()
        connection.connection_made(transport)  # type: ignore[arg-type]
        connection._receive(b"\xff" * 100)

        ((number, fault),) = peer.Receiver("answers").feed(transport.written)
        assert number == peer.WHOLE_CONNECTION
        assert isinstance(fault, peer.Fault)
        assert Got(fault=fault).code == NO_TLS
        assert [code for code, _, _ in told] == ["SslAuthenticationFailed"]

    run(scene)


def test_a_message_that_comes_a_byte_at_a_time_is_ended(tmp_path: Path) -> None:
    """Neither a head nor a body can be stretched by a byte now and then."""

    async def story(scene: Scene) -> None:
        sent = scene.good(method="POST", body=bytes(3 << 20))
        for start in (b"", sent.head_frame()):
            async with line_to(scene.kz.ports.peer, scene.tls) as line:
                line.send(start + b"\x01")
                await until(lambda: any(one._received for one in scene.node.peers.connections))
                (connection,) = scene.node.peers.connections
                connection._begun -= 59
                line.send(b"\x00")
                await asyncio.sleep(0.05)
                connection.check_deadline(time.monotonic() + 0.5)
                assert not connection._transport.is_closing()

                connection.check_deadline(time.monotonic() + 3)

                assert (await line.get()).code == "closed"
        await until(lambda: not scene.node.provider.in_flight)

    play(tmp_path, story, prepare=allow_everything)


def test_one_node_takes_a_quarter_of_the_connections_and_leaves_the_others_theirs(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        kz.config.write_text(kz.config.read_text() + "\n[limits]\nconnections = 40\n")

    async def story(scene: Scene) -> None:
        port, peers = scene.kz.ports.peer, scene.node.peers
        async with AsyncExitStack() as stack:
            for _ in range(10):
                await stack.enter_async_context(line_to(port, scene.tls))
            await until(lambda: len(peers.connections) == 10)
            assert await scene.fault_of(scene.good().frames(), SERVER + "NetworkError") == ""
            scene.tls = caller(scene.kz)
            assert (await scene.deliver(scene.good().frames())).code != SERVER + "NetworkError", "another node gets in"
        await until(lambda: not peers.connections)
        assert not peers._per_peer

    play(tmp_path, story, prepare=prepare)


def test_a_mistake_behind_the_last_door_ends_the_connection_and_no_other(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        serve = scene.node.peers.serve

        async def broken(*_) -> None:
            raise ValueError("a mistake")

        scene.node.peers.serve = broken
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good().frames())
            assert (await line.get()).code == "closed"
        await until(lambda: not scene.node.peers.connections)
        assert "a mistake" in scene.trace.log()
        scene.node.peers.serve = serve
        assert (await scene.deliver(scene.good().frames())).code == "answered"

    play(tmp_path, story)
