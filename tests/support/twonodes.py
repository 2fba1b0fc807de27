"""Two nodes in one process for tests: KZ provides, TJ asks; a service that does what the test tells it.

def test_something(countries):
    async def story(pair: Pair) -> None: ...
    run_pair(countries, story)
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop

from kopir.bridge import config as configuration
from kopir.bridge.bodies import StoredBody
from kopir.bridge.http_messages import HttpLimits, HttpRequest, HttpResponse
from kopir.bridge.http_server import HttpServer
from kopir.bridge.node import Node
from kopir.demo.country import Country, Ports
from kopir.wire import cbor, record


@dataclass
class Seen:
    """A request as the service got it."""

    method: str
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass
class Answer:
    """What a client got; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """The service behind the provider node: answers with `answer(request)` and remembers what it saw."""

    answer: Callable[[Seen], HttpResponse | Awaitable[HttpResponse]] = field(
        default=lambda _: HttpResponse(200, [(b"content-type", b"application/json")], b'{"ok":true}')
    )
    seen: list[Seen] = field(default_factory=list)

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        request.invite_body()
        pieces = []
        while piece := await request.body.read():
            pieces.append(piece)
        seen = Seen(request.method, request.target, request.headers, b"".join(pieces))
        self.seen.append(seen)
        result = self.answer(seen)
        return result if isinstance(result, HttpResponse) else await result


@dataclass
class Pair:
    """Both running nodes, their countries and the service."""

    kz_country: Country
    tj_country: Country
    kz: Node
    tj: Node
    service: Service

    async def ask(
        self,
        rest: str = "/regions/1",
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        client: str | None = None,
        service: str | None = None,
    ) -> Answer:
        """Call the KZ register through the TJ node as its portal."""
        target = f"/r1/{service or self.kz_country.service}{rest}"
        return await http(
            self.tj_country.ports.client,
            method,
            target,
            {"X-Road-Client": client or self.tj_country.client, **(headers or {})},
            body,
        )


async def http(
    port: int, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Send one request on a connection of its own, with nothing clever between the test and the socket."""
    lines = [f"{method} {target} HTTP/1.1", "Host: test", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return parse_answer(await raw(port, ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")))


async def raw(port: int, data: bytes) -> bytes:
    """Send bytes, return all that comes back until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


def parse_answer(data: bytes) -> Answer:
    """Read an answer that ended with its connection."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    pairs = [line.split(": ", 1) for line in lines[1:]]
    return Answer(int(lines[0].split()[1]), {name.lower(): value for name, value in pairs}, body)


def records_of(node: Node) -> list[Any]:
    """Every record in the journal of a node, in order."""
    journal = node.core.journal
    entries: list[Any] = [cbor.decode(journal.entry(index)) for index in range(journal.head[0])]
    return [record.decode(entry[2]) for entry in entries if entry[0] == 1]


def code_of(answer: Any) -> str:
    """The code of an error in JSON, which its header has to repeat."""
    headers = dict(answer.headers)
    assert json.loads(answer.body)["type"] == headers["x-road-error"]
    return str(headers["x-road-error"])


def head(pair: Pair, *lines: str, method: str = "GET", rest: str = "/regions/1") -> bytes:
    """The head of a call of TJ's portal to KZ's register, with more header lines."""
    first = f"{method} /r1/{pair.kz_country.service}{rest} HTTP/1.1"
    return "\r\n".join([first, "Host: x", f"X-Road-Client: {pair.tj_country.client}", *lines, "", ""]).encode()


async def lives(pair: Pair) -> None:
    """Both nodes still carry an ordinary exchange and owe nothing to the one before."""
    pair.service.answer = lambda _: HttpResponse(200, [], b"alive")
    assert (await pair.ask()).status == 200
    assert pair.kz.core.spool.used_bytes == pair.tj.core.spool.used_bytes == 0
    assert pair.kz.provider.in_flight == pair.tj.consumer.in_flight == 0
    assert pair.tj.problems() == pair.kz.problems() == []


def free_ports(count: int) -> list[int]:
    """Return ports that are free and that no other process of a test run will take.

    They go round: a port comes again only after all others of this process, so that no two calls of a test share one.
    """
    if not _own_ports:
        _own_ports.extend(_claim_ports())
    ports: list[int] = []
    while len(ports) < count:
        port = _own_ports.pop(0)
        _own_ports.append(port)
        with socket.socket() as one:
            # As servers bind: connections that the system only remembers are no hindrance.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
    return ports


_own_ports: list[int] = []
_claims: list[socket.socket] = []


def _claim_ports() -> range:
    """Take 600 ports for this process, from below those of outgoing connections; the first, kept bound, says so."""
    while True:
        first = 12_000 + 600 * secrets.randbelow(30)
        claim = socket.socket()
        try:
            claim.bind(("127.0.0.1", first))
        except OSError:
            claim.close()
        else:
            _claims.append(claim)
            return range(first + 1, first + 600)


def build_countries(folder: Path, *instances: str) -> list[Country]:
    """Build countries that trust each other; keys are made once in a run and copied from then on."""
    countries = [Country(instance, folder / instance.lower(), Ports(*free_ports(7))) for instance in instances]
    for country in countries:
        if not country.folder.exists() and _template(country.instance).exists():
            shutil.copytree(_template(country.instance), country.folder)
            _rewrite_anchor(country)
        country.build()
        if not _template(country.instance).exists():
            shutil.copytree(country.folder, _template(country.instance))
    for country in countries:
        country.trust(other for other in countries if other is not country)
    return countries


_templates = TemporaryDirectory(prefix="kopir-test-")


def _template(instance: str) -> Path:
    return Path(_templates.name) / instance


def _rewrite_anchor(country: Country) -> None:
    """Give the copied anchor the addresses of this copy."""
    from dataclasses import replace

    from kopir.bridge.anchors import anchor_text, read_anchor

    anchor = read_anchor(country.anchor)
    address = f"http://127.0.0.1:{country.ports.directory}/directory"
    own = str(country.folder / "directory.cose")
    country.anchor.write_text(anchor_text(replace(anchor, addresses=(address, own))), encoding="utf-8")


def edit(country: Country, *changes: tuple[str, str]) -> None:
    """Replace texts in the node's configuration; each must be there."""
    text = country.config.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    country.config.write_text(text, encoding="utf-8")


def allow_everything(kz: Country, _: Country) -> None:
    """A preparation: the portal may call the register by any method."""
    edit(kz, ('method = "GET"\n', ""))


def limits(country: Country, **values: object) -> None:
    """Set limits of a node that has none set."""
    lines = "".join(f"{name} = {value}\n" for name, value in values.items())
    country.config.write_text(country.config.read_text() + f"\n[limits]\n{lines}")


@asynccontextmanager
async def running(country: Country, **parts: Any) -> AsyncIterator[Node]:
    """Run the node of `country`; `parts` are a clock and a disk of the test's own."""
    node = Node(configuration.load(country.config), **parts)
    try:
        await node.start()
        yield node
    finally:
        await node.stop(grace_s=2)


@asynccontextmanager
async def serving(port: int, service: Service) -> AsyncIterator[Service]:
    """Run `service` on `port`."""
    server = HttpServer(service.handle, HttpLimits(), is_local=True)
    listening = await asyncio.get_running_loop().create_server(server.protocol, "127.0.0.1", port)
    try:
        yield service
    finally:
        listening.close()
        for connection in list(server.connections):
            connection.end()


def run_pair(
    folder: Path,
    story: Callable[[Pair], Awaitable[None]],
    *,
    prepare: Callable[[Country, Country], None] | None = None,
) -> None:
    """Build KZ and TJ in `folder`, let `prepare` change their files, run both nodes and the story, stop everything."""
    kz_country, tj_country = build_countries(folder, "KZ", "TJ")
    if prepare is not None:
        prepare(kz_country, tj_country)

    async def scene() -> None:
        async with (
            serving(kz_country.ports.registry, Service()) as service,
            running(kz_country) as kz,
            running(tj_country) as tj,
        ):
            await kz.refresher.refresh(_now(kz))
            await asyncio.wait_for(story(Pair(kz_country, tj_country, kz, tj, service)), 60)

    run(scene)


def run(scene: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine function on the loop that nodes use."""

    async def main() -> None:
        await scene()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def _now(node: Node) -> int:
    return node.core.now_ms()


__all__ = [
    "Answer",
    "HttpResponse",
    "Pair",
    "Seen",
    "Service",
    "StoredBody",
    "build_countries",
    "code_of",
    "edit",
    "http",
    "raw",
    "records_of",
    "run",
    "run_pair",
    "running",
    "serving",
]
