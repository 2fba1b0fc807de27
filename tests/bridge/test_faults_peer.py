"""Noise at every port of a node, clocks that differ, a start anew: the node lives, and serves the next good call."""

from __future__ import annotations

import asyncio
import random
import ssl
from pathlib import Path

import pytest

from evilpeer import caller, context_of, deliver, line_to, request_of
from scenes import HERE, SERVER, Scene, Trace, clock_ms, play
from twonodes import Pair, Service, allow_everything, build_countries, run, run_pair, running, serving

NOISE_BYTES = 10_000_000
PIECES = (1, 7, 100, 4096, 65_536, 700_000)


async def make_noise(port: int, seed: int, *, tls: ssl.SSLContext | None = None, before: bytes = b"") -> int:
    """Send random bytes, in pieces of all sizes on as many connections as it takes; return how many were taken."""
    draw = random.Random(seed)
    sent = connections = 0
    while sent < NOISE_BYTES:
        connections += 1
        try:
            _, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=tls, server_hostname="" if tls is not None else None
            )
        except (ConnectionError, ssl.SSLError):
            continue
        try:
            noise = before + draw.randbytes(min(NOISE_BYTES - sent, draw.choice(PIECES) * 30))
            sent += len(noise)
            writer.write(noise)
            async with asyncio.timeout(20):
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass  # hung up on, as it should be
        finally:
            writer.transport.abort()
    return connections


@pytest.mark.parametrize("port", ["client", "peer", "control", "directory"])
def test_ten_million_random_bytes_at_a_port_leave_the_node_serving(tmp_path: Path, port) -> None:
    async def story(pair: Pair) -> None:
        await make_noise(getattr(pair.kz_country.ports, port), seed=1)
        await make_noise(getattr(pair.tj_country.ports, port), seed=2, before=b"GET / HTTP/1.1\r\n")

        assert (await pair.ask("/regions/1")).status == 200
        assert len(pair.service.seen) == 1
        for node in (pair.kz, pair.tj):
            assert len(Trace(node, None).records()) == 2
            assert "Traceback" not in Trace(node, None).log()

    run_pair(tmp_path, story)


def test_ten_million_random_bytes_inside_tls_leave_the_node_serving(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        state = scene.trace.state
        await make_noise(scene.kz.ports.peer, seed=3, tls=scene.tls)
        head = scene.good(method="POST").but(head={"body_length": None}).head_frame()
        await make_noise(scene.kz.ports.peer, seed=4, tls=scene.tls, before=head)

        assert scene.trace.state == state
        assert scene.trace.failures > 0
        assert scene.trace.log().count("\n") < scene.trace.failures, "the log is limited, the counter is not"
        await scene.check({})

    play(tmp_path, story, prepare=allow_everything)


def test_a_provider_that_answers_noise_harms_only_its_own_calls(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")
    draw = random.Random(5)

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(100)
            writer.write(draw.randbytes(100_000))
            await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    async def scene() -> None:
        async with serving(kz.ports.registry, Service()), running(tj) as tj_node:
            pair = Pair(kz, tj, tj_node, tj_node, Service())
            tls = context_of(ssl.PROTOCOL_TLS_SERVER, kz.folder / "keys")
            server = await asyncio.start_server(babble, "127.0.0.1", kz.ports.peer, ssl=tls)
            for _ in range(30):
                got = await pair.ask("/regions/1")
                assert got.headers["x-road-error"].startswith(HERE)
            server.close()
            await server.wait_closed()
            async with running(kz):
                assert (await pair.ask("/regions/1")).status == 200

    run(scene)


# Clocks


@pytest.mark.parametrize(
    ("ahead_s", "code", "seen"),
    [
        (0, "200", 1),
        (-50, "200", 1),
        (50, "200", 1),
        # The request is old, but not too old; the answer is ahead of the consumer's clock by more than a minute.
        (-250, HERE + "InvalidRequest", 1),
        (-310, SERVER + "InvalidRequest", 0),
        (70, SERVER + "InvalidRequest", 0),
        (300, SERVER + "InvalidRequest", 0),
    ],
)
def test_a_consumer_whose_clock_is_off(tmp_path: Path, ahead_s, code, seen) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")
    ahead_ms = 0

    async def scene() -> None:
        nonlocal ahead_ms
        async with (
            serving(kz.ports.registry, Service()) as service,
            running(kz) as kz_node,
            running(tj, clock=lambda: clock_ms() + ahead_ms) as tj_node,
        ):
            await kz_node.refresher.refresh(clock_ms())
            pair = Pair(kz, tj, kz_node, tj_node, service)
            ahead_ms = ahead_s * 1000

            got = await pair.ask("/regions/1")

            assert got.headers.get("x-road-error", str(got.status)) == code
            assert len(service.seen) == seen
            ahead_ms = 0
            assert (await pair.ask("/regions/1")).status == 200

    run(scene)


# Started anew


def test_what_was_accepted_is_refused_after_a_restart_and_after_a_second_one(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")

    async def scene() -> None:
        sent: list[bytes] = []
        async with serving(kz.ports.registry, Service()) as service:
            for turn in range(3):
                async with running(kz):
                    for data in sent:
                        assert (await deliver(kz.ports.peer, caller(tj), data)).code == SERVER + "InvalidRequest"
                    sent.append(request_of(tj, kz, clock_ms()).frames())
                    async with line_to(kz.ports.peer, caller(tj)) as line:
                        line.send(sent[-1])
                        assert (await line.get()).code == "answered"
                assert len(service.seen) == turn + 1

    run(scene)
