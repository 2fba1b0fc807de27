"""HTTP/1.1 towards clients: httptools parses, this pumps. One handler call for each request, one after another.

Refused: CONNECT, Upgrade, folded headers, both Content-Length and Transfer-Encoding, heads over the limit, clients that
stall. Trailers are dropped. The answer is always whole before its first byte leaves, so it always has a Content-Length.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import httptools

from kopir.bridge.bodies import BodyStream, StoredBody
from kopir.bridge.http_messages import BODILESS, Caller, HttpRequest, HttpResponse, encode_head, plain_refusal
from kopir.bridge.pacing import Pacer
from kopir.wire.errors import CallerError

if TYPE_CHECKING:
    from kopir.bridge.http_messages import Handler, Headers, HttpLimits, Renderer

PIPELINE_DEPTH: Final = 4
DISCARD_BYTES: Final = 1 << 20
LEAST_BYTES_PER_S: Final = 1024
LINGER_S: Final = 2.0


class HttpServer:
    """What the connections of one listener share: handler, limits, and the sweep that ends stalled ones."""

    def __init__(
        self,
        handler: Handler,
        limits: HttpLimits,
        *,
        is_local: bool,
        max_connections: int = 4096,
        render: Renderer = plain_refusal,
    ) -> None:
        """Let `render` word the answers to what never reaches the handler."""
        self.handler = handler
        self.limits = limits
        self.render = render
        self.is_local = is_local
        self.max_connections = max_connections
        self.connections: set[HttpConnection] = set()
        self.pacer = Pacer()
        self.is_stopping = False

    def protocol(self) -> HttpConnection:
        """Make the protocol of a new connection; to be given to `loop.create_server`."""
        return HttpConnection(self)

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or an answer is still on its way to its client."""
        return any(connection.is_busy for connection in self.connections)

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
        self._head_bytes = 0  # since the last byte of a body: a head, or the framing of chunks and trailers
        self._is_in_head = True
        self._request: HttpRequest | None = None  # whose body is being received
        self._queue: list[HttpRequest] = []
        self._wake: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_busy = False
        self._is_ending = False
        self._refusal: bytes | None = None  # an answer to what was no request; what comes after it is not read
        self._discarded = 0
        self._is_draining = False
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
            certificate = tls.getpeercert(binary_form=True)
            digest = sha256(certificate).digest() if certificate else None
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
        if self._refusal is not None:
            self._discarded += len(data)
            if self._discarded > DISCARD_BYTES:
                self._transport.abort()
            return
        self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(400, "Upgrade and CONNECT are not served here")
        except (httptools.HttpParserError, httptools.HttpParserCallbackError) as error:
            self._refuse(400, f"malformed HTTP: {error}")
        else:
            if self._head_bytes > self._server.limits.header_bytes:
                what = "request head" if self._is_in_head else "framing of chunks, or trailers,"
                self._refuse(431, what + " over the limit (limits.header_bytes)")

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
        if self._is_in_head:  # a trailer is no header: it must not reach who believes headers
            self._headers.append((name.lower(), value.rstrip(b" \t")))  # the parser strips blanks on the left alone

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._head_bytes = 0
        if self._refusal is not None:  # what came in one packet with a refused head is parsed, and answered no more
            return
        parser = self._parser
        size = len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._headers)
        names = [name for name, _ in self._headers]
        if size > self._server.limits.header_bytes:
            self._refuse(431, "request head over the limit (limits.header_bytes)")
            return
        if parser.get_http_version() not in {"1.1", "1.0"}:
            self._refuse(400, "HTTP/1.1 and HTTP/1.0 are spoken here")
            return
        if parser.should_upgrade() or b"upgrade" in names:
            self._refuse(400, "Upgrade and CONNECT are not served here")
            return
        if b"transfer-encoding" in names and not self._is_chunked_alone():
            self._refuse(501, "of transfer codings, chunked is served here, by itself and in HTTP/1.1")
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
            _write=self.write,
        )
        self._request = request
        self._deadline = time.monotonic() + self._server.limits.body_s
        self._queue.append(request)
        self._update_reading()
        if self._wake is not None and not self._wake.done():
            self._server.pacer.wake(self._wake)
            self._wake = None

    def _is_chunked_alone(self) -> bool:
        """Whether the body is only cut into chunks: what is compressed as well would be passed on as another body."""
        codings = [value.lower() for name, value in self._headers if name == b"transfer-encoding"]
        return codings == [b"chunked"] and self._parser.get_http_version() == "1.1"  # RFC 9112 §6.1

    def on_body(self, chunk: bytes) -> None:
        self._head_bytes = 0
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
        try:
            await self._answer_in_order()
        except Exception as error:  # noqa: BLE001  # as a spool that cannot be read: an answer that breaks off
            self._loop.call_exception_handler({"message": "an answer failed", "exception": error})
        finally:
            self._is_busy = False
            if not self._transport.is_closing():
                self._transport.abort()

    async def _answer_in_order(self) -> None:
        while not self._transport.is_closing():
            while not self._queue:
                self._wake = self._loop.create_future()
                await self._wake
            request = self._queue.pop(0)
            self._update_reading()
            self._is_busy = True
            await self._answer(request, await self._handle(request))
            self._is_busy = False
            self._deadline = time.monotonic() + self._server.limits.idle_s
            if self._refusal is not None and not self._queue:
                self._send_refusal()

    async def _handle(self, request: HttpRequest) -> HttpResponse:
        try:
            response = await self._server.handler(request)
            if not 200 <= response.status <= 599:  # a client takes an answer of 1xx for interim, its body for the next
                if isinstance(response.body, StoredBody):
                    response.body.close()
                msg = f"an answer of status {response.status}"
                raise ValueError(msg)
            return response
        except Exception as error:  # noqa: BLE001  # a mistake in a handler must not leave its client without an answer
            self._loop.call_exception_handler({"message": "a request handler failed", "exception": error})
            headers, body = self._server.render(500, "this node made a mistake; see its log", request.header(b"accept"))
            return HttpResponse(500, headers, body, closes=True)

    async def _answer(self, request: HttpRequest, response: HttpResponse) -> None:
        is_open = not request.body.is_complete
        closes = response.closes or not request.keeps_alive or is_open or self._server.is_stopping
        stored = response.body
        length = stored.length if isinstance(stored, StoredBody) else len(stored)
        head = encode_head(response, length, request, closes=closes)
        sends_body = request.method != "HEAD" and response.status not in BODILESS
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
                    await self._drain()
                    if self._transport.is_closing():
                        break
            await self._drain()  # answers that nobody reads must not pile up
        finally:
            if isinstance(stored, StoredBody):
                stored.close()
        if closes and not self._transport.is_closing():
            if is_open:
                await self._discard_rest(request.body)
            self._is_ending = True
            self._transport.close()

    async def _drain(self) -> None:
        if self._drained is not None:
            self._deadline = time.monotonic() + self._server.limits.body_s
            self._is_draining = True
            await self._drained
            self._is_draining = False

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
        if self._is_draining or self._refusal is not None or self._transport.is_closing():
            self._transport.abort()  # what we have written is not being read
        elif self._request is not None:
            if not self._is_body_throttled:  # else it is we who do not read
                self._refuse(408, "the body was not complete in time (limits.body_timeout_s)")
        elif not self._is_busy:
            if self._head_bytes:
                self._refuse(408, "request head not complete in time (limits.header_timeout_s)")
            else:
                self._transport.close()

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered or its answer flushed.

        Below TLS nobody sees what is left to flush: after a last answer that is over when the connection is lost.
        """
        return self._is_busy or self._is_ending or bool(self._queue or self._transport.get_write_buffer_size())

    def stop_if_idle(self) -> None:
        """Close now unless a request is being received or answered."""
        if not self._is_busy and not self._queue and not self._head_bytes:
            self._transport.close()

    def end(self) -> None:
        """Close now, whatever is under way."""
        self._transport.abort()

    def _refuse(self, status: int, text: str) -> None:
        """Read nothing more; answer once what came before is answered. A body in progress fails for its reader."""
        if self._refusal is not None:
            return
        accept = next((value for name, value in self._headers if name == b"accept"), None)
        headers, body = self._server.render(status, text, accept)
        self._refusal = encode_head(HttpResponse(status, headers), len(body), None, closes=True) + body
        if self._request is not None:
            self._request.body.fail(CallerError(text, code="InvalidBody"))
            self._request = None
        if not self._is_busy and not self._queue:
            self._send_refusal()

    def _send_refusal(self) -> None:
        """Write it and close for writing only: closing with bytes unread would take the answer away (RFC 9112 §9.6)."""
        if self._transport.is_closing():
            return
        self._transport.write(self._refusal or b"")
        self._deadline = time.monotonic() + LINGER_S
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
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
