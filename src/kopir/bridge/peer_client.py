"""Towards other nodes: pools of mutual TLS connections, one exchange at a time on each.

The certificate that the other side shows must be one that its directory gives to the very node that was meant.
"""

from __future__ import annotations

import asyncio
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kopir.bridge.bodies import RECEIVE_BUFFER, BodyStream, StoredBody
from kopir.wire import peer
from kopir.wire.errors import PeerProtocolError, ProtocolError, RefusedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from kopir.wire.directory import NodeEntry

CONNECT_TIMEOUT_S: Final = 10.0


class PeerUnreachableError(RefusedError):
    """No connection to any node that serves the member."""

    code = "NetworkError"


class PeerLostError(PeerProtocolError):
    """The connection ended before the whole answer came. `may_repeat` if it was pooled and not a byte had come."""

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

    __slots__ = ("body", "head", "tail")

    def __init__(self, head: asyncio.Future[peer.ResponseHead], body: BodyStream) -> None:
        self.head = head
        self.body = body
        self.tail: peer.Tail | None = None


class PeerLink(asyncio.BufferedProtocol):
    """One connection to one node."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made
        self._receiver = peer.Receiver("answers")
        self._answer: PeerAnswer | None = None
        self._has_received = False
        self._is_sent = True
        self._drained: asyncio.Future[None] | None = None
        self.digest = b""
        self.alpn: str | None = None
        self.refusal: PeerFaultError | None = None
        self.is_reused = False
        self.idle_since = 0.0

    def begin(self) -> PeerAnswer:
        """Start an exchange: what arrives from now on is its answer."""
        self._has_received = False
        self._is_sent = False
        self._answer = PeerAnswer(self._loop.create_future(), BodyStream(self._throttle))
        return self._answer

    async def send(self, head: bytes, body: StoredBody, tail: bytes) -> None:
        """Write a whole message; stops early if the other side has already answered or gone."""
        if body.data is not None and body.length <= peer.MAX_PAYLOAD_BYTES:
            middle = peer.encode_body(body.data) if body.length else b""
            self.transport.write(b"".join((head, middle, tail)))
            self._is_sent = True
            return
        self.transport.write(head)
        for chunk in body.chunks():
            self.transport.write(peer.encode_body(chunk))
            if self._drained is not None:
                await self._drained
            if self.transport.is_closing() or (self._answer is not None and self._answer.head.done()):
                return
        self.transport.write(tail)
        self._is_sent = True

    @property
    def is_idle(self) -> bool:
        """True when the connection can carry another exchange: the last one is over on both sides."""
        is_answered = self._answer is None or self._answer.tail is not None
        return self._is_sent and is_answered and self._receiver.is_idle and not self.transport.is_closing()

    # -- transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a client's transport is a Transport
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
        self._has_received = True
        try:
            for event in self._receiver.feed(data):
                self._take(event)
        except ProtocolError as error:
            self._fail(error)
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        reason = f": {exc}" if exc else ""
        may_repeat = self.is_reused and not self._has_received
        self._fail(PeerLostError(f"the other node closed the connection{reason}", may_repeat=may_repeat))
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def _take(self, event: peer.Event) -> None:
        answer = self._answer
        if answer is None and type(event) is peer.Fault:
            self.refusal = PeerFaultError(event)  # it does not want this connection at all
            self.transport.close()
            return
        if answer is None or answer.tail is not None:
            msg = "an answer that nobody asked for"
            raise PeerProtocolError(msg)
        if type(event) is bytes:
            answer.body.feed(event)
        elif type(event) is peer.ResponseHead:
            if not answer.head.done():
                answer.head.set_result(event)
        elif type(event) is peer.Tail:
            answer.tail = event
            answer.body.end()
        elif type(event) is peer.Fault:
            self._fail(PeerFaultError(event))
            self.transport.close()

    def _fail(self, error: Exception) -> None:
        answer = self._answer
        if answer is None:
            return
        if not answer.head.done():
            answer.head.set_exception(error)
            answer.head.exception()  # whoever gave up waiting need not be told
        answer.body.fail(error)

    def _throttle(self, is_throttled: bool) -> None:  # noqa: FBT001  # the shape of BodyStream's callback
        if self.transport.is_closing():
            return
        if is_throttled:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()


class PeerPool:
    """Connections to all nodes, by node. `context` is asked for each new one, so that new keys are used at once.

    `nodes_by_tls` tells whose a certificate (its SHA-256) is now: a directory may change while a connection is made.
    """

    def __init__(
        self,
        context: Callable[[], ssl.SSLContext],
        *,
        nodes_by_tls: Callable[[bytes], tuple[NodeEntry, ...]],
        max_idle: int = 64,
        idle_s: float = 60.0,
    ) -> None:
        self._context = context
        self._nodes_by_tls = nodes_by_tls
        self._max_idle = max_idle
        self._idle_s = idle_s
        self._idle: dict[str, list[PeerLink]] = {}
        self._busy: set[PeerLink] = set()
        self._preferred: dict[tuple[str, ...], str] = {}
        self.handshakes = 0

    async def acquire(self, nodes: Iterable[NodeEntry], *, fresh: bool = False) -> tuple[NodeEntry, PeerLink]:
        """Return a connection to the first of `nodes` that can be reached, the one that last worked being asked first.

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
            link = None if fresh else self._take_idle(node)
            if link is None:
                try:
                    link = await self._connect(node)
                except (OSError, TimeoutError, PeerProtocolError) as error:
                    reasons.append(f"{node.id} at {node.address}: {str(error) or type(error).__name__}")
                    continue
                if len(candidates) > 1:
                    self._preferred[key] = node.id
            self._busy.add(link)
            return node, link
        msg = "cannot reach the other node: " + "; ".join(reasons)
        raise PeerUnreachableError(msg)

    def release(self, node: NodeEntry, link: PeerLink) -> None:
        """Take a connection back; one that is not idle is closed."""
        self._busy.discard(link)
        pool = self._idle.setdefault(node.id, [])
        if link.is_idle and len(pool) < self._max_idle:
            link.idle_since = time.monotonic()
            pool.append(link)
        else:
            link.transport.abort()

    def close_dead(self, digests: frozenset[bytes]) -> None:
        """Close connections, idle and busy, to certificates that no directory lists any more."""
        for link in (*self._busy, *(one for pool in self._idle.values() for one in pool)):
            if link.digest in digests:
                link.transport.abort()

    def close(self) -> None:
        """Close all idle connections."""
        for pool in self._idle.values():
            for link in pool:
                link.transport.close()
        self._idle.clear()

    def _take_idle(self, node: NodeEntry) -> PeerLink | None:
        pool = self._idle.get(node.id)
        fresh_after = time.monotonic() - self._idle_s
        while pool:
            link = pool.pop()
            if self._is_of(link, node) and link.is_idle and link.idle_since > fresh_after:
                link.is_reused = True
                return link
            link.transport.close()
        return None

    def _is_of(self, link: PeerLink, node: NodeEntry) -> bool:
        return any(listed.id == node.id for listed in self._nodes_by_tls(link.digest))

    async def _connect(self, node: NodeEntry) -> PeerLink:
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
        return link
