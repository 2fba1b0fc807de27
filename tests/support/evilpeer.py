"""A node made by hand: real TLS 1.3 and real frames of `kopir/1`, any key, and one thing wrong where a test wants it.

`Message` is a request as TJ's node would send it, `Reply` what KZ's would answer; change a part and send it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from exchanges import seal_bytes
from kopir.demo.country import Country
from kopir.wire import cbor, merkle, peer
from kopir.wire import record as records
from kopir.wire.peer import Opening
from kopir.wire.record import Kind, Record
from pki import Made

_NUMBERS = count(1)
"""Numbers of exchanges: what only grows over all connections grows on each."""


def made(country: Country, name: str) -> Made:
    """A key of the country with its certificate: `tls`, `digital` (the owner), `stat` (the register's member)."""
    folder = country.folder / "keys"
    key = load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
    return Made(key, certificate.public_bytes(Encoding.DER))


@dataclass(frozen=True)
class Message:
    """A request. `data` and `receipt` stand in for what record and signer would make, `head` for fields of the head."""

    record: Record
    signer: Made
    body: bytes = b""
    block: bytes = b""
    secrets: bytes = b""
    opening: Opening | None = None
    head: dict[str, Any] = field(default_factory=dict)
    data: bytes | None = None
    receipt: bytes | None = None
    sent_body: bytes | None = None
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def but(self, **changes: Any) -> Message:
        """The same with parts changed; names of record fields change the record."""
        of_record = {name: changes.pop(name) for name in list(changes) if name in Record._fields}
        return replace(self, record=self.record._replace(**of_record), **changes)

    def sealed(self) -> tuple[bytes, bytes]:
        """Record and receipt as they will be sent."""
        data = self.data if self.data is not None else records.encode(self.record)
        return data, self.receipt if self.receipt is not None else seal_bytes(data, self.signer).receipt

    def head_frame(self) -> bytes:
        record = self.record
        head = peer.RequestHead(
            *(record.request_id, record.client, record.service, record.to_node, record.method, record.target),
            *(record.body_length, self.block, self.secrets, self.opening),
        )
        return peer.encode_request_head(self.number, head._replace(**self.head))

    def frames(self) -> bytes:
        """The whole message."""
        return self.head_frame() + self.body_frames() + self.tail()

    def body_frames(self, piece: int = 1 << 16) -> bytes:
        return body_frames(self.number, self.body if self.sent_body is None else self.sent_body, piece)

    def tail(self) -> bytes:
        return peer.encode_tail(self.number, *self.sealed())


@dataclass(frozen=True)
class Reply:
    """An answer, changed the same way as a `Message`."""

    record: Record
    signer: Made
    number: int
    body: bytes = b""
    block: bytes = b""
    secrets: bytes = b""
    head: dict[str, Any] = field(default_factory=dict)
    data: bytes | None = None
    receipt: bytes | None = None
    sent_body: bytes | None = None

    def but(self, **changes: Any) -> Reply:
        of_record = {name: changes.pop(name) for name in list(changes) if name in Record._fields}
        return replace(self, record=self.record._replace(**of_record), **changes)

    def sealed(self) -> tuple[bytes, bytes]:
        data = self.data if self.data is not None else records.encode(self.record)
        return data, self.receipt if self.receipt is not None else seal_bytes(data, self.signer).receipt

    def head_frame(self) -> bytes:
        record = self.record
        head = peer.ResponseHead(record.request_id, record.status or 200, record.body_length, self.block, self.secrets)
        return peer.encode_response_head(self.number, head._replace(**self.head))

    def frames(self) -> bytes:
        return self.head_frame() + self.body_frames() + self.tail()

    def body_frames(self, piece: int = 1 << 16) -> bytes:
        return body_frames(self.number, self.body if self.sent_body is None else self.sent_body, piece)

    def tail(self) -> bytes:
        return peer.encode_tail(self.number, *self.sealed())


def request_of(
    consumer: Country, provider: Country, now_ms: int, *, body: bytes = b"", block: bytes = b"", **changes: Any
) -> Message:
    """A good GET of the register by the consumer's portal; `changes` go to fields of the record."""
    at_ms = changes.get("instant_ms", now_ms)
    record = Record(
        kind=Kind.REQUEST,
        nonce=fresh(16),
        request_id=records.request_id_at(at_ms, fresh(16)),
        message_id="by-hand",
        from_node=consumer.node,
        to_node=provider.node,
        client=consumer.client,
        service=provider.service,
        method="GET",
        target="/regions/1",
        status=None,
        header_digest=sha256(block).digest(),
        media_type=None,
        body_length=len(body),
        body_digest=sha256(body).digest(),
        instant_ms=at_ms,
        user=None,
        represented_party=None,
        issue=None,
        purpose=None,
        legal_basis=None,
        subject_digest=None,
        head_size=0,
        head_root=merkle.EMPTY_ROOT,
        request_leaf=None,
        reason=None,
    )
    return Message(record._replace(**changes), made(consumer, "digital"), body, block)


def reply_to(asked: Asked, provider: Country, now_ms: int, *, body: bytes = b"{}", block: bytes = b"") -> Reply:
    """A good answer of the register to what was asked."""
    request, data, number = asked.record, asked.tail.record, asked.number
    record = request._replace(
        kind=Kind.RESPONSE,
        nonce=fresh(16),
        from_node=request.to_node,
        to_node=request.from_node,
        status=200,
        header_digest=sha256(block).digest(),
        media_type="application/json",
        body_length=len(body),
        body_digest=sha256(body).digest(),
        instant_ms=now_ms,
        head_size=0,
        head_root=merkle.EMPTY_ROOT,
        request_leaf=merkle.leaf_hash(data),
    )
    return Reply(record, made(provider, "stat"), number, body, block)


def fresh(length: int) -> bytes:
    """Bytes that were never drawn before in this run."""
    fresh.drawn += 1  # type: ignore[attr-defined]
    return sha256(b"%d" % fresh.drawn).digest()[:length]  # type: ignore[attr-defined]


fresh.drawn = 0  # type: ignore[attr-defined]


def body_frames(number: int, body: bytes, piece: int = 1 << 16) -> bytes:
    return b"".join(peer.encode_body(number, body[at : at + piece]) for at in range(0, len(body), piece))


def with_proof(message: Any, **changes: Any) -> Any:
    """The message with a receipt of which one part is another: alg, kid, signature, size, index or path."""
    from kopir.wire.receipt import decode_receipt, encode_receipt

    data, receipt = message.sealed()
    parsed = decode_receipt(receipt)
    names = ("alg", "kid", "signature", "size", "index", "path")
    parts = {name: changes.get(name, getattr(parsed, name)) for name in names}
    return replace(message, data=data, receipt=encode_receipt(*(parts[name] for name in names)))


def raw_record(record: Record, **changes: Any) -> bytes:
    """Encode a record without asking whether it may be."""
    record = record._replace(**changes)
    return cbor.encode([1, int(record[0]), *record[1:22], list(record[22:24]), *record[24:]])


# The line


def context_of(
    side: int,
    folder: Path,
    certificate: str = "tls",
    *,
    alpn: tuple[str, ...] = (peer.ALPN,),
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> ssl.SSLContext:
    """A TLS context that trusts anyone, with a key of `folder`; an empty name is no certificate at all."""
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = newest
    if alpn:
        context.set_alpn_protocols(list(alpn))
    if certificate:
        context.load_cert_chain(folder / f"{certificate}.crt", folder / f"{certificate}.key")
    return context


def caller(country: Country, certificate: str = "tls", **changes: Any) -> ssl.SSLContext:
    """The context of a caller with a key of `country`."""
    return context_of(ssl.PROTOCOL_TLS_CLIENT, country.folder / "keys", certificate, **changes)


@dataclass
class Got:
    """What came back before the other side closed or the answer was whole."""

    head: peer.ResponseHead | None = None
    body: bytes = b""
    tail: peer.Tail | None = None
    fault: peer.Fault | None = None
    number: int = 0

    @property
    def code(self) -> str:
        """The fault's code; `answered` for an answer, `closed` for nothing."""
        if self.fault is not None:
            return self.fault.code
        return "closed" if self.tail is None else "answered"

    @property
    def record(self) -> Record:
        assert self.tail is not None
        return records.decode(self.tail.record)


class Line:
    """A connection to a node's peer port."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._receiver = peer.Receiver("answers")
        self._under_way: dict[int, Got] = {}
        self._over: list[Got] = []

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def get(self) -> Got:
        """Read on until an exchange has its answer or fault; what there is of one if the line ends."""
        while not self._over:
            try:
                data = await asyncio.wait_for(self.reader.read(1 << 16), 20)
            except (ConnectionError, ssl.SSLError):
                data = b""
            if not data:
                return next(iter(self._under_way.values()), Got())
            for number, event in self._receiver.feed(data):
                self._note(number, event)
        return self._over.pop(0)

    def _note(self, number: int, event: peer.Event) -> None:
        got = self._under_way.setdefault(number, Got(number=number))
        if isinstance(event, bytes):
            got.body += event
        elif isinstance(event, peer.ResponseHead):
            got.head = event
        elif isinstance(event, peer.Tail):
            got.tail = event
        elif isinstance(event, peer.Fault):
            got.fault = event
        if got.tail is not None or got.fault is not None:
            self._over.append(self._under_way.pop(number))

    def close(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def line_to(port: int, context: ssl.SSLContext) -> AsyncIterator[Line]:
    """Open a line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="")
    line = Line(reader, writer)
    try:
        yield line
    finally:
        line.close()


async def deliver(port: int, context: ssl.SSLContext, data: bytes) -> Got:
    """Send `data` on a line of its own and return what comes back; `closed` also when there was no handshake."""
    try:
        async with line_to(port, context) as line:
            line.send(data)
            return await line.get()
    except (ConnectionError, ssl.SSLError):
        return Got()


# A provider


@dataclass
class Asked:
    """A request that the evil provider was sent."""

    number: int
    head: peer.RequestHead
    body: bytes
    tail: peer.Tail

    @property
    def record(self) -> Record:
        return records.decode(self.tail.record)


Answering = Callable[[Asked], "bytes | Awaitable[bytes]"]


@dataclass
class Provider:
    """A node that answers with the bytes that `answer` makes; None of it is checked. Empty bytes close the line."""

    answer: Answering = lambda _: b""
    asked: list[Asked] = field(default_factory=list)
    is_deaf: bool = False
    """Read nothing for now."""
    given_up: list[int] = field(default_factory=list)
    """Numbers of requests that the caller ended before they were whole."""
    handshakes: int = 0
    closes: bool = False
    """Close behind each answer."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.handshakes += 1
        receiver = peer.Receiver("requests")
        heads: dict[int, peer.RequestHead] = {}
        bodies: dict[int, bytes] = {}
        tasks = set()
        try:
            while data := await reader.read(1 << 16):
                while self.is_deaf:  # noqa: ASYNC110  # a test turns it off
                    await asyncio.sleep(0.01)
                for number, event in receiver.feed(data):
                    if isinstance(event, peer.RequestHead):
                        heads[number], bodies[number] = event, b""
                    elif isinstance(event, bytes):
                        bodies[number] += event
                    elif isinstance(event, peer.Tail):
                        self.asked.append(Asked(number, heads[number], bodies[number], event))
                        tasks.add(asyncio.get_running_loop().create_task(self._answer(self.asked[-1], writer)))
                    else:
                        self.given_up.append(number)
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            return
        finally:
            for task in tasks:
                task.cancel()
            if not self.closes:
                writer.transport.abort()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        answer = self.answer(asked)
        answer = answer if isinstance(answer, bytes) else await answer
        if not answer:
            writer.transport.abort()
            return
        writer.write(answer)
        if self.closes:
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            writer.close()


@asynccontextmanager
async def providing(
    country: Country, provider: Provider, context: ssl.SSLContext | None = None
) -> AsyncIterator[Provider]:
    """Listen at the address of the country's node."""
    tls = context or context_of(ssl.PROTOCOL_TLS_SERVER, country.folder / "keys")
    server = await asyncio.start_server(provider.serve, "127.0.0.1", country.ports.peer, ssl=tls)
    try:
        yield provider
    finally:
        server.close()
