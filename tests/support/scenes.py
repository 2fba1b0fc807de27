"""A hostile node in front of a running one, and what became of it: journal, service, counters, logs.

def test_something(tmp_path):
async def story(scene: Scene) -> None:
await scene.check({"what is wrong": (bytes_to_send, code_of_the_fault)})
play(tmp_path, story)
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evilpeer import Asked, Got, Message, Provider, Reply, caller, deliver, providing, reply_to, request_of
from kopir.bridge.node import Node
from kopir.bridge.publish import publish as publish_directory
from kopir.demo.country import Country
from kopir.signing.authority import open_authority
from kopir.signing.csr import make_csr, parse_csr, parse_subject
from kopir.signing.keys import load_private_key, new_private_key, write_private_key
from kopir.wire import cbor
from kopir.wire import record as records
from kopir.wire.receipt import decode_receipt
from kopir.wire.record import Kind, Record
from pki import TLS, Made, make_certificate
from twonodes import Answer, Pair, build_countries, http, run, run_pair, running

SERVER = "Server.ServerProxy."
HERE = "Server.ClientProxy."
SECRET = b"what no client may see"
HOUR_MS = 3_600_000
Story = Callable[["Scene"], Awaitable[None]]
Prepare = Callable[[Country, Country], None]


@dataclass
class Trace:
    """What a node told and kept, to be asked what a hostile message left behind."""

    node: Any
    service: Any
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.node.log.flush()
        self.node.log._write = lambda data: self.lines.extend(data.decode().splitlines())

    @property
    def failures(self) -> float:
        """Early failures counted, of all codes."""
        samples = (sample for metric in self.node.metrics.early_failures.collect() for sample in metric.samples)
        return float(sum(sample.value for sample in samples if sample.name.endswith("_total")))

    @property
    def state(self) -> tuple[int, int]:
        """Entries in the journal, requests that the service saw."""
        return self.node.core.journal.size, len(self.service.seen) if self.service else 0

    def log(self) -> str:
        self.node.log.flush()
        return "\n".join(self.lines)

    def records(self) -> list[Record]:
        """The records in the journal."""
        return [one for one, _, _ in self.sealed()]

    def sealed(self) -> list[tuple[Record, bytes, bytes]]:
        """Records with their bytes and receipts."""
        journal = self.node.core.journal
        entries = [cbor.decode(journal.entry(index)) for index in range(journal.head[0])]
        return [(records.decode(entry[2]), entry[2], entry[3]) for entry in entries if entry[0] == 1]  # type: ignore[index, misc, arg-type]


def signer_of(receipt: bytes) -> bytes:
    """The kid of a receipt."""
    return decode_receipt(receipt).kid


class Scene:
    """A running provider node, its trace, and a caller with the TLS key of TJ's node."""

    def __init__(self, pair: Pair) -> None:
        self.kz, self.tj, self.node = pair.kz_country, pair.tj_country, pair.kz
        self.trace = Trace(pair.kz, pair.service)
        self.service = pair.service
        self.tls: ssl.SSLContext = caller(self.tj)

    def good(self, **changes: Any) -> Message:
        return request_of(self.tj, self.kz, self.node.core.now_ms(), **changes)

    async def deliver(self, data: bytes) -> Got:
        return await deliver(self.kz.ports.peer, self.tls, data)

    async def fault_of(self, data: bytes, *codes: str) -> str:
        """What is wrong with how the node refused `data`, empty if nothing is. No code given: any fault."""
        state, failures = self.trace.state, self.trace.failures
        got = await self.deliver(data)
        faults = []
        if got.fault is None or (codes and got.code not in codes):
            faults.append(f"got {got.code}: {got.fault and got.fault.message}")
        if self.trace.state != state:
            faults.append(f"journal and service went from {state} to {self.trace.state}")
        if self.trace.failures != failures + 1:
            faults.append(f"{self.trace.failures - failures} failures counted")
        if got.fault is not None and f'"{got.code.removeprefix(SERVER)}"' not in self.trace.log().replace(SERVER, ""):
            faults.append("not in the log")
        return ", ".join(faults)

    async def check(self, table: dict[str, tuple[bytes, str]]) -> None:
        """Demand that each message is refused with its code, and that a good one is answered afterwards."""
        found = {name: await self.fault_of(data, code) for name, (data, code) in table.items()}
        assert {name: fault for name, fault in found.items() if fault} == {}
        got = await self.deliver(self.good().frames())
        assert (got.code, got.body) == ("answered", b'{"ok":true}')


def play(folder: Path, story: Story, *, prepare: Prepare | None = None) -> None:
    async def scene(pair: Pair) -> None:
        await story(Scene(pair))

    run_pair(folder, scene, prepare=prepare)


# The other way round: a running consumer node, and a provider made by hand

Replying = Callable[[Asked], bytes | Awaitable[bytes]]


class Asking:
    """TJ's node, and in the place of KZ's a provider that answers what the test wants."""

    def __init__(self, kz: Country, tj: Country, node: Node, provider: Provider) -> None:
        self.kz, self.tj, self.node, self.provider = kz, tj, node, provider
        self.trace = Trace(node, None)

    async def ask(self, *, method: str = "GET", body: bytes | None = None) -> Answer:
        headers = {"X-Road-Client": self.tj.client}
        return await http(self.tj.ports.client, method, f"/r1/{self.kz.service}/regions/1", headers, body)

    def reply(self, asked: Asked, **changes: Any) -> Reply:
        """What KZ's node would answer."""
        return reply_to(asked, self.kz, self.node.core.now_ms(), **changes)

    async def fault_of(self, answer: Replying, code: str) -> str:
        """What is wrong with how the node takes this answer, empty if nothing is."""
        self.provider.answer = answer
        before = len(self.trace.records())
        got = await self.ask()
        new = self.trace.records()[before:]
        faults = []
        if got.headers.get("x-road-error") != code:
            faults.append(f"{got.status} {got.headers.get('x-road-error')}: {got.body[:200]!r}")
        if SECRET in got.body or got.status < 400:
            faults.append("the client got it")
        if [one.kind for one in new] != [Kind.REQUEST, Kind.UNANSWERED]:
            faults.append(f"journal: {[one.kind.name for one in new]}")
        elif new[1].reason is None or code.rpartition(".")[2] not in new[1].reason:
            faults.append(f"reason: {new[1].reason}")
        return ", ".join(faults)

    async def check(self, table: dict[str, tuple[Replying, str]]) -> None:
        """Demand that every answer is refused with its code, and that a good one is taken afterwards."""
        found = {name: await self.fault_of(answer, code) for name, (answer, code) in table.items()}
        assert {name: fault for name, fault in found.items() if fault} == {}
        self.provider.answer = lambda asked: self.reply(asked).frames()
        got = await self.ask()
        assert (got.status, got.body) == (200, b"{}")


def play_asking(
    folder: Path, story: Callable[[Asking], Awaitable[None]], *, tls: Callable[..., Any] | None = None
) -> None:
    kz, tj = build_countries(folder, "KZ", "TJ")

    async def scene() -> None:
        context = None if tls is None else tls(kz)
        async with providing(kz, Provider(), context) as provider, running(tj) as node:
            await asyncio.wait_for(story(Asking(kz, tj, node, provider)), 60)

    run(scene)


# What an authority and a publisher do


def clock_ms() -> int:
    """Now."""
    return time.time_ns() // 1_000_000


def issue(country: Country, name: str, purpose: str = "tls", *, days: int = 30, now_ms: int | None = None) -> str:
    """Make `keys/NAME.key` and `keys/NAME.crt` by the country's authority; return the serial."""
    keys = country.folder / "keys"
    key = new_private_key()
    write_private_key(keys / f"{name}.key", key)
    request = parse_csr(make_csr(key, parse_subject(f"CN={name}"), ()))
    der = open_authority(country.folder / "ca").issue(request, purpose=purpose, days=days, now_ms=now_ms or clock_ms())
    certificate = x509.load_der_x509_certificate(der)
    (keys / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    return f"{certificate.serial_number:x}"


def issue_between(country: Country, name: str, from_ms: int, to_ms: int) -> None:
    """Make a TLS key and certificate by the country's authority, valid from and to any instant."""
    authority = country.folder / "ca"
    root = x509.load_pem_x509_certificate((authority / "ca.crt").read_bytes())
    issuer = Made(load_private_key(authority / "ca.key"), root.public_bytes(Encoding.DER))
    usages = ("digital_signature",)
    one = make_certificate(f"CN={name}", issuer=issuer, usages=usages, eku=TLS, from_ms=from_ms, to_ms=to_ms)
    write_private_key(country.folder / "keys" / f"{name}.key", one.key)
    (country.folder / "keys" / f"{name}.crt").write_bytes(one.parsed.public_bytes(Encoding.PEM))


def publish(
    country: Country, *changes: tuple[str, str], now_ms: int | None = None, key: str = "directory", **more: Any
) -> None:
    """Change the description of the directory and publish it under the next number."""
    description = country.folder / "directory.toml"
    text = description.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    description.write_text(text, encoding="utf-8")
    signing = load_private_key(country.folder / "keys" / f"{key}.key")
    publish_directory(description, signing, country.folder / "directory.cose", now_ms=now_ms or clock_ms(), **more)
