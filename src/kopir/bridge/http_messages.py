"""What the HTTP server and its handlers hand each other: limits, caller, request, response; how an answer begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

from kopir.bridge.bodies import BodyStream, StoredBody

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Headers: TypeAlias = list[tuple[bytes, bytes]]

BODILESS: Final = frozenset({204, 304})
_REASONS: Final = {status.value: status.phrase.encode("ascii") for status in HTTPStatus}
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
    _write: Callable[[bytes], None] = field(repr=False)

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
            self._write(_CONTINUE)


@dataclass(slots=True)
class HttpResponse:
    """A whole answer. `headers` carry neither Content-Length nor Connection: the pump writes them."""

    status: int
    headers: Headers
    body: StoredBody | bytes = b""
    closes: bool = False


Handler: TypeAlias = "Callable[[HttpRequest], Awaitable[HttpResponse]]"
Renderer: TypeAlias = "Callable[[int, str, bytes | None], tuple[Headers, bytes]]"
"""Gives headers and body for a status, a sentence and the request's Accept, as far as it was read."""


def plain_refusal(_status: int, text: str, _accept: bytes | None) -> tuple[Headers, bytes]:
    """Render a sentence as plain text."""
    return [(b"content-type", b"text/plain; charset=utf-8")], text.encode() + b"\n"


def encode_head(response: HttpResponse, length: int, request: HttpRequest | None, *, closes: bool) -> bytes:
    """Write status line and headers of `response` with a body of `length` bytes; `request` None: it answers none."""
    status = response.status
    lines = [b"HTTP/1.1 %d %b\r\n" % (status, _REASONS.get(status, b""))]
    lines += [b"%b: %b\r\n" % header for header in response.headers]
    if status not in BODILESS and not (request is not None and request.method == "HEAD" and not length):
        lines.append(b"content-length: %d\r\n" % length)
    if closes:
        lines.append(b"connection: close\r\n")
    elif request is not None and request.version == "1.0":
        lines.append(b"connection: keep-alive\r\n")
    lines.append(b"\r\n")
    return b"".join(lines)
