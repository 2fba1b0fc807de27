"""From other nodes: connections with mutual TLS, the requests of each handed to the provider role.

Fail closed: a connection whose certificate no directory lists, or that does not speak `kopir/1`, gets a fault by name
and is closed before anything is read from it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kopir.bridge.bodies import RECEIVE_BUFFER, BodyStream, StoredBody
from kopir.bridge.peer_outbox import PeerOutbox
from kopir.wire import peer
from kopir.wire.errors import PeerProtocolError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kopir.wire.directory import NodeEntry

HANDSHAKE_S: Final = 11.0
"""Longer than the listener waits for a TLS handshake: what is not connected by then never will be."""
QUIET_S: Final = 60.0
"""A request that has begun must go on at least this often, and an answer be read on."""
LEAST_BYTES_PER_S: Final = 1024
"""And it must come at least this quickly, once the first `QUIET_S` are over."""


class PeerRequest:
    """A request as it arrives: head, then body; the tail is there once the body is complete."""

    __slots__ = ("arrived_ms", "body", "head", "number", "peer", "tail")

    def __init__(self, number: int, head: peer.RequestHead, body: BodyStream, node: NodeEntry, arrived_ms: int) -> None:
        """Take exchange `number` of its connection, whose other end is `node`."""
        self.number = number
        self.head = head
        self.body = body
        self.peer = node
        self.tail: peer.Tail | None = None
        self.arrived_ms = arrived_ms


class PeerServer:
    """What the connections from other nodes share."""

    def __init__(
        self,
        serve: Callable[[PeerRequest, PeerConnection], Awaitable[None]],
        *,
        nodes_by_tls: Callable[[bytes], tuple[NodeEntry, ...]],
        report: Callable[[str, str, int], None],
        now_ms: Callable[[], int],
        idle_s: float,
        max_connections: int,
        max_per_peer: int,
    ) -> None:
        """Ask `nodes_by_tls` (SHA-256 of a certificate) who calls; `report` early failures (code, text, number).

        One node gets at most `max_per_peer` of all `max_connections`.
        """
        self.serve = serve
        self.nodes_by_tls = nodes_by_tls
        self.report = report
        self.now_ms = now_ms
        self.idle_s = idle_s
        self.max_connections = max_connections
        self.max_per_peer = max_per_peer
        self.connections: set[PeerConnection] = set()
        self._per_peer: Counter[str] = Counter()
        self.is_stopping = False
        self._shaking: dict[int, float] = {}
        self._accepted = 0

    def protocol(self) -> PeerConnection:
        """Make the protocol of a new connection, whose TLS handshake begins now."""
        self._accepted += 1
        self._shaking[self._accepted] = time.monotonic() + HANDSHAKE_S
        return PeerConnection(self, self._accepted)

    def note_handshake(self, number: int) -> None:
        """Note that the connection of this number has TLS."""
        self._shaking.pop(number, None)

    def admit(self, connection: PeerConnection, nodes: tuple[NodeEntry, ...]) -> bool:
        """Count one more connection of the node that calls; False if it or all together have their share.

        A certificate that two directories claim counts by itself: no country takes up what is another node's.
        """
        connection.peer = nodes[0].id if len(nodes) == 1 else connection.digest.hex()
        is_full = len(self.connections) >= self.max_connections or self._per_peer[connection.peer] >= self.max_per_peer
        if is_full or self.is_stopping:
            return False
        self.connections.add(connection)
        self._per_peer[connection.peer] += 1
        return True

    def dismiss(self, connection: PeerConnection) -> None:
        """Count a connection no more."""
        if connection in self.connections:
            self.connections.discard(connection)
            self._per_peer[connection.peer] -= 1
            if not self._per_peer[connection.peer]:
                del self._per_peer[connection.peer]

    def close_dead(self, digests: frozenset[bytes]) -> None:
        """End connections of certificates that no directory lists any more."""
        for connection in list(self.connections):
            if connection.digest in digests:
                connection.end()

    def sweep(self) -> None:
        """End connections that have been silent for too long; call about once a second."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.check_deadline(now)
        self.report_handshakes(now)

    def report_handshakes(self, now: float) -> None:
        """Tell of connections that never got through their handshake: the loop keeps that to itself."""
        failed = [number for number, deadline in self._shaking.items() if deadline < now]
        for number in failed:
            del self._shaking[number]
        if failed:
            text = f"{len(failed)} connections without TLS 1.3 and a certificate of a listed authority"
            self.report("SslAuthenticationFailed", text, len(failed))

    def stop(self) -> None:
        """Take no more requests: idle connections close now, busy ones after their answer."""
        self.is_stopping = True
        for connection in list(self.connections):
            connection.close_if_idle()

    def abort(self) -> None:
        """Cut all connections."""
        for connection in list(self.connections):
            connection.end()


class PeerConnection(asyncio.BufferedProtocol):
    """One connection from one node, and the exchanges that it carries."""

    def __init__(self, server: PeerServer, number: int) -> None:
        self._server = server
        self._number = number
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made
        self._receiver = peer.Receiver("requests")
        self._outbox = PeerOutbox()
        self._arriving: dict[int, PeerRequest] = {}
        self._refused: dict[int, float] = {}
        """When requests were refused that were not whole: what still comes of them is passed over."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_deaf = False
        self._begun = 0.0
        """When the first byte of what is arriving came; 0.0: nothing is."""
        self._heard_at = 0.0
        self._received = 0
        self._throttled = 0
        self._throttled_at = 0.0
        self._idle_at = time.monotonic()
        self.digest = b""
        self.peer = ""

    @property
    def is_idle(self) -> bool:
        """True when no request is being received or answered."""
        return not self._tasks and not self._arriving

    # -- transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Find out who calls, or refuse by name."""
        self._transport = transport  # type: ignore[assignment]  # a server's transport is a Transport
        self._outbox.open(self._transport)
        server = self._server
        server.note_handshake(self._number)
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls is not None else None
        if tls is None or certificate is None:
            self._refuse("SslAuthenticationFailed", "mutual TLS is needed here")
            return
        self.digest = sha256(certificate).digest()
        nodes = server.nodes_by_tls(self.digest)
        if not nodes:
            self._refuse("SslAuthenticationFailed", "no directory in force gives this TLS certificate to a node")
        elif tls.selected_alpn_protocol() != peer.ALPN:
            self._refuse("InvalidProtocolVersion", f"this node speaks {peer.ALPN} and nothing else")
        elif not server.admit(self, nodes):
            self._refuse("NetworkError", "this node takes no more connections from there now")

    def connection_lost(self, exc: Exception | None) -> None:
        """End what was being received; an exchange that is being carried out goes on to its record."""
        self._server.dismiss(self)
        self._fail_arriving(exc or ConnectionResetError("the other node closed the connection"))
        self._outbox.resume()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Lend the buffer that all connections share: the loop hands it back before anyone else is asked."""
        del sizehint
        return RECEIVE_BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        """Take what was received."""
        self._receive(RECEIVE_BUFFER[:nbytes].tobytes())

    def _receive(self, data: bytes) -> None:
        """Feed the frames; what is out of form or order ends the connection."""
        if self._is_deaf:
            return
        self._heard_at = time.monotonic()
        if not self._begun:
            self._begun, self._received = self._heard_at, 0
        self._received += len(data)
        try:
            for number, event in self._receiver.feed(data):
                self._take(number, event)
        except ProtocolError as error:
            if not self._arriving:
                self._refuse(error.code, error.message)
            else:  # whoever reads the bodies answers and reports it
                self._is_deaf = True
                self._fail_arriving(error)
            return
        if self._receiver.is_idle:
            self._begun = 0.0

    def pause_writing(self) -> None:
        """The other node reads too slowly: whoever writes waits, and it is not listened to until it reads on."""
        self._outbox.pause()
        self._throttle(True)

    def resume_writing(self) -> None:
        """The other node has caught up."""
        self._outbox.resume()
        self._throttle(False)

    # -- answering

    async def answer(self, request: PeerRequest, head: peer.ResponseHead, body: StoredBody, tail: peer.Tail) -> None:
        """Write a whole answer, if there is still someone to read it."""
        outbox, number = self._outbox, request.number
        await outbox.room()
        first, last = peer.encode_response_head(number, head), peer.encode_tail(number, *tail)
        if body.data is not None and body.length <= peer.BODY_CHUNK_BYTES:
            outbox.put(b"".join((first, peer.encode_body(number, body.data) if body.length else b"", last)))
            return
        outbox.put(first)
        if await outbox.put_body(number, body, lambda: not self._transport.is_closing()):
            outbox.put(last)

    def fault(self, request: PeerRequest, fault: peer.Fault) -> None:
        """Answer unsigned; what still comes of the request is passed over."""
        if self._arriving.pop(request.number, None) is not None:
            self._refused[request.number] = time.monotonic()
            request.body.drop()
        self._outbox.put(peer.encode_fault(request.number, fault))

    def end(self) -> None:
        """Close now, whatever is under way."""
        self._transport.abort()

    def close_if_idle(self) -> None:
        """Close unless a request is being received or answered."""
        if self.is_idle:
            self._outbox.close()

    def check_deadline(self, now: float) -> None:
        """Close when the other side is silent for too long, or does not read; not while an answer is being made."""
        if self._outbox.paused_at:
            limit = self._outbox.paused_at + QUIET_S
        elif self._refused and min(self._refused.values()) + QUIET_S <= now:
            limit = now
        elif self._throttled:
            return  # it is we who do not read
        elif self._begun:
            limit = min(self._heard_at, self._begun + self._received / LEAST_BYTES_PER_S) + QUIET_S
        elif self._tasks:
            return
        else:
            limit = self._idle_at + self._server.idle_s
        if now >= limit:
            self._fail_arriving(TimeoutError("the other node stopped sending"))
            self._transport.abort()

    async def _serve(self, request: PeerRequest) -> None:
        try:
            await self._server.serve(request, self)
        except Exception as error:  # noqa: BLE001  # it answers whatever it can; of this it knew nothing
            self._server.report("InternalError", repr(error), 1)
            self.end()

    def _note_served(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._idle_at = time.monotonic()
            if self._server.is_stopping or self._is_deaf:
                self.close_if_idle()

    def _take(self, number: int, event: peer.Event) -> None:
        if type(event) is peer.RequestHead:
            node = self._node_of(event)
            request = PeerRequest(number, event, BodyStream(self._throttle), node, self._server.now_ms())
            self._arriving[number] = request
            task = self._loop.create_task(self._serve(request))
            self._tasks.add(task)
            task.add_done_callback(self._note_served)
            return
        arriving = self._arriving.get(number)
        if type(event) is bytes:
            if arriving is not None:
                arriving.body.feed(event)
            return
        self._refused.pop(number, None)
        if arriving is None:
            return
        del self._arriving[number]
        if type(event) is peer.Tail:
            arriving.tail = event
            arriving.body.end()
        else:
            arriving.body.fail(ConnectionResetError("the other node gave the exchange up"))

    def _node_of(self, head: peer.RequestHead) -> NodeEntry:
        """Say as which node the other side speaks now; a country that lists a foreign certificate takes nobody's place.

        Asked anew for each request: what a directory gave to the certificate may have changed under the connection.
        """
        nodes = self._server.nodes_by_tls(self.digest)
        if not nodes:
            msg = "no directory in force gives this TLS certificate to a node any more"
            raise PeerProtocolError(msg, code="SslAuthenticationFailed")
        return next((node for node in nodes if head.client in node.clients), nodes[0])

    def _fail_arriving(self, error: Exception) -> None:
        for request in self._arriving.values():
            request.body.fail(error)
        self._arriving.clear()

    def _refuse(self, code: str, text: str) -> None:
        """End the whole connection by name; the loop drains what still comes, so that this is read."""
        self._is_deaf = True
        self._server.report(code, text, 1)
        self._outbox.put(peer.encode_fault(peer.WHOLE_CONNECTION, peer.Fault(f"Server.ServerProxy.{code}", text, "")))
        self._transport.resume_reading()
        self._outbox.close()

    def _throttle(self, is_throttled: bool) -> None:  # noqa: FBT001  # the shape of BodyStream's callback
        self._throttled += 1 if is_throttled else -1
        if self._transport.is_closing():
            return
        now = time.monotonic()
        if is_throttled and self._throttled == 1:
            self._throttled_at = now
            self._transport.pause_reading()
        elif not self._throttled:
            if self._begun:
                self._begun += now - self._throttled_at  # it was we who did not read
                self._heard_at = now
            self._transport.resume_reading()
