"""From other nodes: connections with mutual TLS, requests one after another on each, handed to the provider role.

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

    __slots__ = ("arrived_ms", "body", "head", "peer", "tail")

    def __init__(self, head: peer.RequestHead, body: BodyStream, node: NodeEntry, arrived_ms: int) -> None:
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
            connection.stop_if_idle()

    def abort(self) -> None:
        """Cut all connections."""
        for connection in list(self.connections):
            connection.end()


class PeerConnection(asyncio.BufferedProtocol):
    """One connection from one node."""

    def __init__(self, server: PeerServer, number: int) -> None:
        self._server = server
        self._number = number
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made
        self._receiver = peer.Receiver("requests")
        self._receiving: PeerRequest | None = None
        self._queue: list[PeerRequest] = []
        self._wake: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_busy = False
        self._is_deaf = False
        self._is_refused = False
        self._drained: asyncio.Future[None] | None = None
        self._deadline = time.monotonic() + server.idle_s
        self._begun = 0.0
        """When the first byte of the message that is arriving came; 0.0: none is."""
        self._received = 0
        self._throttled_at = 0.0
        self.digest = b""
        self.peer = ""

    # -- transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Find out who calls, or refuse by name."""
        self._transport = transport  # type: ignore[assignment]  # a server's transport is a Transport
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
        else:
            self._task = self._loop.create_task(self._serve())

    def connection_lost(self, exc: Exception | None) -> None:
        """End what was being received; an exchange that is being carried out goes on to its record."""
        self._server.dismiss(self)
        if self._receiving is not None:
            self._receiving.body.fail(exc or ConnectionResetError("the other node closed the connection"))
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        if self._task is not None and not self._is_busy:
            self._task.cancel()

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
        now = time.monotonic()
        if not self._begun:
            self._begun, self._received = now, 0
        self._received += len(data)
        self._deadline = min(now, self._begun + self._received / LEAST_BYTES_PER_S) + QUIET_S
        try:
            for event in self._receiver.feed(data):
                self._take(event)
        except ProtocolError as error:
            if self._receiving is None:
                self._refuse(error.code, error.message)
            else:  # whoever reads the body answers and reports it
                self._is_deaf = True
                self._receiving.body.fail(error)

    def pause_writing(self) -> None:
        """The other node reads too slowly: `drain` waits."""
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        """The other node has caught up."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    # -- answering

    async def answer(self, head: bytes, body: StoredBody, tail: bytes) -> None:
        """Write a whole answer, if there is still someone to read it."""
        if self._transport.is_closing() or self._is_refused:
            return
        if body.data is not None and body.length <= peer.MAX_PAYLOAD_BYTES:
            middle = peer.encode_body(body.data) if body.length else b""
            self._transport.write(b"".join((head, middle, tail)))
            return
        self._transport.write(head)
        begun, written = time.monotonic(), 0
        for chunk in body.chunks():
            self._transport.write(peer.encode_body(chunk))
            written += len(chunk)
            if self._drained is not None:
                self._deadline = min(time.monotonic(), begun + written / LEAST_BYTES_PER_S) + QUIET_S
                await self._drained
            if self._transport.is_closing() or self._is_refused:
                return
        self._transport.write(tail)

    def fault(self, fault: peer.Fault) -> None:
        """Answer unsigned, heed nothing more, and close; the loop drains what still comes, so that this is read."""
        was_refused, self._is_refused, self._is_deaf = self._is_refused, True, True
        if not was_refused and not self._transport.is_closing():
            self._transport.write(peer.encode_fault(fault))
            self._transport.resume_reading()
            self._transport.close()

    def end(self) -> None:
        """Close now, whatever is under way."""
        self._transport.abort()

    def stop_if_idle(self) -> None:
        """Close now unless a request is being received or answered."""
        if not self._is_busy and not self._queue and self._receiving is None:
            self._transport.close()

    def check_deadline(self, now: float) -> None:
        """Close when silent for too long; not while an exchange is being carried out."""
        is_waiting = self._receiving is not None or self._drained is not None
        if now < self._deadline or (self._is_busy and not is_waiting):
            return
        if self._receiving is not None:
            self._receiving.body.fail(TimeoutError("the other node stopped sending"))
        self._transport.abort()

    async def _serve(self) -> None:
        while not self._transport.is_closing() and not self._is_refused:
            while not self._queue:
                self._wake = self._loop.create_future()
                await self._wake
            request = self._queue.pop(0)
            self._is_busy = True
            try:
                await self._server.serve(request, self)
            except Exception as error:  # noqa: BLE001  # it answers whatever it can; of this it knew nothing
                self._server.report("InternalError", repr(error), 1)
                self.end()
            finally:
                self._is_busy = False
            if not self._begun:
                self._deadline = time.monotonic() + self._server.idle_s
            if self._server.is_stopping and not self._is_refused:
                self._transport.close()

    def _take(self, event: peer.Event) -> None:
        receiving = self._receiving
        if type(event) is peer.RequestHead:
            if self._queue or self._is_busy:
                msg = "a second request before the answer to the first"
                raise PeerProtocolError(msg)
            body = BodyStream(self._throttle)
            self._receiving = PeerRequest(event, body, self._node_of(event), self._server.now_ms())
            self._queue.append(self._receiving)
            if self._wake is not None and not self._wake.done():
                self._wake.set_result(None)
        elif receiving is None:
            return
        elif type(event) is bytes:
            receiving.body.feed(event)
        elif type(event) is peer.Tail:
            receiving.tail = event
            receiving.body.end()
            self._receiving = None
            self._begun = 0.0

    def _node_of(self, head: peer.RequestHead) -> NodeEntry:
        """Say as which node the other side speaks now; a country that lists a foreign certificate takes nobody's place.

        Asked anew for each request: what a directory gave to the certificate may have changed under the connection.
        """
        nodes = self._server.nodes_by_tls(self.digest)
        if not nodes:
            msg = "no directory in force gives this TLS certificate to a node any more"
            raise PeerProtocolError(msg, code="SslAuthenticationFailed")
        return next((node for node in nodes if head.client in node.clients), nodes[0])

    def _refuse(self, code: str, text: str) -> None:
        self._server.report(code, text, 1)
        self.fault(peer.Fault(f"Server.ServerProxy.{code}", text, ""))

    def _throttle(self, is_throttled: bool) -> None:  # noqa: FBT001  # the shape of BodyStream's callback
        if self._transport.is_closing():
            return
        now = time.monotonic()
        if is_throttled:
            self._throttled_at = now
            self._transport.pause_reading()
        else:
            if self._begun:
                self._begun += now - self._throttled_at  # it was we who did not read
                self._deadline = now + QUIET_S
            self._transport.resume_reading()
