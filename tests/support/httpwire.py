"""HTTP for tests, byte by byte: a client that says exactly what it is told, a service that answers exactly so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from kopir.bridge.bodies import StoredBody
from kopir.bridge.http_client import HttpClient, Origin
from kopir.bridge.http_messages import Handler, HttpLimits, HttpRequest, HttpResponse
from kopir.bridge.http_server import HttpServer
from kopir.wire.errors import CallerError
from twonodes import run

Script: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]

GET = b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n"

PATIENCE_S = 60.0
"""Only so that a broken build ends; nothing ever waits that long."""


@dataclass
class Reply:
    """One answer; header names in lower case, several of one name as they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


class Line:
    """A connection to a server, held by a test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int | str = 0) -> None:
        self.reader, self.writer, self.port = reader, writer, port
        self.transport: Any = writer.transport

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def reply(self, method: str = "GET") -> Reply:
        """Read one answer, by its Content-Length."""
        return await asyncio.wait_for(self._reply(method), PATIENCE_S)

    async def _reply(self, method: str) -> Reply:
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, headers = read_head(head)
        length = next((int(value) for name, value in headers if name == "content-length"), 0)
        has_body = method != "HEAD" and status >= 200 and status not in {204, 304}
        return Reply(status, headers, await self.reader.readexactly(length) if has_body else b"")

    async def ask(self, data: bytes, method: str = "GET") -> Reply:
        self.send(data)
        return await self.reply(method)

    async def rest(self) -> bytes:
        """Read until the other side closes; a reset counts as that."""
        with suppress(ConnectionError):
            return await asyncio.wait_for(self.reader.read(), PATIENCE_S)
        return b""

    def close(self) -> None:
        self.writer.close()

    def has_heard(self) -> bool:
        """Whether something of an answer is there."""
        return bool(self.reader._buffer)  # type: ignore[attr-defined]

    async def flood(self, piece: bytes, count: int) -> int:
        """Send `piece` `count` times; return how often that went before the other side had enough."""
        for sent in range(count):
            try:
                self.writer.write(piece)
                await self.writer.drain()
            except ConnectionError:
                return sent
        return count


async def until(condition: Callable[[], object]) -> None:
    """Wait for `condition`, which something else makes true."""
    while not condition():  # noqa: ASYNC110  # what is waited for is any state of the code under test
        await asyncio.sleep(0.005)


def read_head(head: bytes) -> tuple[int, list[tuple[str, str]]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = [line.split(":", 1) for line in lines]
    return int(first.split()[1]), [(name.lower(), value.strip()) for name, value in pairs]


@asynccontextmanager
async def line(port: int | str) -> AsyncIterator[Line]:
    """Connect to a port of this machine, or to a unix socket."""
    if isinstance(port, str):
        reader, writer = await asyncio.open_unix_connection(port)
    else:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        yield Line(reader, writer, port)
    finally:
        writer.close()


@asynccontextmanager
async def serving_http(
    handler: Handler, limits: HttpLimits | None = None, *, max_connections: int = 4096, sweep_s: float = 0.05
) -> AsyncIterator[tuple[HttpServer, int]]:
    """Run our own server, swept often; gives it and its port."""
    server = HttpServer(handler, limits or HttpLimits(), is_local=True, max_connections=max_connections)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(server.protocol, "127.0.0.1", 0)

    async def sweep() -> None:
        while True:
            await asyncio.sleep(sweep_s)
            server.sweep()

    task = loop.create_task(sweep())
    try:
        yield server, listening.sockets[0].getsockname()[1]
    finally:
        task.cancel()
        listening.close()
        server.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def scripted(script: Script, port: int = 0) -> AsyncIterator[int]:
    """Run a service that does on each connection what `script` says, and closes it then; gives its port."""
    under_way: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side has left
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            under_way.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(under_way):
            task.cancel()
        await asyncio.sleep(0.01)


def answering(*answers: bytes, keeps: bool = True) -> Script:
    """A script that reads a request without body and answers it, one answer after another."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        if keeps:
            await reader.read()

    return script


def meet(script: Script, scene: Callable[[HttpClient, Origin], Awaitable[None]]) -> None:
    """Run `scene` with our client and the origin of a service that does what `script` says."""

    async def main() -> None:
        async with scripted(script) as port:
            client = HttpClient()
            try:
                await asyncio.wait_for(scene(client, Origin(is_tls=False, host="127.0.0.1", port=port)), 60)
            finally:
                client.close()

    run(main)


async def ask(
    client: HttpClient, origin: Origin, method: str = "GET", body: StoredBody | None = None
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Ask a service by our client: status, headers and body."""
    async with client.request(origin, method, b"/a?b", [(b"x-road-id", b"1")], body) as answer:
        pieces = []
        while piece := await answer.body.read():
            pieces.append(piece)
        return answer.status, answer.headers, b"".join(pieces)


async def echo(request: HttpRequest) -> HttpResponse:
    """Say what was asked; a body that breaks is told with its reason."""
    request.invite_body()
    pieces = []
    try:
        while piece := await request.body.read():
            pieces.append(piece)
    except CallerError as error:
        return HttpResponse(400, [], error.message.encode())
    text = b"%b %b " % (request.method.encode(), request.target) + b"".join(pieces)
    return HttpResponse(200, [(b"x-version", request.version.encode())], text)


Scene: TypeAlias = Callable[[Line, Any], Awaitable[None]]


def story(
    handler: Handler = echo, limits: HttpLimits | None = None, max_connections: int = 4096
) -> Callable[[Scene], Callable[[], None]]:
    """Run the decorated coroutine function (line, server) against a server with `handler`, as a test."""

    def decorate(scene: Scene) -> Callable[[], None]:
        def test() -> None:
            async def main() -> None:
                serving = serving_http(handler, limits, max_connections=max_connections)
                async with serving as (server, port), line(port) as wire:
                    await asyncio.wait_for(scene(wire, server), 60)

            run(main)

        test.__name__, test.__doc__ = scene.__name__, scene.__doc__
        return test

    return decorate
