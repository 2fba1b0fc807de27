"""Bodies on their way through the node: a stream with back-pressure, and a store in memory or in an unlinked file.

`BodyStream` joins a protocol that is fed to a coroutine that reads; `Collector` hashes what it takes and moves to the
spool above a limit, so that a body of a gigabyte costs the node no more memory than one of a megabyte.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Final

from kopir.wire.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HIGH_WATER_BYTES: Final = 1 << 18
CHUNK_BYTES: Final = 1 << 16
RECEIVE_BUFFER: Final = memoryview(bytearray(1 << 16))
"""Where TLS connections receive. Without it the loop allocates 256 KiB for each read, in fresh pages every time."""
SMALL_BYTES: Final = 1 << 16
"""A body up to this always has room in memory."""
EMPTY_SHA256: Final = hashlib.sha256(b"").digest()


class BodyTooLargeError(RefusedError):
    """A body over the node's limit."""

    code = "InvalidRequest"


class BodyTooSlowError(RefusedError):
    """A body that was not whole in the time that one may take."""

    code = "IOError"


class SpoolFullError(RefusedError):
    """All room for large bodies is taken; the same request may succeed later."""

    code = "IOError"


class BodyStream:
    """Pieces of one body from a protocol (`feed`, `end`, `fail`) to one reader (`read`).

    `throttle(True)` is called when more than `HIGH_WATER_BYTES` wait to be read, `throttle(False)` when they are taken.
    """

    __slots__ = ("_buffered", "_error", "_is_throttled", "_parts", "_throttle", "_waiter", "is_complete", "received")

    def __init__(self, throttle: Callable[[bool], None]) -> None:
        self._parts: list[bytes] = []
        self._buffered = 0
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._throttle = throttle
        self._is_throttled = False
        self.is_complete = False
        self.received = 0

    def feed(self, chunk: bytes) -> None:
        """Take a piece from the wire."""
        self._parts.append(chunk)
        self._buffered += len(chunk)
        self.received += len(chunk)
        if self._buffered > HIGH_WATER_BYTES and not self._is_throttled:
            self._is_throttled = True
            self._throttle(True)
        self._wake()

    def end(self) -> None:
        """Note that the body is whole."""
        self.is_complete = True
        self._wake()

    def fail(self, error: BaseException) -> None:
        """Let the reader get `error`, unless the body was already whole."""
        if not self.is_complete and self._error is None:
            self._error = error
            self._wake()

    async def read(self) -> bytes:
        """Return all that has arrived, waiting for the first byte; `b""` after the end.

        Raises:
            BaseException: what `fail` was given.
        """
        while not self._parts:
            if self._error is not None:
                raise self._error
            if self.is_complete:
                return b""
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._take()

    def take_complete(self) -> bytes | None:
        """Return the whole body at once if it has all arrived, else None; spares the common small body its waiting."""
        return self._take() if self.is_complete else None

    def drop(self) -> None:
        """Forget what has arrived: nobody reads on, and nothing may be held up by it."""
        self._take()

    def _take(self) -> bytes:
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self._buffered = 0
        if self._is_throttled:
            self._is_throttled = False
            self._throttle(False)
        return data

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class SpoolSpace:
    """The folder for large bodies and what is left of its quota and of the memory, shared by all exchanges of a node.

    One owner (a client, another node) gets at most `share_bytes` of the spool, so that there is room for the others.
    """

    def __init__(
        self, folder: Path, limit_bytes: int, *, share_bytes: int | None = None, memory_bytes: int = 1 << 28
    ) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._share_bytes = limit_bytes if share_bytes is None else share_bytes
        self._by_owner: Counter[str] = Counter()
        self._memory_left = memory_bytes
        self._lock = Lock()  # the vault closes its share of a body in a thread of its own
        self.used_bytes = 0

    def open(self) -> int:
        """Return the descriptor of a new file that has no name, so that nothing is left behind whatever happens."""
        return os.open(self._folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)

    def take(self, count: int, owner: str = "") -> None:
        """Reserve `count` bytes for `owner`.

        Raises:
            SpoolFullError: the quota or the owner's share of it would be exceeded.
        """
        with self._lock:
            is_greedy = self._by_owner[owner] + count > self._share_bytes
            if not is_greedy and self.used_bytes + count <= self._limit_bytes:
                self.used_bytes += count
                self._by_owner[owner] += count
                return
        what = f"the share of {owner} in the spool" if is_greedy else f"the spool of {self._limit_bytes} bytes"
        msg = f"{what} is full; try again later or raise limits.spool_bytes"
        raise SpoolFullError(msg)

    def give_back(self, count: int, owner: str = "") -> None:
        """Release what `take` reserved."""
        with self._lock:
            self.used_bytes -= count
            self._by_owner[owner] -= count
            if not self._by_owner[owner]:
                del self._by_owner[owner]

    def take_memory(self, count: int) -> bool:
        """Reserve `count` bytes of memory if there are as many."""
        with self._lock:
            if count > self._memory_left:
                return False
            self._memory_left -= count
            return True

    def give_memory_back(self, count: int) -> None:
        """Release what `take_memory` reserved."""
        with self._lock:
            self._memory_left += count

    def count_owner(self, owners: list[int], change: int) -> int:
        """Add `change` to the number of owners of one body; return how many there are now."""
        with self._lock:
            owners[0] += change
            return owners[0]


class StoredBody:
    """A whole body: its length, SHA-256 and bytes, in memory (`data`) or in the spool. Close it to free either."""

    __slots__ = ("_descriptor", "_owner", "_owners", "_space", "data", "digest", "length")

    def __init__(
        self,
        length: int,
        digest: bytes,
        data: bytes | None,
        descriptor: int = -1,
        space: SpoolSpace | None = None,
        *,
        owner: str = "",
    ) -> None:
        self.length = length
        self.digest = digest
        self.data = data
        self._descriptor = descriptor
        self._space = space
        self._owner = owner
        self._owners = [1]

    @classmethod
    def of(cls, data: bytes) -> StoredBody:
        """Return `data` as a stored body."""
        return cls(len(data), hashlib.sha256(data).digest() if data else EMPTY_SHA256, data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the body in pieces of at most `CHUNK_BYTES`, none of them empty."""
        position = 0
        while position < self.length:
            if self.data is not None:
                piece = self.data[position : position + CHUNK_BYTES]
            else:
                piece = os.pread(self._descriptor, CHUNK_BYTES, position)
            yield piece
            position += len(piece)

    def share(self) -> StoredBody:
        """Return a second owner of the same bytes; spool or memory is free when both are closed."""
        if self._space is None:
            return StoredBody(self.length, self.digest, self.data)
        descriptor = os.dup(self._descriptor) if self.data is None else -1
        other = StoredBody(self.length, self.digest, self.data, descriptor, self._space, owner=self._owner)
        other._owners = self._owners
        self._space.count_owner(self._owners, 1)
        return other

    def close(self) -> None:
        """Free the spool or the memory; may be called twice."""
        if self._space is not None:
            is_last = not self._space.count_owner(self._owners, -1)
            if self.data is None:
                os.close(self._descriptor)
                if is_last:
                    self._space.give_back(self.length, self._owner)
            elif is_last:
                self._space.give_memory_back(self.length)
            self._space = None


class Collector:
    """Takes a body piece by piece, hashing; in memory up to `memory_bytes`, in the spool up to `limit_bytes`."""

    __slots__ = (
        "_descriptor",
        "_limit_bytes",
        "_memory_bytes",
        "_owner",
        "_parts",
        "_reserved",
        "_sha256",
        "_space",
        "_spooled_bytes",
        "length",
    )

    def __init__(self, space: SpoolSpace, *, memory_bytes: int, limit_bytes: int, owner: str = "") -> None:
        """Take a body on account of `owner`."""
        self._space = space
        self._owner = owner
        self._reserved = 0
        self._memory_bytes = memory_bytes
        self._limit_bytes = limit_bytes
        self._parts: list[bytes] = []
        self._descriptor = -1
        self._sha256 = hashlib.sha256()
        self._spooled_bytes = 0
        self.length = 0

    def add(self, chunk: bytes) -> None:
        """Take the next piece.

        Raises:
            BodyTooLargeError: the body is over the limit.
            SpoolFullError: there is no room in the spool.
            OSError: the spool's disk failed.
        """
        length = self.length + len(chunk)
        if length > self._limit_bytes:
            msg = f"body over the limit of {self._limit_bytes} bytes (limits.body_bytes)"
            raise BodyTooLargeError(msg)
        if self._descriptor < 0 and length <= self._memory_bytes and self._has_memory(length):
            self._parts.append(chunk)
        else:
            self._spool(chunk)
        self._sha256.update(chunk)
        self.length = length

    def _has_memory(self, length: int) -> bool:
        if length <= SMALL_BYTES:
            return True
        if not self._space.take_memory(length - self._reserved):
            return False
        self._reserved = length
        return True

    def _spool(self, chunk: bytes) -> None:
        if self._descriptor < 0:
            self._descriptor = self._space.open()
            self._parts, earlier = [], self._parts
            self._give_memory_back()
        else:
            earlier = []
        for part in (*earlier, chunk):
            self._space.take(len(part), self._owner)
            self._spooled_bytes += len(part)
            view = memoryview(part)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def finish(self) -> StoredBody:
        """Return the whole body; it now owns the spool file or its memory."""
        digest = self._sha256.digest()
        if self._descriptor < 0:
            space = self._space if self._reserved else None
            self._reserved = 0
            return StoredBody(self.length, digest, b"".join(self._parts), -1, space)
        descriptor, self._descriptor = self._descriptor, -1
        return StoredBody(self.length, digest, None, descriptor, self._space, owner=self._owner)

    def discard(self) -> None:
        """Free spool and memory of a body that nobody wants any more; does nothing after `finish`."""
        self._give_memory_back()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._space.give_back(self._spooled_bytes, self._owner)
            self._descriptor = -1

    def _give_memory_back(self) -> None:
        if self._reserved:
            self._space.give_memory_back(self._reserved)
            self._reserved = 0
