"""The operator's port: health, readiness, metrics, reload, stamp now, audit heads, stop.

On loopback or a 0600 socket of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kopir.bridge.http_messages import HttpRequest, HttpResponse
from kopir.bridge.journal import JournalFailedError
from kopir.signing.errors import StampError
from kopir.wire.errors import MalformedError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_TEXT = [(b"content-type", b"text/plain; charset=utf-8")]
LIMIT_HEAD_BYTES = 256
"""An audit head with the longest name has half of it."""

_METRICS = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")]


class Control:
    """Answers the operator. `problems` lists why the node is not ready; `reload` lists what it could not take over."""

    def __init__(
        self,
        *,
        problems: Callable[[], list[str]],
        exposition: Callable[[], bytes],
        reload: Callable[[], Awaitable[list[str]]],
        stamp: Callable[[], Awaitable[bool]],
        note_head: Callable[[bytes], Awaitable[int]],
        stop: Callable[[], None],
    ) -> None:
        self._problems = problems
        self._exposition = exposition
        self._reload = reload
        self._stamp = stamp
        self._note_head = note_head
        self._stop = stop

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        path = request.target.partition(b"?")[0]
        reads = request.method in {"GET", "HEAD"}
        if path == b"/health" and reads:
            return HttpResponse(200, list(_TEXT), b"alive\n")
        if path == b"/ready" and reads:
            problems = self._problems()
            text = "".join(f"{problem}\n" for problem in problems) or "ready\n"
            return HttpResponse(503 if problems else 200, list(_TEXT), text.encode())
        if path == b"/metrics" and reads:
            return HttpResponse(200, list(_METRICS), self._exposition())
        if request.header(b"origin") is not None:
            return HttpResponse(403, list(_TEXT), b"not for browsers: a page must not steer a node\n")
        if path == b"/reload" and request.method == "POST":
            problems = await self._reload()
            text = "".join(f"{problem}\n" for problem in problems) or "reloaded\n"
            return HttpResponse(409 if problems else 200, list(_TEXT), text.encode())
        if path == b"/stamp" and request.method == "POST":
            try:
                was_needed = await self._stamp()
            except (ProtocolError, StampError, OSError) as error:
                return HttpResponse(502, list(_TEXT), f"no time stamp: {error}\n".encode())
            return HttpResponse(200, list(_TEXT), b"stamped\n" if was_needed else b"nothing new to stamp\n")
        if path == b"/audit-head" and request.method == "POST":
            return await self._take_head(request)
        if path == b"/stop" and request.method == "POST":
            self._stop()
            return HttpResponse(202, list(_TEXT), b"stopping\n", closes=True)
        known = b"GET /health, /ready, /metrics; POST /audit-head, /reload, /stamp, /stop\n"
        return HttpResponse(404, list(_TEXT), known)

    async def _take_head(self, request: HttpRequest) -> HttpResponse:
        """Answer with the place in the journal once it is durable."""
        request.invite_body()
        data = b""
        while len(data) <= LIMIT_HEAD_BYTES and (chunk := await request.body.read()):
            data += chunk
        if len(data) > LIMIT_HEAD_BYTES:
            return HttpResponse(413, list(_TEXT), b"an audit head is shorter\n", closes=True)
        try:
            index = await self._note_head(data)
        except MalformedError as error:
            return HttpResponse(400, list(_TEXT), f"{error.message}\n".encode())
        except JournalFailedError as error:
            return HttpResponse(503, list(_TEXT), f"{error}\n".encode())
        return HttpResponse(200, list(_TEXT), b"%d\n" % index)
