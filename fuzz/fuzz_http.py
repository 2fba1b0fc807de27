"""The HTTP server without a socket: what it serves is what the letter of HTTP says, and it leaves nobody waiting.

The first byte of an input says what kind of handler and client there is, the others are what the client sends; into
which pieces they fall is derived from them. Time is made up, so that no limit is waited for.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from random import Random
from zlib import crc32

from plain_http import Request, read_answers, read_requests

from kopir.bridge.bodies import StoredBody
from kopir.bridge.http_messages import HttpLimits, HttpRequest, HttpResponse
from kopir.bridge.http_server import HttpConnection, HttpServer
from kopir.wire.errors import CallerError

TOKENS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b":",
        b"\r\n\r\n",
        b"0\r\n\r\n",
        b"3\r\nabc\r\n",
        b"5;x=y\r\n",
        b"HTTP/1.0",
        b"HTTP/1.1",
    ),
    *(
        b"Content-Length: 3\r\n",
        b"Content-Length: 0\r\n",
        b"content-length:3 \r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: 3, 3\r\n",
    ),
    *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"Transfer-Encoding : chunked\r\n"),
    *(
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
    ),
    *(
        b"Connection: close\r\n",
        b"Connection: keep-alive\r\n",
        b"Connection: upgrade\r\nUpgrade: h2c\r\n",
        b"Expect: 100-continue\r\n",
    ),
    *(b"GET / HTTP/1.1\r\n\r\n", b"HEAD /h HTTP/1.1\r\n\r\n", b"POST /p HTTP/1.1\r\n", b"CONNECT h:1 HTTP/1.1\r\n\r\n"),
]
_HEADER_BYTES = 2000
_HANDLERS, _CANNOT_CLOSE_HALF, _DOES_NOT_READ, _LEAVES = 7, 8, 16, 32


class _Loop(asyncio.SelectorEventLoop):
    """A loop whose clock stands still until it is moved."""

    def __init__(self) -> None:
        super().__init__(selectors.SelectSelector())
        self.now = 1e6

    def time(self) -> float:
        return self.now


class _Wire(asyncio.Transport):
    """The server's end of a connection; refuses what a real one would refuse."""

    def __init__(self, connection: HttpConnection, *, closes_half: bool, is_read: bool) -> None:
        super().__init__()
        self._connection, self._closes_half, self._is_read = connection, closes_half, is_read
        self.written = bytearray()
        self.is_paused = self.is_ended = self.is_closed = self.is_lost = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.is_ended, "written after the end"
        assert not self.is_closed, "written after closing"
        self.written += data
        if not self._is_read and data:
            self._is_read = True
            self._connection.pause_writing()

    def close(self) -> None:
        self.is_closed = True
        self._lose()

    def abort(self) -> None:
        self.close()

    def _lose(self) -> None:
        if not self.is_lost:
            self.is_lost = True
            asyncio.get_running_loop().call_soon(self._connection.connection_lost, None)

    def is_closing(self) -> bool:
        return self.is_closed

    def can_write_eof(self) -> bool:
        return self._closes_half

    def write_eof(self) -> None:
        assert self._closes_half
        self.is_ended = True

    def pause_reading(self) -> None:
        assert not self.is_paused
        self.is_paused = True

    def resume_reading(self) -> None:
        assert self.is_paused
        self.is_paused = False


class _Scene:
    """One connection, its handler and what came of it."""

    def __init__(self, flags: int, stream: bytes, loop: _Loop) -> None:
        self.flags, self.stream, self.loop = flags, stream, loop
        self.served: list[Request] = []
        self.faults: list[object] = []
        loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self.server = HttpServer(self.handle, HttpLimits(header_bytes=_HEADER_BYTES), is_local=True)
        self.connection = self.server.protocol()
        self.wire = _Wire(
            self.connection, closes_half=not flags & _CANNOT_CLOSE_HALF, is_read=not flags & _DOES_NOT_READ
        )

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Do as the flags say: read or not, at once or later, answer, close or fail."""
        kind = self.flags & _HANDLERS
        at = len(self.served)
        self.served.append(Request(request.method, request.target, request.headers, None))
        if kind == 1:
            return HttpResponse(200, [], b"unread")
        if kind == 2:
            raise ValueError("a handler's mistake")
        if kind & 4:
            request.invite_body()
            await asyncio.sleep(0)
        body = b""
        try:
            while piece := await request.body.read():
                body += piece
        except (CallerError, ConnectionError):
            return HttpResponse(400, [], b"broken body")
        self.served[at] = self.served[at]._replace(body=body)
        status = 204 if kind == 3 else 200
        return HttpResponse(status, [(b"x-number", b"%d" % at)], StoredBody.of(body), closes=kind == 5)

    async def play(self) -> None:
        """Connect, send, wait, and at last run out of every patience."""
        random = Random(crc32(self.stream))
        self.connection.connection_made(self.wire)
        cuts = sorted(random.randrange(len(self.stream) + 1) for _ in range(random.choice((0, 0, 1, 3, 9))))
        for start, end in zip([0, *cuts], [*cuts, len(self.stream)], strict=True):
            await self.settle(lambda: self.wire.is_paused)
            if self.wire.is_paused or self.wire.is_closed:
                break
            if start < end:
                self.connection.data_received(self.stream[start:end])
        await self.settle(lambda: True)

    async def settle(self, condition: Callable[[], bool]) -> None:
        """Let the server work while `condition` holds and something happens."""
        state = None
        while condition() and state != (len(self.wire.written), len(self.served), self.wire.is_lost):
            state = (len(self.wire.written), len(self.served), self.wire.is_lost)
            for _ in range(12):
                await asyncio.sleep(0)

    async def end(self) -> None:
        """Let the client leave, or let all deadlines pass; either way the connection must be over then."""
        if self.flags & _LEAVES:
            self.wire.close()
        for _ in range(6):
            self.loop.now += 1000
            await self.settle(lambda: True)
            self.connection.check_deadline(time.monotonic() + 1e6)
        await self.settle(lambda: True)


def check(data: bytes) -> str:
    """Play one connection, and hold what was served and answered against the letter."""
    flags, stream = (data[0], data[1:]) if data else (0, b"")
    with asyncio.Runner(loop_factory=_Loop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, _Loop)
        return runner.run(_check(flags, stream, loop))


async def _check(flags: int, stream: bytes, loop: _Loop) -> str:
    scene = _Scene(flags, stream, loop)
    await scene.play()
    expected = read_requests(scene.stream)
    early = bytes(scene.wire.written)
    in_time = list(scene.served)
    await scene.end()
    assert scene.wire.is_lost, "the connection stays open for ever"
    task = scene.connection._task  # noqa: SLF001 - the only one who knows how the serving ended
    assert task is not None
    assert task.done(), "the server still waits"
    assert task.cancelled() or task.exception() is None, task.exception()
    if scene.flags & _HANDLERS != 2:
        assert not scene.faults, scene.faults
    _check_served(in_time, expected)
    _check_served(scene.served, expected)
    answers = read_answers(bytes(scene.wire.written), [request.method for request in scene.served])
    if scene.flags & (_LEAVES | _DOES_NOT_READ):
        return f"{len(answers)} of {len(expected)}, left"
    assert len(answers) - len(scene.served) in {0, 1}, "one answer for each request, and one refusal at most"
    is_refused = len(answers) > len(scene.served)
    is_last = any((b"connection", b"close") in answer.headers for answer in answers)
    if not is_last:
        whole = [request for request in expected if request.body is not None]
        assert len(in_time) >= len(whole), "a request is left unanswered"
        assert early.count(b"HTTP/1.1 ") >= len(whole)
    statuses = sorted({answer.status for answer in answers})
    reason = answers[-1].body[:40].decode("latin-1") if is_refused else ""
    return f"{scene.flags & _HANDLERS} {min(len(answers), 3)} {statuses} {reason} {is_last}"


def _check_served(served: list[Request], expected: list[Request]) -> None:
    assert len(served) <= len(expected), f"{served[len(expected) :]} is not what the client sent"
    for request, letter in zip(served, expected, strict=False):
        assert request._replace(body=None) == letter._replace(body=None)
        assert request.body is None or request.body == letter.body, "the body ends elsewhere"
