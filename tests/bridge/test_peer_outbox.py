"""What one end of a peer connection says: once for each turn of the loop, in order, and no faster than it is read."""

from __future__ import annotations

import asyncio

from kopir.bridge.bodies import StoredBody
from kopir.bridge.peer_outbox import PeerOutbox
from kopir.wire import peer
from twonodes import run


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.writes.append(data)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def opened() -> tuple[PeerOutbox, Wire]:
    outbox, wire = PeerOutbox(), Wire()
    outbox.open(wire)  # type: ignore[arg-type]  # as much of a transport as it needs
    return outbox, wire


def test_frames_of_one_turn_are_one_write() -> None:
    async def scene() -> None:
        outbox, wire = opened()
        outbox.put(b"a")
        outbox.put(b"b")
        assert wire.writes == []
        await asyncio.sleep(0)
        assert wire.writes == [b"ab"]
        outbox.put(b"c")
        await asyncio.sleep(0)
        assert wire.writes == [b"ab", b"c"]

    run(scene)


def test_a_close_writes_first_what_was_put_and_nothing_after() -> None:
    async def scene() -> None:
        outbox, wire = opened()
        outbox.put(b"last words")
        outbox.close()
        outbox.put(b"too late")
        await asyncio.sleep(0)
        assert (wire.writes, wire.is_closed) == ([b"last words"], True)

    run(scene)


def test_a_large_body_waits_for_room_between_its_pieces_and_lets_others_by() -> None:
    async def scene() -> None:
        outbox, wire = opened()
        body = StoredBody.of(bytes(3 * peer.BODY_CHUNK_BYTES))
        outbox.pause()
        task = asyncio.get_running_loop().create_task(outbox.put_body(1, body, lambda: True))
        await asyncio.sleep(0.01)
        assert len(wire.writes) == 1
        outbox.put(b"another's frame")
        await asyncio.sleep(0)
        outbox.resume()
        assert await task
        assert wire.writes[1] == b"another's frame"
        pieces = [wire.writes[0], *wire.writes[2:]]
        assert pieces == [peer.encode_body(1, bytes(peer.BODY_CHUNK_BYTES))] * 3

    run(scene)


def test_a_body_that_is_no_longer_wanted_is_not_sent_on() -> None:
    async def scene() -> None:
        outbox, wire = opened()
        assert not await outbox.put_body(1, StoredBody.of(bytes(1 << 20)), lambda: False)
        assert len(wire.writes) == 1

    run(scene)


def test_one_who_stops_waiting_for_room_leaves_the_others_waiting() -> None:
    async def scene() -> None:
        outbox, _ = opened()
        outbox.pause()
        first, second = (asyncio.get_running_loop().create_task(outbox.room()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        assert first.cancelled()
        assert not second.done()
        outbox.resume()
        await second
        assert not outbox.paused_at

    run(scene)
