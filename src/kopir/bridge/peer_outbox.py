"""What one end of a peer connection has to say: frames of all its exchanges, gathered and written once a loop turn.

One write costs a TLS record, a system call and the other side's wake-up, whatever its size; under load a turn of the
loop has frames of many exchanges. Large bodies go in pieces between which the frames of others find their place.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from kopir.wire import peer

if TYPE_CHECKING:
    from collections.abc import Callable

    from kopir.bridge.bodies import StoredBody


class PeerOutbox:
    """The writing half of a connection."""

    __slots__ = ("_loop", "_may_write", "_parts", "_transport", "paused_at")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set by `open`
        self._parts: list[bytes] = []
        self._may_write = asyncio.Event()
        self._may_write.set()
        self.paused_at = 0.0
        """Since when the other side has not read on, by the monotonic clock; 0.0: it reads."""

    def open(self, transport: asyncio.Transport) -> None:
        """Write to `transport` from now on."""
        self._transport = transport

    def put(self, data: bytes) -> None:
        """Write `data`, whole frames, at the end of this turn of the loop."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def flush(self) -> None:
        """Write now what was put."""
        parts = self._parts
        if parts:
            data = b"".join(parts) if len(parts) > 1 else parts[0]
            parts.clear()
            if not self._transport.is_closing():
                self._transport.write(data)

    def close(self) -> None:
        """Write what was put, and close behind it."""
        self.flush()
        self._transport.close()

    def pause(self) -> None:
        """Note that the other side does not read as quickly as we write: `room` waits."""
        self.paused_at = time.monotonic()
        self._may_write.clear()

    def resume(self) -> None:
        """Note that it has caught up, or is gone: nobody waits for it any more."""
        self.paused_at = 0.0
        self._may_write.set()

    async def room(self) -> None:
        """Wait until the other side reads on."""
        if self.paused_at:
            await self._may_write.wait()

    async def put_body(self, number: int, body: StoredBody, is_wanted: Callable[[], bool]) -> bool:
        """Write a large body piece by piece as it is read at the other side; False if it is no longer wanted."""
        for chunk in body.chunks():
            self.put(peer.encode_body(number, chunk))
            self.flush()
            await self.room()
            if not is_wanted():
                return False
        return True
