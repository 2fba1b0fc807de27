"""HTTP/1.1 towards services, directories and time stamp authorities: keep-alive pools per address, httptools inside.

It sends what it is given and follows nothing: no redirects, no cookies, no proxies. A request is repeated only when it
is a GET or HEAD on a pooled connection that closed before any byte of an answer.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httptools

from kopir.bridge.bodies import BodyStream, StoredBody
from kopir.wire.errors import RefusedError

if TYPE_CHECKING:
    from kopir.bridge.http_messages import Headers

POOL_IDLE_S: Final = 15.0
MAX_HEAD_BYTES: Final = 65536
MAX_FETCH_BYTES: Final = 16 << 20
FETCH_S: Final = 20.0
_SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD"})
_WITH_LENGTH: Final = frozenset({"POST", "PUT", "PATCH"})


class ServiceError(RefusedError):
    """The service did not answer as HTTP demands; `code` says how far it got."""

    code = "ServiceFailed.HttpError"


class ServiceUnreachableError(ServiceError):
    """No connection to the service."""

    code = "NetworkError"


class StaleConnectionError(ServiceError):
    """A pooled connection closed before any answer: the request may be repeated if it is safe."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a service listens."""

    is_tls: bool
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Return the origin of an `http` or `https` URL."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            msg = f"{url!r} is not an http or https URL"
            raise ServiceUnreachableError(msg, code="ServiceMalformedUrl")
        is_tls = parts.scheme == "https"
        return cls(is_tls, parts.hostname, parts.port or (443 if is_tls else 80))

    @property
    def authority(self) -> bytes:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.is_tls else 80
        return (host if self.port == default else f"{host}:{self.port}").encode("ascii")


@dataclass(slots=True)
class HttpAnswer:
    """An answer whose head is complete. `headers` in lower case, in order; the body is still a stream."""

    status: int
    headers: Headers
    body: BodyStream
    _connection: _Connection


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made
        self._parser = httptools.HttpResponseParser(self)
        self._headers: Headers = []
        self._head_bytes = 0  # since the last byte of a body: a head, or the framing of chunks and trailers
        self._method = ""
        self._head: asyncio.Future[HttpAnswer] | None = None
        self._answer: HttpAnswer | None = None
        self._has_received = False
        self._is_in_head = False
        self._drained: asyncio.Future[None] | None = None
        self._is_sent = True
        self._keeps_alive = False
        self.is_reused = False
        self.idle_since = 0.0

    # -- use

    @property
    def is_reusable(self) -> bool:
        """Whether another request may follow: what was not sent of this one would be taken for it."""
        return self._is_sent and self._keeps_alive and not self.transport.is_closing()

    async def request(self, method: str, head: bytes, body: StoredBody | None) -> HttpAnswer:
        self._method = method
        self._is_sent = self._keeps_alive = False
        self._has_received = False
        self._answer = None
        self._head_bytes = 0
        self._head = self._loop.create_future()
        if body is None or not body.length:
            self.transport.write(head)
        elif body.data is not None:
            self.transport.write(head + body.data)
        else:
            self.transport.write(head)
            for chunk in body.chunks():
                self.transport.write(chunk)
                if self._drained is not None:
                    await self._drained
                if self.transport.is_closing() or self._head.done():
                    return await self._head
        self._is_sent = True
        return await self._head

    # -- transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a client's transport is a Transport

    def eof_received(self) -> None:
        if not self._is_sent or self.transport.get_write_buffer_size():
            self.transport.abort()  # closing would wait until all is sent to a service that may read no more

    def connection_lost(self, exc: Exception | None) -> None:
        self._wake_sender()
        if self._answer is not None and not self._answer.body.is_complete:
            self._finish_by_close(exc)
        elif self._head is not None and not self._head.done():
            if self.is_reused and not self._has_received:
                self._give_up(StaleConnectionError("the service closed a kept connection"))
            else:
                self._give_up(ServiceError("the service closed the connection without an answer"))

    def _finish_by_close(self, exc: Exception | None) -> None:
        """An answer without length ends with the connection (RFC 9112 §6.3); any other was cut short."""
        answer = self._answer
        names = {name for name, _ in answer.headers} if answer is not None else set()
        is_delimited = b"content-length" in names or b"transfer-encoding" in names
        if answer is None:
            return
        if exc is None and not is_delimited:
            answer.body.end()
        else:
            answer.body.fail(ServiceError("the service closed the connection in the middle of its answer"))

    def data_received(self, data: bytes) -> None:
        self._has_received = True
        self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(f"the service's answer is not HTTP: {error}")
            return
        if self._head_bytes > MAX_HEAD_BYTES:
            what = "head" if self._answer is None else "framing of chunks, or trailers,"
            self._fail(f"the {what} of the service's answer is over {MAX_HEAD_BYTES} bytes")

    def _fail(self, text: str) -> None:
        error = ServiceError(text)
        if self._answer is not None:
            self._answer.body.fail(error)
        else:
            self._give_up(error)
        self.transport.abort()

    def _give_up(self, error: ServiceError) -> None:
        if self._head is not None and not self._head.done():
            self._head.set_exception(error)
            self._head.exception()  # whoever gave up waiting need not be told
            self._wake_sender()

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        self._wake_sender()
        self._drained = None

    def _wake_sender(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    # -- parser callbacks

    def on_message_begin(self) -> None:
        self._headers = []
        self._is_in_head = True
        if self._answer is not None:  # kept, it would be taken for the answer to the next request
            self._fail("the service sent an answer that nobody asked for")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_in_head:  # a trailer is no header
            self._headers.append((name.lower(), value.rstrip(b" \t")))  # the parser strips blanks on the left alone

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._is_in_head = False
        if not 100 <= status <= 599:
            self._fail(f"the service answered with the status {status}")
            return
        if self._head_bytes > MAX_HEAD_BYTES and sum(len(n) + len(v) for n, v in self._headers) > MAX_HEAD_BYTES:
            self._fail(f"the head of the service's answer is over {MAX_HEAD_BYTES} bytes")
            return
        if any(name == b"transfer-encoding" and value.lower() != b"chunked" for name, value in self._headers):
            self._fail("the service's answer has a transfer coding other than chunked")  # it would be lost on the way
            return
        if status < 200:  # 1xx is interim (RFC 9110 §15.2); 101 is refused by the parser
            return
        if self._head is None or self._head.done():
            self._fail("the service sent an answer that nobody asked for")
            return
        self._head_bytes = 0
        self._keeps_alive = self._parser.should_keep_alive()
        self._answer = HttpAnswer(status, self._headers, BodyStream(self._throttle), self)
        if self._method == "HEAD":
            # The parser would wait for Content-Length bytes that never come.
            self._answer.body.end()
            self._parser = httptools.HttpResponseParser(self)
        self._head.set_result(self._answer)
        self._wake_sender()  # a service that has answered may read no more

    def on_body(self, chunk: bytes) -> None:
        if self._answer is None:
            return
        self._head_bytes = 0
        if self._answer.body.is_complete:
            self._fail("the service sent a body in answer to HEAD")
        else:
            self._answer.body.feed(chunk)

    def on_message_complete(self) -> None:
        if self._answer is not None:
            self._head_bytes = 0
            self._answer.body.end()

    def _throttle(self, is_throttled: bool) -> None:  # noqa: FBT001  # the shape of BodyStream's callback
        if self.transport.is_closing():
            return
        if is_throttled:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()


class HttpClient:
    """Pools of connections by origin. One instance serves the whole node."""

    def __init__(self, *, max_idle: int = 256, tls: ssl.SSLContext | None = None) -> None:
        """Keep at most `max_idle` connections per origin; `tls` is for https, the system's trust by default."""
        self._pools: dict[Origin, list[_Connection]] = {}
        self._max_idle = max_idle
        self._tls = tls

    def request(
        self, origin: Origin, method: str, target: bytes, headers: Headers, body: StoredBody | None = None
    ) -> _Request:
        """Send one request: `async with` gives the answer, whose body may be read inside the block.

        A connection that is left in the middle of its answer is closed.

        Raises:
            ServiceError: on entering; no connection, no answer, or no HTTP.
        """
        return _Request(self, origin, method, _encode_head(origin, method, target, headers, body), body)

    async def fetch(self, url: str) -> bytes:
        """GET `url` and return the body of its 200 answer, at most 16 MiB.

        Raises:
            ServiceError: anything else.
        """
        return await self._fetch(url, "GET", [], None)

    async def post(self, url: str, content_type: bytes, data: bytes) -> bytes:
        """POST `data` and return the body of the 200 answer, at most 16 MiB."""
        return await self._fetch(url, "POST", [(b"content-type", content_type)], StoredBody.of(data))

    async def _fetch(self, url: str, method: str, headers: Headers, body: StoredBody | None) -> bytes:
        try:
            async with asyncio.timeout(FETCH_S):
                return await self._fetch_whole(url, method, headers, body)
        except TimeoutError as error:
            msg = f"{url} did not answer within {FETCH_S:.0f} s"
            raise ServiceError(msg) from error

    async def _fetch_whole(self, url: str, method: str, headers: Headers, body: StoredBody | None) -> bytes:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        async with self.request(Origin.of(url), method, target.encode("ascii"), headers, body) as answer:
            if answer.status != 200:  # only whole answers count
                msg = f"{url} answered {answer.status}"
                raise ServiceError(msg)
            pieces: list[bytes] = []
            while piece := await answer.body.read():
                pieces.append(piece)
                if answer.body.received > MAX_FETCH_BYTES:
                    msg = f"{url} answered more than {MAX_FETCH_BYTES} bytes"
                    raise ServiceError(msg)
        return b"".join(pieces)

    def close(self) -> None:
        """Close all pooled connections."""
        for pool in self._pools.values():
            for connection in pool:
                connection.transport.close()
        self._pools.clear()

    async def acquire(self, origin: Origin) -> _Connection:
        """Return a kept connection that is still fresh, or a new one."""
        pool = self._pools.get(origin)
        fresh_after = time.monotonic() - POOL_IDLE_S
        while pool:
            connection = pool.pop()
            if not connection.transport.is_closing() and connection.idle_since > fresh_after:
                connection.is_reused = True
                return connection
            connection.transport.close()
        loop = asyncio.get_running_loop()
        tls = (self._tls or ssl.create_default_context()) if origin.is_tls else None
        try:
            _, connection = await loop.create_connection(_Connection, origin.host, origin.port, ssl=tls)
        except OSError as error:
            msg = f"cannot connect to {origin.host}:{origin.port}: {error}"
            raise ServiceUnreachableError(msg) from error
        return connection

    def release(self, origin: Origin, connection: _Connection) -> None:
        """Keep a connection whose answer is whole, close any other."""
        answer = connection._answer  # noqa: SLF001  # pool and connection are one thing in two classes
        is_whole = answer is not None and answer.body.is_complete
        pool = self._pools.setdefault(origin, [])
        if is_whole and connection.is_reusable and len(pool) < self._max_idle:
            connection.idle_since = time.monotonic()
            pool.append(connection)
        else:
            connection.transport.abort()


class _Request:
    """One request under way; holds its connection for as long as the block lasts."""

    __slots__ = ("_body", "_client", "_connection", "_head", "_method", "_origin")

    def __init__(self, client: HttpClient, origin: Origin, method: str, head: bytes, body: StoredBody | None) -> None:
        self._client = client
        self._origin = origin
        self._method = method
        self._head = head
        self._body = body
        self._connection: _Connection | None = None

    async def __aenter__(self) -> HttpAnswer:
        while True:
            self._connection = connection = await self._client.acquire(self._origin)
            try:
                return await connection.request(self._method, self._head, self._body)
            except BaseException as error:
                self._client.release(self._origin, connection)
                if not isinstance(error, StaleConnectionError) or self._method not in _SAFE_TO_REPEAT:
                    raise

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            self._client.release(self._origin, self._connection)


def _encode_head(origin: Origin, method: str, target: bytes, headers: Headers, body: StoredBody | None) -> bytes:
    lines = [b"%b %b HTTP/1.1\r\nhost: %b\r\n" % (method.encode("ascii"), target, origin.authority)]
    lines += [b"%b: %b\r\n" % header for header in headers]
    length = body.length if body is not None else 0
    if length or method in _WITH_LENGTH:
        lines.append(b"content-length: %d\r\n" % length)
    lines.append(b"\r\n")
    return b"".join(lines)
