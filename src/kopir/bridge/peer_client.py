"""Towards other nodes: mutual TLS connections that exchanges share.

The certificate that the other side shows must be one that its directory gives to the very node that was meant.
"""

from __future__ import annotations

import asyncio
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from kopir.bridge.bodies import RECEIVE_BUFFER, BodyStream, StoredBody
from kopir.bridge.peer_outbox import PeerOutbox
from kopir.wire import peer
from kopir.wire.directory import NodeEntry
from kopir.wire.errors import PeerProtocolError, ProtocolError, RefusedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

CONNECT_TIMEOUT_S: Final = 10.0
MAX_SHARING: Final = 128
"""Exchanges at a time on one connection; beyond that there is another."""
MAX_FORGOTTEN: Final = 1024
"""Answers given up and still due on one connection; with more of them the other side does not answer at all."""
_Lane: TypeAlias = tuple[str, bool]
"""A node's id, and whether the connection is for large requests."""


class PeerUnreachableError(RefusedError):
    """No connection to any node that serves the member."""

    code = "NetworkError"


class PeerLostError(PeerProtocolError):
    """The connection ended before the whole answer came. `may_repeat` if it was pooled and nothing came on it since."""

    code = "NetworkError"

    def __init__(self, message: str, *, may_repeat: bool = False) -> None:
        super().__init__(message)
        self.may_repeat = may_repeat


class PeerFaultError(PeerProtocolError):
    """The other node refused early, unsigned; `fault` is what it said."""

    def __init__(self, fault: peer.Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class PeerAnswer:
    """An answer as it arrives: the head, then the body, and once the body is complete the tail."""

    __slots__ = ("_heard", "_is_pooled", "body", "head", "is_half_asked", "number", "tail")

    def __init__(
        self, number: int, head: asyncio.Future[peer.ResponseHead], body: BodyStream, *, heard: int, is_pooled: bool
    ) -> None:
        """Expect the answer of exchange `number`; `heard` is how often the connection had said anything before."""
        self.number = number
        self.head = head
        self.body = body
        self.tail: peer.Tail | None = None
        self.is_half_asked = False
        self._heard = heard
        self._is_pooled = is_pooled

    def fail(self, error: Exception) -> None:
        """Let whoever waits have `error`."""
        if not self.head.done():
            self.head.set_exception(error)
            self.head.exception()  # whoever gave up waiting need not be told
        self.body.fail(error)

    def lose(self, reason: str, heard: int) -> None:
        """Note that the connection is gone."""
        self.fail(PeerLostError(reason, may_repeat=self._is_pooled and heard == self._heard))


class PeerLink(asyncio.BufferedProtocol):
    """One connection to one node; `users` is how many exchanges have it now."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made
        self._receiver = peer.Receiver("answers")
        self._outbox = PeerOutbox()
        self._answers: dict[int, PeerAnswer] = {}
        self._forgotten: set[int] = set()
        """Numbers of exchanges given up here, whose answers may still come."""
        self._last = 0
        self._heard = 0
        self._throttled = 0
        self.digest = b""
        self.alpn: str | None = None
        self.refusal: PeerFaultError | None = None
        self.users = 0
        self.idle_since = 0.0

    @property
    def is_usable(self) -> bool:
        """True when the connection can carry another exchange."""
        return self.refusal is None and self._last < peer.LAST_NUMBER and not self.transport.is_closing()

    def begin(self, *, is_pooled: bool) -> PeerAnswer:
        """Start an exchange. `is_pooled`: the connection has stood before, and may have died unnoticed.

        Raises:
            PeerFaultError, PeerLostError: the other side wants no exchange on it any more, or it is gone.
        """
        if not self.is_usable:
            raise self.refusal or PeerLostError("the other node closed the connection", may_repeat=is_pooled)
        self._last += 1
        head: asyncio.Future[peer.ResponseHead] = self._loop.create_future()
        answer = PeerAnswer(self._last, head, BodyStream(self._throttle), heard=self._heard, is_pooled=is_pooled)
        self._answers[self._last] = answer
        return answer

    async def send(self, answer: PeerAnswer, head: peer.RequestHead, body: StoredBody, tail: peer.Tail) -> None:
        """Write a whole request; stops early if the other side has already answered or gone."""
        number = answer.number
        await self._outbox.room()
        first, last = peer.encode_request_head(number, head), peer.encode_tail(number, *tail)
        if body.data is not None and body.length <= peer.BODY_CHUNK_BYTES:
            middle = peer.encode_body(number, body.data) if body.length else b""
            self._outbox.put(b"".join((first, middle, last)))
            return
        self._outbox.put(first)
        answer.is_half_asked = True
        is_wanted = await self._outbox.put_body(
            number, body, lambda: not (answer.head.done() or self.transport.is_closing())
        )
        if is_wanted:
            self._outbox.put(last)
            answer.is_half_asked = False

    def end(self, answer: PeerAnswer) -> None:
        """Note that nobody waits for this answer any more, whole or not."""
        if self._answers.pop(answer.number, None) is not None:
            self._forgotten.add(answer.number)
            if len(self._forgotten) > MAX_FORGOTTEN:
                self.transport.abort()
        if answer.is_half_asked and not self.transport.is_closing():
            self._outbox.put(peer.encode_fault(answer.number, peer.GIVEN_UP))
        answer.body.drop()

    # -- transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a client's transport is a Transport
        self._outbox.open(self.transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self.digest = sha256(tls.getpeercert(binary_form=True) or b"").digest()
            self.alpn = tls.selected_alpn_protocol()

    def get_buffer(self, sizehint: int) -> memoryview:
        del sizehint
        return RECEIVE_BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        self._receive(RECEIVE_BUFFER[:nbytes].tobytes())

    def _receive(self, data: bytes) -> None:
        self._heard += 1
        try:
            for number, event in self._receiver.feed(data):
                self._take(number, event)
        except ProtocolError as error:
            self._fail_all(error)
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        reason = "the other node closed the connection" + (f": {exc}" if exc else "")
        for answer in self._answers.values():
            answer.lose(reason, self._heard)
        self._answers.clear()
        self._outbox.resume()

    def pause_writing(self) -> None:
        self._outbox.pause()

    def resume_writing(self) -> None:
        self._outbox.resume()

    def _take(self, number: int, event: peer.Event) -> None:
        answer = self._answers.get(number)
        if answer is None:
            self._take_unasked(number, event)
        elif type(event) is bytes:
            answer.body.feed(event)
        elif type(event) is peer.ResponseHead:
            if not answer.head.done():
                answer.head.set_result(event)
        elif type(event) is peer.Tail:
            del self._answers[number]
            answer.tail = event
            answer.body.end()
        elif type(event) is peer.Fault:
            del self._answers[number]
            answer.fail(PeerFaultError(event))

    def _take_unasked(self, number: int, event: peer.Event) -> None:
        is_last = type(event) is peer.Tail or type(event) is peer.Fault
        if number in self._forgotten:
            if is_last:
                self._forgotten.discard(number)
        elif number == peer.WHOLE_CONNECTION and type(event) is peer.Fault:
            self.refusal = PeerFaultError(event)  # it does not want this connection at all
            self._fail_all(self.refusal)
            self.transport.close()
        else:
            msg = "an answer that nobody asked for"
            raise PeerProtocolError(msg)

    def _fail_all(self, error: Exception) -> None:
        for answer in self._answers.values():
            answer.fail(error)
        self._answers.clear()

    def _throttle(self, is_throttled: bool) -> None:  # noqa: FBT001  # the shape of BodyStream's callback
        self._throttled += 1 if is_throttled else -1
        if self.transport.is_closing():
            return
        if is_throttled and self._throttled == 1:
            self.transport.pause_reading()
        elif not self._throttled:
            self.transport.resume_reading()


class Lease(NamedTuple):
    """A connection that one exchange may use; `is_pooled` if it stood before it was asked for."""

    node: NodeEntry
    link: PeerLink
    is_pooled: bool


class PeerPool:
    """Connections to all nodes, by node. `context` is asked for each new one, so that new keys are used at once.

    `nodes_by_tls` tells whose a certificate (its SHA-256) is now: a directory may change while a connection is made.
    Exchanges share connections; those with large requests have connections of their own, so that nobody waits behind a
    large body on its way out.
    """

    def __init__(
        self,
        context: Callable[[], ssl.SSLContext],
        *,
        nodes_by_tls: Callable[[bytes], tuple[NodeEntry, ...]],
        max_idle: int = 64,
        idle_s: float = 60.0,
    ) -> None:
        """Keep at most `max_idle` unused connections for each node, each for at most `idle_s`."""
        self._context = context
        self._nodes_by_tls = nodes_by_tls
        self._max_idle = max_idle
        self._idle_s = idle_s
        self._lanes: dict[_Lane, list[PeerLink]] = {}
        self._connecting: dict[_Lane, asyncio.Task[PeerLink]] = {}
        self._preferred: dict[tuple[str, ...], str] = {}
        self.handshakes = 0

    async def acquire(self, nodes: Iterable[NodeEntry], *, is_large: bool = False, fresh: bool = False) -> Lease:
        """Return a connection to the first of `nodes` that can be reached, the one that last worked being asked first.

        `is_large`: for a request that is not sent in one piece. `fresh`: one that did not stand before.

        Raises:
            PeerUnreachableError: none can; the message names each with its reason.
        """
        candidates = list(nodes)
        key = tuple(node.id for node in candidates)
        preferred = self._preferred.get(key)
        if preferred is not None and len(candidates) > 1:
            candidates.sort(key=lambda node: node.id != preferred)
        reasons: list[str] = []
        for node in candidates:
            lane = (node.id, is_large)
            link = None if fresh else self._find_usable(node, lane)
            is_pooled = link is not None
            if link is None:
                try:
                    link = await self._connect_shared(node, lane)
                except (OSError, TimeoutError, PeerProtocolError) as error:
                    reasons.append(f"{node.id} at {node.address}: {str(error) or type(error).__name__}")
                    continue
                if len(candidates) > 1:
                    self._preferred[key] = node.id
            link.users += 1
            return Lease(node, link, is_pooled)
        msg = "cannot reach the other node: " + "; ".join(reasons)
        raise PeerUnreachableError(msg)

    def release(self, lease: Lease) -> None:
        """Take a connection back."""
        link = lease.link
        link.users -= 1
        if not link.users:
            link.idle_since = time.monotonic()
            idle = [one for lane in _lanes_of(lease.node) for one in self._lanes.get(lane, ()) if not one.users]
            if len(idle) > self._max_idle:
                link.transport.close()

    def close_dead(self, digests: frozenset[bytes]) -> None:
        """Close connections, idle and busy, to certificates that no directory lists any more."""
        for link in (one for links in self._lanes.values() for one in links):
            if link.digest in digests:
                link.transport.abort()

    def close(self) -> None:
        """Close all idle connections, and make no more of those that are being made."""
        for task in self._connecting.values():
            task.cancel()
        for link in (one for links in self._lanes.values() for one in links):
            if not link.users:
                link.transport.close()

    def _find_usable(self, node: NodeEntry, lane: _Lane) -> PeerLink | None:
        """Return the first connection of the lane with room; forget those that are gone or too old."""
        links = self._lanes.get(lane)
        if not links:
            return None
        found = None
        for link in tuple(links):
            is_stale = not link.users and link.idle_since + self._idle_s < time.monotonic()
            if is_stale or not link.is_usable or not self._is_of(link, node):
                links.remove(link)
                if not link.users:
                    link.transport.close()
            elif found is None and _has_room(link, lane):
                found = link
        return found

    def _is_of(self, link: PeerLink, node: NodeEntry) -> bool:
        return any(listed.id == node.id for listed in self._nodes_by_tls(link.digest))

    async def _connect_shared(self, node: NodeEntry, lane: _Lane) -> PeerLink:
        """Connect, once for all who ask meanwhile and find room on it."""
        while True:
            task = self._connecting.get(lane)
            if task is None:
                task = asyncio.get_running_loop().create_task(self._connect(node, lane))
                self._connecting[lane] = task
                task.add_done_callback(lambda done: self._note_connected(lane, done))
            link = await asyncio.shield(task)
            if _has_room(link, lane):
                return link

    def _note_connected(self, lane: _Lane, task: asyncio.Task[PeerLink]) -> None:
        if self._connecting.get(lane) is task:
            del self._connecting[lane]
        if not task.cancelled():
            task.exception()  # told to those who still wait

    async def _connect(self, node: NodeEntry, lane: _Lane) -> PeerLink:
        host, _, port = node.address.rpartition(":")
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, link = await loop.create_connection(
                PeerLink, host.strip("[]"), int(port), ssl=self._context(), server_hostname=""
            )
        self.handshakes += 1
        if not self._is_of(link, node):
            link.transport.abort()
            msg = "it shows a TLS certificate that its directory does not give to it"
            raise PeerProtocolError(msg, code="SslAuthenticationFailed")
        if link.alpn != peer.ALPN:
            link.transport.abort()
            msg = f"it does not speak {peer.ALPN}"
            raise PeerProtocolError(msg, code="InvalidProtocolVersion")
        self._lanes.setdefault(lane, []).append(link)
        link.idle_since = time.monotonic()
        return link


def _has_room(link: PeerLink, lane: _Lane) -> bool:
    return link.users < (peer.MAX_OPEN if lane[1] else MAX_SHARING)


def _lanes_of(node: NodeEntry) -> tuple[_Lane, _Lane]:
    return (node.id, False), (node.id, True)
