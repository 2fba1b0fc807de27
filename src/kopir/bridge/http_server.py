"""HTTP/1.1 towards clients: httptools parses, this pumps. One handler call for each request, one after another.

Refused: CONNECT, Upgrade, folded headers, both Content-Length and Transfer-Encoding, heads over the limit, clients that
stall. Trailers are dropped. The answer is always whole before its first byte leaves, so it always has a Content-Length.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

import httptools

from kopir.bridge.bodies import BodyStream, StoredBody

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Headers: TypeAlias = list[tuple[bytes, bytes]]

PIPELINE_DEPTH: Final = 4
DISCARD_BYTES: Final = 1 << 20
LEAST_BYTES_PER_S: Final = 1024
_REASONS: Final = {status.value: status.phrase.encode("ascii") for status in HTTPStatus}
_BODILESS: Final = frozenset({204, 304})
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What a client may take: sizes in bytes, times in seconds."""

    header_bytes: int = 65536
    header_s: float = 20.0
    body_s: float = 60.0
    idle_s: float = 75.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the other end of a connection, as far as the transport knows.

    `certificate` is the SHA-256 of the TLS client certificate (DER) or None; `is_local` means a plain listener on
    loopback or a unix socket.
    """

    is_local: bool
    certificate: bytes | None


@dataclass(slots=True)
class HttpRequest:
    """A request whose head is complete; the body may still be on its way. Header names are in lower case."""

    method: str
    target: bytes
    headers: Headers
    body: BodyStream
    caller: Caller
    keeps_alive: bool
    expects_continue: bool
    version: str
    _connection: HttpConnection = field(repr=False)

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of `name` (lower case)."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def invite_body(self) -> None:
        """Send `100 Continue` if the client waits for it (RFC 9110 §10.1.1)."""
        if self.expects_continue and not self.body.is_complete:
            self.expects_continue = False
            self._connection.write(_CONTINUE)


@dataclass(slots=True)
class HttpResponse:
    """A whole answer. `headers` carry neither Content-Length nor Connection: the pump writes them."""

    status: int
    headers: Headers
    body: StoredBody | bytes = b""
    closes: bool = False


Handler: TypeAlias = "Callable[[HttpRequest], Awaitable[HttpResponse]]"


class HttpServer:
    """What the connections of one listener share: handler, limits, and the sweep that ends stalled ones."""

    def __init__(self, handler: Handler, limits: HttpLimits, *, is_local: bool, max_connections: int = 4096) -> None:
        self.handler = handler
        self.limits = limits
        self.is_local = is_local
        self.max_connections = max_connections
        self.connections: set[HttpConnection] = set()
        self.is_stopping = False

    def protocol(self) -> HttpConnection:
        """Make the protocol of a new connection; to be given to `loop.create_server`."""
        return HttpConnection(self)

    def sweep(self) -> None:
        """End connections past their deadline; call about once a second."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.check_deadline(now)

    def stop(self) -> None:
        """Take no more requests: idle connections close now, busy ones after their answer."""
        self.is_stopping = True
        for connection in list(self.connections):
            connection.stop_if_idle()

    def abort(self) -> None:
        """Cut all connections."""
        for connection in list(self.connections):
            connection.end()


class HttpConnection(asyncio.Protocol):
    """One connection: feeds the parser, queues what it completes, and answers in order."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made
        self._caller = Caller(is_local=server.is_local, certificate=None)
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._headers: Headers = []
        self._head_bytes = 0
        self._is_in_head = True
        self._request: HttpRequest | None = None  # whose body is being received
        self._queue: list[HttpRequest] = []
        self._wake: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_busy = False
        self._is_refused = False
        self._is_body_throttled = False
        self._is_paused = False
        self._drained: asyncio.Future[None] | None = None
        self._deadline = time.monotonic() + server.limits.header_s

    # -- transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who calls; refuse connection number `max_connections` + 1."""
        self._transport = transport  # type: ignore[assignment]  # a server's transport is a Transport
        if len(self._server.connections) >= self._server.max_connections or self._server.is_stopping:
            transport.abort()  # type: ignore[attr-defined]  # as above
            return
        self._server.connections.add(self)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            import hashlib  # noqa: PLC0415  # only TLS listeners need it

            certificate = tls.getpeercert(binary_form=True)
            digest = hashlib.sha256(certificate).digest() if certificate else None
            self._caller = Caller(is_local=False, certificate=digest)
        self._task = self._loop.create_task(self._serve())

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the request in progress end with a lost connection; nothing more can be answered."""
        self._server.connections.discard(self)
        error = exc or ConnectionResetError("the client closed the connection")
        if self._request is not None:
            self._request.body.fail(error)
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        if self._task is not None and not self._is_busy:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what does not parse is refused with 400 and the connection is closed."""
        if self._is_refused:
            return
        if self._is_in_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(400, b"Upgrade and CONNECT are not served here")
        except (httptools.HttpParserError, httptools.HttpParserCallbackError) as error:
            self._refuse(400, f"malformed HTTP: {error}".encode("ascii", "replace"))
        else:
            if self._is_in_head and self._head_bytes > self._server.limits.header_bytes:
                self._refuse(431, b"request head over the limit (limits.header_bytes)")

    def pause_writing(self) -> None:
        """The client reads too slowly: `_drain` waits."""
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        """The client has caught up."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    # -- parser callbacks

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers = []
        self._is_in_head = True
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        parser = self._parser
        size = len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._headers)
        names = [name for name, _ in self._headers]
        if size > self._server.limits.header_bytes:
            self._refuse(431, b"request head over the limit (limits.header_bytes)")
            return
        if parser.should_upgrade() or b"upgrade" in names:
            self._refuse(400, b"Upgrade and CONNECT are not served here")
            return
        request = HttpRequest(
            method=parser.get_method().decode("ascii"),
            target=self._target,
            headers=self._headers,
            body=BodyStream(self._throttle_body),
            caller=self._caller,
            keeps_alive=parser.should_keep_alive(),
            expects_continue=b"expect" in names,
            version=parser.get_http_version(),
            _connection=self,
        )
        self._request = request
        self._deadline = time.monotonic() + self._server.limits.body_s
        self._queue.append(request)
        self._update_reading()
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def on_body(self, chunk: bytes) -> None:
        if self._request is not None:
            self._request.body.feed(chunk)
            self._deadline = max(self._deadline, time.monotonic() + len(chunk) / LEAST_BYTES_PER_S)

    def on_message_complete(self) -> None:
        if self._request is not None:
            self._request.body.end()
            self._request = None
        self._is_in_head = True
        self._head_bytes = 0

    # -- answering

    async def _serve(self) -> None:
        while not self._transport.is_closing():
            while not self._queue:
                self._wake = self._loop.create_future()
                await self._wake
            request = self._queue.pop(0)
            self._update_reading()
            self._is_busy = True
            response = await self._server.handler(request)
            await self._answer(request, response)
            self._is_busy = False
            self._deadline = time.monotonic() + self._server.limits.idle_s

    async def _answer(self, request: HttpRequest, response: HttpResponse) -> None:
        is_open = not request.body.is_complete
        closes = response.closes or not request.keeps_alive or is_open or self._server.is_stopping or self._is_refused
        stored = response.body
        length = stored.length if isinstance(stored, StoredBody) else len(stored)
        head = _encode_head(response, length, request, closes=closes)
        sends_body = request.method != "HEAD" and response.status not in _BODILESS
        try:
            if self._transport.is_closing():
                return
            if isinstance(stored, bytes):
                self._transport.write(head + stored if sends_body else head)
            elif stored.data is not None:
                self._transport.write(head + stored.data if sends_body else head)
            else:
                self._transport.write(head)
                for chunk in stored.chunks() if sends_body else ():
                    self._transport.write(chunk)
                    if self._drained is not None:
                        await self._drained
                    if self._transport.is_closing():
                        break
        finally:
            if isinstance(stored, StoredBody):
                stored.close()
        if closes and not self._transport.is_closing():
            if is_open:
                await self._discard_rest(request.body)
            self._transport.close()

    async def _discard_rest(self, body: BodyStream) -> None:
        """Read on for a while, so that a client that is still sending sees its answer and not a reset."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(2):
                start = body.received
                while body.received - start < DISCARD_BYTES and await body.read():
                    pass

    def write(self, data: bytes) -> None:
        """Write an interim answer."""
        self._transport.write(data)

    # -- limits

    def check_deadline(self, now: float) -> None:
        """Close a connection that sends no head, no body or nothing at all for too long."""
        if now < self._deadline:
            return
        if self._request is not None:
            if self._is_body_throttled:
                return  # it is we who do not read
            self._request.body.fail(TimeoutError("the client stopped sending its body"))
            self._transport.close()
        elif not self._is_busy:
            if self._head_bytes:
                self._refuse(408, b"request head not complete in time (limits.header_timeout_s)")
            else:
                self._transport.close()

    def stop_if_idle(self) -> None:
        """Close now unless a request is being received or answered."""
        if not self._is_busy and not self._queue and not self._head_bytes:
            self._transport.close()

    def end(self) -> None:
        """Close now, whatever is under way."""
        self._transport.abort()

    def _refuse(self, status: int, text: bytes) -> None:
        if self._is_refused:
            return
        self._is_refused = True
        if self._request is not None:
            self._request.body.fail(ConnectionError(text.decode("ascii")))
            self._request = None
        if not self._is_busy and not self._queue:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            head = _encode_head(HttpResponse(status, headers), len(text) + 1, None, closes=True)
            self._transport.write(head + text + b"\n")
            self._transport.close()

    def _throttle_body(self, is_throttled: bool) -> None:  # noqa: FBT001  # the shape of BodyStream's callback
        self._is_body_throttled = is_throttled
        if not is_throttled:
            self._deadline = time.monotonic() + self._server.limits.body_s
        self._update_reading()

    def _update_reading(self) -> None:
        should_pause = self._is_body_throttled or len(self._queue) > PIPELINE_DEPTH
        if should_pause != self._is_paused and not self._transport.is_closing():
            self._is_paused = should_pause
            if should_pause:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()


def _encode_head(response: HttpResponse, length: int, request: HttpRequest | None, *, closes: bool) -> bytes:
    status = response.status
    lines = [b"HTTP/1.1 %d %b\r\n" % (status, _REASONS.get(status, b""))]
    lines += [b"%b: %b\r\n" % header for header in response.headers]
    if status not in _BODILESS and not (request is not None and request.method == "HEAD" and not length):
        lines.append(b"content-length: %d\r\n" % length)
    if closes:
        lines.append(b"connection: close\r\n")
    elif request is not None and request.version == "1.0":
        lines.append(b"connection: keep-alive\r\n")
    lines.append(b"\r\n")
    return b"".join(lines)
