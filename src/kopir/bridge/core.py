"""What both roles of a node share: names, keys, journal, directories, and how a record becomes durable evidence."""

from __future__ import annotations

import asyncio
import os
import uuid
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kopir.bridge.bodies import SMALL_BYTES, BodyStream, BodyTooSlowError, Collector, SpoolSpace, StoredBody
from kopir.bridge.journal import IndexKey
from kopir.bridge.vault import VaultError
from kopir.wire import cbor, merkle
from kopir.wire import record as records
from kopir.wire.errors import CallerError, PeerProtocolError, ProtocolError, RefusedError, ReplayError
from kopir.wire.evidence import DIRECTORY_ENTRY, decode_audit_head, record_entry
from kopir.wire.r1_headers import provider_request_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kopir.bridge.config import NodeConfig
    from kopir.bridge.directory import Directories
    from kopir.bridge.journal import Journal, Ticket
    from kopir.bridge.logs import Log
    from kopir.bridge.metrics import Metrics
    from kopir.bridge.proving import Prover
    from kopir.bridge.sealing import Sealer
    from kopir.bridge.vault import Vault
    from kopir.wire.directory import NodeEntry
    from kopir.wire.peer import Opening

WINDOW_PAST_MS: Final = 300_000
WINDOW_AHEAD_MS: Final = 60_000
EMPTY_HEADER_DIGEST: Final = sha256(b"").digest()


class UnknownMemberError(RefusedError):
    """A member, client or subsystem that the directory or this node does not know."""

    code = "UnknownMember"


class UnknownServiceError(RefusedError):
    """A service that is not published, or not here."""

    code = "UnknownService"


class OverloadedError(RefusedError):
    """Too many exchanges under way in the node or for one client; the same request may succeed later."""

    code = "NetworkError"


@dataclass(slots=True)
class Core:
    """The shared parts. `now_ms` gives milliseconds since 1970, `random` bytes.

    `own_clients` are the members and subsystems that the own directory lets this node serve.
    """

    config: NodeConfig
    directories: Directories
    journal: Journal
    sealers: dict[str, Sealer]
    prover: Prover
    spool: SpoolSpace
    metrics: Metrics
    log: Log
    vault: Vault | None
    now_ms: Callable[[], int]
    random: Callable[[int], bytes] = os.urandom
    own_clients: frozenset[str] = frozenset()
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def node(self) -> str:
        """Canonical text of this node."""
        return self.config.node.id

    @property
    def owner(self) -> str:
        """Canonical text of the member that runs it."""
        return self.config.node.owner

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Begin background work that lives as long as the node or its own end."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def collect(self, body: BodyStream, owner: str) -> StoredBody:
        """Take a whole body from the wire, in memory or the spool, on account of `owner`: a client or another node.

        Raises:
            BodyTooLargeError, BodyTooSlowError, SpoolFullError: over a limit.
            Exception: what ended the stream early.
        """
        data = body.take_complete()
        limits = self.config.limits
        if data is not None and len(data) <= min(limits.memory_body_bytes, limits.body_bytes, SMALL_BYTES):
            return StoredBody.of(data)
        collector = Collector(
            self.spool, memory_bytes=limits.memory_body_bytes, limit_bytes=limits.body_bytes, owner=owner
        )
        timeout = asyncio.timeout(limits.body_ceiling_s)
        try:
            if data is not None:
                collector.add(data)
                return collector.finish()
            async with timeout:
                while chunk := await body.read():
                    collector.add(chunk)
            return collector.finish()
        except TimeoutError as error:
            if not timeout.expired():
                raise
            msg = f"the body was not whole after {limits.body_ceiling_s:.0f} s (limits.body_ceiling_s)"
            raise BodyTooSlowError(msg) from error
        finally:
            collector.discard()

    async def write_record(self, side: int, record: records.Record, signer: str) -> Written:
        """Encode, seal with the key of member `signer`, and hand to the journal; returns when it is in the write queue.

        Raises:
            RefusedError: this node has no key for `signer`.
            JournalFailedError: the journal takes no more.
        """
        sealer = self.sealers.get(signer)
        if sealer is None:
            msg = f"this node holds no signing key of {signer}"
            raise RefusedError(msg, code="CannotCreateSignature")
        data = records.encode(record)
        leaf = merkle.leaf_hash(data)

        def keep(receipt: bytes) -> Written:
            return Written(data, receipt, leaf, self.keep_record(side, record, data, receipt))

        return await sealer.seal(leaf, keep)

    def keep_record(self, side: int, record: records.Record, data: bytes, receipt: bytes) -> Ticket:
        """Append a record with its receipt to the journal; `await ticket.group.durable` for it to be safe."""
        entry = record_entry(side, data, receipt)
        return self.journal.append(entry, IndexKey(record.request_id, record.message_id, side, int(record.kind)))

    def keep_aside(self, ticket: Ticket, leaf: bytes, service: str, opening: Opening | None, body: StoredBody) -> None:
        """Keep a body and an opening beside the journal, as far as the configuration wants them kept.

        `leaf` is the leaf hash of the entry's record.

        Raises:
            VaultError: it wants them kept and they cannot be.
        """
        if self.vault is not None:
            self.vault.keep(ticket, leaf, opening, body if self.keeps_bodies(service) else None)

    def check_vault(self) -> None:
        """Refuse what would be kept aside and cannot be; ask before there is a record that wants it.

        Raises:
            VaultError: the vault has failed, or too much waits for its disk.
        """
        if self.vault is not None:
            self.vault.check()

    def keep_answer_aside(self, ticket: Ticket, leaf: bytes, service: str, body: StoredBody) -> None:
        """Keep an answer's body as `keep_aside` does; once its record is in the journal, that stands all the same."""
        try:
            self.keep_aside(ticket, leaf, service, None, body)
        except VaultError as error:
            self.log.limited("not_kept", key="vault", why=error.message)

    def keeps_bodies(self, service: str) -> bool:
        """Whether bodies to and from `service` (canonical text) are kept: its own word, else the journal's."""
        for one in self.config.services:
            if one.id == service and one.keep_bodies is not None:
                return one.keep_bodies
        return self.config.journal.keep_bodies

    def nodes_by_tls(self, digest: bytes) -> tuple[NodeEntry, ...]:
        """Return the nodes to which directories give the TLS certificate with this SHA-256, if it is valid now."""
        return self.directories.nodes_by_tls(digest, self.now_ms())

    async def note_directory(self, instance: str, number: int, digest: bytes) -> None:
        """Enter in the journal that a directory document has come into use."""
        await self.journal.append(cbor.encode([DIRECTORY_ENTRY, instance, number, digest]), None).group.durable

    async def note_audit_head(self, entry: bytes) -> int:
        """Enter where a portal's record of actions stands, so that it is time-stamped; the leaf index, once durable.

        Nothing is compared here: a head that contradicts an earlier one stays in the journal, as proof against its log.

        Raises:
            MalformedError: this is no entry of an audit head.
            JournalFailedError: the journal takes no more.
        """
        ticket = self.journal.append(decode_audit_head(entry).encode(), None)
        await ticket.group.durable
        return ticket.index

    def check_window(self, instant_ms: int) -> None:
        """Refuse a record that is too old or from the future.

        Raises:
            ReplayError: more than 300 s behind or 60 s ahead of this node's clock.
        """
        age = self.now_ms() - instant_ms
        if age > WINDOW_PAST_MS or age < -WINDOW_AHEAD_MS:
            msg = f"the record's time is {age / 1000:+.0f} s off this node's clock; check both clocks"
            raise ReplayError(msg)


@dataclass(frozen=True, slots=True)
class Written:
    """A record of our own, sealed and on its way to the disk."""

    data: bytes
    receipt: bytes
    leaf: bytes
    ticket: Ticket


def body_matches(record: records.Record, body: StoredBody, block: bytes) -> None:
    """Check what followed the head against the record that speaks for it.

    Raises:
        PeerProtocolError: length, digest or header block differ.
    """
    if record.body_length != body.length or record.body_digest != body.digest:
        msg = "the body is not the one that its record speaks for"
        raise PeerProtocolError(msg, code="InvalidHashChainRef")
    digest = sha256(block).digest() if block else EMPTY_HEADER_DIGEST
    if record.header_digest != digest:
        msg = "the headers are not those that their record speaks for"
        raise PeerProtocolError(msg, code="InvalidHashChainRef")


def service_headers(
    record: records.Record, media_type: str | None, subject: tuple[str, str] | None, block: bytes, secrets: bytes
) -> list[tuple[bytes, bytes]]:
    """Return the headers that the service gets with a request; both nodes make them from the same values."""
    return provider_request_headers(
        client=record.client,
        message_id=record.message_id,
        request_id=records.request_id_text(record.request_id),
        media_type=media_type,
        user=record.user,
        represented_party=record.represented_party,
        issue=record.issue,
        purpose=record.purpose,
        legal_basis=record.legal_basis,
        subject=subject,
        block=block,
        secrets=secrets,
    )


def new_detail() -> str:
    """Return a fresh id that ties an error to the log line that explains it (facts C11)."""
    return str(uuid.uuid4())


def fault_code(error: ProtocolError, place: str) -> str:
    """Return the full X-Road code of `error` as seen at `place`, `ClientProxy` or `ServerProxy` (facts C13)."""
    return f"Client.{error.code}" if isinstance(error, CallerError) else f"Server.{place}.{error.code}"
