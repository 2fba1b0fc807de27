"""What each step of an exchange costs by itself, in µs of Python: the best of many turns, so others disturb little.

`.venv/bin/python bench/steps.py [--batch 16]`; `--batch` is how many records share a signature. The kernel's part of
reading, writing and switching between processes is not in it: `docs/why/performance.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import tempfile
import time
import timeit
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import httptools

from kopir.bridge.anchors import read_anchor
from kopir.bridge.bodies import StoredBody
from kopir.bridge.config import KeyPair
from kopir.bridge.core import EMPTY_HEADER_DIGEST, body_matches, service_headers
from kopir.bridge.journal.index import IndexKey, encode_slot
from kopir.bridge.logs import Log
from kopir.bridge.metrics import Metrics
from kopir.bridge.proving import Prover
from kopir.bridge.publish import verify
from kopir.bridge.tls import peer_client_context, peer_server_context, trust
from kopir.demo.country import Country, Ports
from kopir.signing.algorithms import ES256, sign
from kopir.signing.facts import kid_of, read_certificate_file
from kopir.signing.keys import load_private_key
from kopir.signing.signer import p256_key
from kopir.wire import cbor, merkle, peer, r1, receipt
from kopir.wire import record as records
from kopir.wire.r1_headers import request_hash, response_headers
from kopir.wire.record import Kind, Record

SERVICE = "KZ/GOV/STAT/registers/regions"
TARGET = f"/r1/{SERVICE}/data/small".encode()
HEADERS = [
    (b"host", b"127.0.0.1:8080"),
    (b"x-road-client", b"TJ/GOV/DIGITAL/egov"),
    (b"kopir-purpose", b"address%20of%20an%20applicant"),
    (b"accept", b"application/json"),
]
ANSWER_HEADERS = [
    (b"server", b"nginx"),
    (b"date", b"Sun, 22 Nov 2026 04:00:00 GMT"),
    (b"content-type", b"application/json"),
    (b"content-length", b"100"),
    (b"connection", b"keep-alive"),
]
HTTP_HEAD = b"GET " + TARGET + b" HTTP/1.1\r\n" + b"".join(b"%b: %b\r\n" % header for header in HEADERS) + b"\r\n"
REPEATS = 20
TURN_S = 0.01


class Exchange:
    """One exchange in its parts, with real keys."""

    def __init__(self, folder: Path, batch: int) -> None:
        self.now_ms = time.time_ns() // 1_000_000
        country = Country("TJ", folder, Ports.counted_from(20_000))
        country.build()
        self.country = country
        document = (folder / "directory.cose").read_bytes()
        self.directory = verify(document, read_anchor(country.anchor), self.now_ms)
        self.key = p256_key(load_private_key(folder / "keys" / "digital.key"))
        self.kid = kid_of(read_certificate_file(folder / "keys" / "digital.crt"))
        self.asked = r1.parse_request("GET", TARGET, HEADERS)
        self.body = StoredBody.of(b"x" * 100)
        self.record = self.make_record()
        self.data = records.encode(self.record)
        self.leaf = merkle.leaf_hash(self.data)
        self.leaves = [self.leaf, *(sha256(bytes([place])).digest() for place in range(1, batch))]
        tree = receipt.Batch(bytes(32), self.leaves)
        self.signed = receipt.to_be_signed(ES256, self.kid, tree.root)
        self.signature = sign(self.key, self.signed)
        self.receipt = tree.receipts(ES256, self.kid, self.signature)[0]
        self.head = peer.RequestHead(
            self.record.request_id, self.record.client, self.record.service, self.record.to_node, "GET",
            self.record.target, 100, self.asked.block, self.asked.secrets, None,
        )  # fmt: skip
        self.message = peer.encode_request_head(1, self.head) + peer.encode_body(1, b"x" * 100)
        self.message += peer.encode_tail(1, self.data, self.receipt)
        self.prover = Prover()
        self.prove()

    def make_record(self) -> Record:
        """Make the record of the request."""
        return Record(
            kind=Kind.REQUEST,
            nonce=bytes(16),
            request_id=records.request_id_at(self.now_ms, bytes(16)),
            message_id="TJ-019aa8a5-5c7e-7000-8000-000000000000",
            from_node="TJ/GOV/DIGITAL/node1",
            to_node="KZ/GOV/DIGITAL/node1",
            client="TJ/GOV/DIGITAL/egov",
            service=SERVICE,
            method="GET",
            target="/data/small",
            status=None,
            header_digest=sha256(self.asked.block).digest() if self.asked.block else EMPTY_HEADER_DIGEST,
            media_type=None,
            body_length=self.body.length,
            body_digest=self.body.digest,
            instant_ms=self.now_ms,
            user=None,
            represented_party=None,
            issue=None,
            purpose=self.asked.purpose,
            legal_basis=None,
            subject_digest=None,
            head_size=1000,
            head_root=bytes(32),
            request_leaf=None,
            reason=None,
        )

    def prove(self) -> None:
        """Check a receipt whose root may be known."""
        self.prover.check(
            self.data, self.receipt, directory=self.directory, member="TJ/GOV/DIGITAL", now_ms=self.now_ms
        )

    def prove_afresh(self) -> None:
        """Check a receipt whose root is not known."""
        self.prover.forget()
        self.prove()

    def seal(self) -> None:
        """Tree, signature and receipts of a batch."""
        tree = receipt.Batch(bytes(32), self.leaves)
        signature = sign(self.key, receipt.to_be_signed(ES256, self.kid, tree.root))
        tree.receipts(ES256, self.kid, signature)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Make the headers that the service gets."""
        return service_headers(self.record, None, None, self.asked.block, b"")

    def answer_headers(self) -> None:
        """Make the headers that the client gets."""
        record = self.record
        response_headers(
            client=record.client, service=record.service, message_id=record.message_id, request_id=record.message_id,
            request_hash=self.request_hash(), media_type="application/json", block=b"", secrets=b"", date=b"now",
        )  # fmt: skip

    def request_hash(self) -> str:
        """Hash the request as the protocol of X-Road demands."""
        return request_hash("GET", TARGET, self.made_headers, None)

    @property
    def made_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers for the request hash."""
        return HEADERS


class Http:
    """What httptools calls: as little as possible."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""

    def on_url(self, url: bytes) -> None:
        """Take the target."""


class Tls:
    """Both ends of a TLS 1.3 connection in memory, with the contexts of the nodes."""

    def __init__(self, country: Country) -> None:
        keys = country.folder / "keys"
        pair = KeyPair(keys / "tls.crt", keys / "tls.key")
        self._pipes = [ssl.MemoryBIO() for _ in range(4)]
        one, two, three, four = self._pipes
        client, server = peer_client_context(pair), peer_server_context(pair)
        for context in (client, server):
            trust(context, read_certificate_file(pair.certificate))
        self.client = client.wrap_bio(one, two, server_side=False)
        self.server = server.wrap_bio(three, four, server_side=True)
        for _ in range(4):
            for end in (self.client, self.server):
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    pass
                three.write(two.read())
                one.write(four.read())

    def carry(self, data: bytes) -> None:
        """Encrypt at one end and decrypt at the other."""
        self.client.write(data)
        self._pipes[2].write(self._pipes[1].read())
        self.server.read(len(data))


def steps(exchange: Exchange, batch: int) -> list[tuple[str, str, Callable[[], object], int]]:
    """Return the steps: who does it, what it is, the step, and among how many records it is shared."""
    record, data = exchange.record, exchange.data
    answer = record._replace(
        kind=Kind.RESPONSE, from_node=record.to_node, to_node=record.from_node, status=200, request_leaf=exchange.leaf
    )
    entry: list[cbor.Value] = [1, 0, data, exchange.receipt]
    encoded = cbor.encode(entry)
    key = IndexKey(record.request_id, record.message_id, 0, 1)
    log = Log("TJ/GOV/DIGITAL/node1", write=lambda _: None)
    metrics = Metrics()
    tls = Tls(exchange.country)
    ecdsa = exchange.directory.signer(exchange.kid)
    assert ecdsa is not None
    return [
        ("both", "parse HTTP head (httptools)", lambda: httptools.HttpRequestParser(Http()).feed_data(HTTP_HEAD), 1),
        ("consumer", "parse r1 request", lambda: r1.parse_request("GET", TARGET, HEADERS), 1),
        ("provider", "read the service's answer", lambda: r1.parse_response(ANSWER_HEADERS), 1),
        ("both", "make a record", exchange.make_record, 1),
        ("both", "encode a record", lambda: records.encode(record), 1),
        ("both", "decode a record", lambda: records.decode(data), 1),
        (
            "consumer",
            "hold the answer against the request",
            lambda: records.check_answer(record, exchange.leaf, answer),
            1,
        ),
        (
            "both",
            "hold the body against the record",
            lambda: body_matches(record, exchange.body, exchange.asked.block),
            1,
        ),
        ("both", "sign (ES256)", lambda: sign(exchange.key, exchange.signed), batch),
        ("both", "seal: tree, signature, receipts", exchange.seal, batch),
        ("both", "prove, root not known (ES256)", exchange.prove_afresh, batch),
        ("both", "prove, root known", exchange.prove, 1),
        ("both", "make a journal entry", lambda: cbor.encode(entry), 1),
        ("both", "leaf hash and index slot of an entry", lambda: (merkle.leaf_hash(encoded), encode_slot(key, 9)), 1),
        ("both", "write frames of a message", lambda: _frames(exchange), 1),
        ("both", "read frames of a message", lambda: peer.Receiver("requests").feed(exchange.message), 1),
        ("both", "TLS: encrypt and decrypt a message", lambda: tls.carry(exchange.message), 1),
        ("both", "headers for the service", exchange.headers, 1),
        ("consumer", "request hash", exchange.request_hash, 1),
        ("consumer", "headers for the client, with that hash", exchange.answer_headers, 1),
        ("both", "a line of the log", lambda: log.info("consumed", **_LOGGED), 1),
        ("both", "count in the metrics", lambda: _count(metrics), 1),
    ]


_LOGGED = {
    "message_id": "TJ-019aa8a5-5c7e-7000-8000-000000000000", "request": "019aa8a55c7e70008000000000000000",
    "client": "TJ/GOV/DIGITAL/egov", "service": SERVICE, "method": "GET", "status": 200,
}  # fmt: skip


def _frames(exchange: Exchange) -> bytes:
    head = peer.encode_request_head(1, exchange.head)
    return b"".join((head, peer.encode_body(1, b"x" * 100), peer.encode_tail(1, exchange.data, exchange.receipt)))


def _count(metrics: Metrics) -> None:
    metrics.exchanges.labels("consumer", "response").inc()
    metrics.duration.labels("consumer").observe(0.004)


def best_us(step: Callable[[], object]) -> float:
    """Return the µs of one call in the best of many short turns."""
    timer = timeit.Timer(step)
    once = max(timer.timeit(3) / 3, 1e-7)
    number = max(1, int(TURN_S / once))
    return min(timer.repeat(REPEATS, number)) / number * 1e6


async def wakeups() -> list[tuple[str, float]]:
    """Measure what the event loop takes for handing on a result, and for guarding a wait by a timeout."""
    loop = asyncio.get_running_loop()

    async def hand_on() -> None:
        future = loop.create_future()
        loop.call_soon(future.set_result, None)
        await future

    async def guarded() -> None:
        async with asyncio.timeout(90):
            await hand_on()

    found = []
    for name, work in (("hand a result to a waiting task", hand_on), ("the same under asyncio.timeout", guarded)):
        times = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            for _ in range(500):
                await work()
            times.append((time.perf_counter() - begun) / 500 * 1e6)
        found.append((name, min(times)))
    return found


def main() -> None:
    """Print the table."""
    import uvloop  # only for the event loop's own cost

    parser = argparse.ArgumentParser(description="What each step of an exchange costs.")
    parser.add_argument("--batch", type=int, default=16, help="records that share a signature (default 16)")
    batch = parser.parse_args().batch
    print("| step | node | µs | µs for each record |\n|---|---|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        exchange = Exchange(Path(folder), batch)
        for who, name, step, shared in steps(exchange, batch):
            cost = best_us(step)
            print(f"| {name} | {who} | {cost:.1f} | {cost / shared:.1f} |", flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for name, cost in runner.run(wakeups()):
            print(f"| {name} | both | {cost:.1f} | {cost:.1f} |")


if __name__ == "__main__":
    main()
