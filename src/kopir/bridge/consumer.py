"""The consumer's role: take a call of an information system, carry it to the provider node, prove what came back.

The request's record is written before it is sent; nothing is returned to the caller before the answer's evidence holds
and both records are durable. A request that ends without an answer leaves an `unanswered` record with its reason.
"""

from __future__ import annotations

import asyncio
import json
import time
from hashlib import sha256, sha512
from typing import TYPE_CHECKING, Final, NamedTuple

from kopir.bridge.bodies import StoredBody
from kopir.bridge.core import (
    EMPTY_HEADER_DIGEST,
    Core,
    OverloadedError,
    UnknownMemberError,
    UnknownServiceError,
    body_matches,
)
from kopir.bridge.peer_client import PeerLostError
from kopir.bridge.unanswered import note_unanswered
from kopir.wire import metadata, peer
from kopir.wire import record as records
from kopir.wire.errors import MisroutedError, PeerProtocolError, ProtocolError, RefusedError
from kopir.wire.evidence import CONSUMER
from kopir.wire.merkle import leaf_hash
from kopir.wire.record import Kind, Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from kopir.bridge.core import Written
    from kopir.bridge.http_messages import HttpRequest
    from kopir.bridge.peer_client import PeerAnswer, PeerPool
    from kopir.wire.directory import NodeEntry
    from kopir.wire.names import ClientId
    from kopir.wire.r1 import R1Request

_SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD"})
EMPTY: Final = StoredBody.of(b"")


class Proven(NamedTuple):
    """An answer whose evidence held and is durable: its record, header blocks and body (to be closed)."""

    record: Record
    block: bytes
    secrets: bytes
    body: StoredBody


class RefusalError(RefusedError):
    """The provider node refused, signed and logged: `record` says it, and is in this node's journal too.

    `full_code` is its whole code, `detail` the id in its log.
    """

    def __init__(self, full_code: str, message: str, detail: str, record: Record) -> None:
        super().__init__(message)
        self.record = record
        self.full_code = full_code
        self.detail = detail


class Consumer:
    """Carries calls to other nodes."""

    def __init__(self, core: Core, pool: PeerPool, *, check: Callable[[], None]) -> None:
        """Call other nodes through `pool`; `check` raises `RefusedError` when the node must not go on."""
        self._core = core
        self._pool = pool
        self._check = check
        self._per_client: dict[str, int] = {}
        self.in_flight = 0

    async def call(self, request: HttpRequest, asked: R1Request) -> tuple[Proven, bytes | None]:
        """Carry one call; return its proven answer and the SHA-512 of the request's body, None without one (facts C9).

        Raises:
            ProtocolError: with the code of what went wrong; `RefusalError` for a signed refusal.
            JournalFailedError: evidence can no longer be kept.
        """
        core = self._core
        client = str(asked.client)
        limits = core.config.limits
        if self.in_flight >= limits.in_flight or self._per_client.get(client, 0) >= limits.per_client:
            msg = "too many calls under way (limits.in_flight, limits.per_client); try again later"
            raise OverloadedError(msg)
        started = time.monotonic()
        self.in_flight += 1
        self._per_client[client] = self._per_client.get(client, 0) + 1
        outcome = "failed"
        try:
            self._check()
            nodes = self._route(asked)
            request.invite_body()
            body = await core.collect(request.body, client)
            try:
                proven = await self._exchange(request.method, asked, nodes, body)
                digest = await _sha512(body)
            finally:
                body.close()
            outcome = "response"
        except RefusalError:
            outcome = "refusal"
            raise
        finally:
            self.in_flight -= 1
            self._release(client)
            core.metrics.consumed[outcome].inc()
            core.metrics.consumed_s.observe(time.monotonic() - started)
        return proven, digest

    def check_client(self, client: ClientId) -> None:
        """Refuse a caller that this node does not serve (facts C6).

        Raises:
            UnknownMemberError: not in the own directory, not served here, or without a signing key here.
        """
        text = str(client)
        if text not in self._core.own_clients or str(client.member) not in self._core.sealers:
            msg = f"client {text} is not registered at this node"
            raise UnknownMemberError(msg)

    def _route(self, asked: R1Request) -> tuple[NodeEntry, ...]:
        """Find the nodes that serve the called service; the one that the caller named, if it named one."""
        self.check_client(asked.client)
        service = asked.service
        subsystem = str(service.subsystem)
        instance = subsystem.partition("/")[0]
        directory = self._core.directories.in_force(instance, self._core.now_ms())
        if not directory.has_client(subsystem):
            msg = f"unknown subsystem {subsystem}: the directory of {instance} does not list it"
            raise UnknownMemberError(msg)
        if not directory.has_service(str(service)) and not metadata.is_metadata(service.service_code):
            msg = f"unknown service {service}: the directory of {instance} does not list it"
            raise UnknownServiceError(msg)
        nodes = directory.nodes_for(subsystem)
        if asked.security_server is not None:
            wanted = str(asked.security_server)
            nodes = tuple(node for node in nodes if node.id == wanted)
            if not nodes:
                msg = f"{wanted} does not serve {subsystem}"
                raise RefusedError(msg, code="InvalidSecurityServer")
        if not nodes:
            msg = f"no node serves {subsystem}"
            raise UnknownMemberError(msg)
        return nodes

    async def _exchange(self, method: str, asked: R1Request, nodes: tuple[NodeEntry, ...], body: StoredBody) -> Proven:
        """Send; once more under a new id if a pooled connection had died and nothing can have happened twice."""
        try:
            return await self._attempt(method, asked, nodes, body, fresh=False)
        except PeerLostError as error:
            if not error.may_repeat or method not in _SAFE_TO_REPEAT:
                raise
        return await self._attempt(method, asked, nodes, body, fresh=True)

    async def _attempt(
        self, method: str, asked: R1Request, nodes: tuple[NodeEntry, ...], body: StoredBody, *, fresh: bool
    ) -> Proven:
        core = self._core
        lease = await self._pool.acquire(nodes, is_large=body.length > peer.BODY_CHUNK_BYTES, fresh=fresh)
        node, link, answer = lease.node, lease.link, None
        try:
            opening = None if asked.subject is None else peer.Opening(core.random(16), *asked.subject)
            request = self._request_record(method, asked, node, body, opening)
            written = await core.write_record(CONSUMER, request, str(asked.client.member))
            await written.ticket.group.written
            try:
                core.keep_aside(written.ticket, written.leaf, request.service, opening, body)
                async with asyncio.timeout(core.config.limits.answer_timeout_s):
                    answer = link.begin(is_pooled=lease.is_pooled)
                    tail = peer.Tail(written.data, written.receipt)
                    await link.send(answer, _head_of(request, asked, opening), body, tail)
                    head, record, tail, stored = await self._prove(request, written, node, answer)
                # From here on nothing may end it: an answer in the journal is an answer, however late.
                return await self._keep(request, record, head, tail, stored)
            except (ProtocolError, TimeoutError, OSError) as error:
                if not isinstance(error, RefusalError):
                    await self._note_unanswered(request, written, error)
                if isinstance(error, TimeoutError):
                    msg = "the other node did not answer in time (limits.answer_timeout_s)"
                    raise PeerProtocolError(msg, code="NetworkError") from error
                raise
        finally:
            if answer is not None:
                link.end(answer)
            self._pool.release(lease)

    def _request_record(
        self, method: str, asked: R1Request, node: NodeEntry, body: StoredBody, opening: peer.Opening | None
    ) -> Record:
        core = self._core
        now_ms = core.now_ms()
        size, root = core.journal.head
        request_id = records.request_id_at(now_ms, core.random(16))
        return Record(
            kind=Kind.REQUEST,
            nonce=core.random(16),
            request_id=request_id,
            message_id=asked.message_id or f"{asked.client.instance}-{records.request_id_text(request_id)}",
            from_node=core.node,
            to_node=node.id,
            client=str(asked.client),
            service=str(asked.service),
            method=method,
            target=asked.rest,
            status=None,
            header_digest=sha256(asked.block).digest() if asked.block else EMPTY_HEADER_DIGEST,
            media_type=asked.media_type,
            body_length=body.length,
            body_digest=body.digest,
            instant_ms=now_ms,
            user=asked.user,
            represented_party=asked.represented_party,
            issue=asked.issue,
            purpose=asked.purpose,
            legal_basis=asked.legal_basis,
            subject_digest=None if opening is None else records.subject_digest(*opening),
            head_size=size,
            head_root=root,
            request_leaf=None,
            reason=None,
        )

    async def _prove(
        self, request: Record, written: Written, node: NodeEntry, answer: PeerAnswer
    ) -> tuple[peer.ResponseHead, Record, peer.Tail, StoredBody]:
        """Take the whole answer and return it only if its record, its proof and its signer hold."""
        core = self._core
        head = await answer.head
        body = await core.collect(answer.body, request.client)
        try:
            record, tail = self._check_answer(request, written, head, answer, body)
            member = node.owner if record.kind is Kind.REFUSAL else record.service.rpartition("/")[0].rpartition("/")[0]
            now_ms = core.now_ms()
            directory = core.directories.in_force(member.partition("/")[0], now_ms)
            core.prover.check(tail.record, tail.receipt, directory=directory, member=member, now_ms=now_ms)
        except BaseException:
            body.close()
            raise
        return head, record, tail, body

    async def _keep(
        self, request: Record, record: Record, head: peer.ResponseHead, tail: peer.Tail, body: StoredBody
    ) -> Proven:
        """Make a proven answer durable; a refusal is then raised."""
        core = self._core
        try:
            core.check_vault()
            ticket = core.keep_record(CONSUMER, record, tail.record, tail.receipt)
            core.keep_answer_aside(ticket, leaf_hash(tail.record), record.service, body)
            await ticket.group.durable  # the request's entry stands before it, so it is durable too
            if record.kind is Kind.REFUSAL:
                raise _refusal(record, body)
        except BaseException:
            body.close()
            raise
        if core.log.is_info:
            core.log.info(
                "consumed", message_id=request.message_id, request=request.request_id.hex(), client=request.client,
                service=request.service, method=request.method, status=record.status,
            )  # fmt: skip
        return Proven(record, head.block, head.secrets, body)

    def _check_answer(
        self, request: Record, written: Written, head: peer.ResponseHead, answer: PeerAnswer, body: StoredBody
    ) -> tuple[Record, peer.Tail]:
        tail = answer.tail
        if tail is None:
            msg = "an answer without its record"
            raise PeerProtocolError(msg, code="MissingSignature")
        record = records.decode(tail.record)
        if record.kind not in {Kind.RESPONSE, Kind.REFUSAL} or head.request_id != request.request_id:
            msg = "this is no answer to the request"
            raise MisroutedError(msg)
        records.check_answer(request, written.leaf, record)
        if head.status != record.status or head.body_length not in {None, record.body_length}:
            msg = "the head of the answer says something else than its record"
            raise PeerProtocolError(msg)
        self._core.check_window(record.instant_ms)
        body_matches(record, body, head.block)
        return record, tail

    async def _note_unanswered(self, request: Record, written: Written, error: BaseException) -> None:
        """Leave in our own journal why there is no answer; the caller's error is told after it is durable."""
        core = self._core
        reason = f"{error.code}: {error.message}" if isinstance(error, ProtocolError) else type(error).__name__
        await note_unanswered(core, request, written.leaf, reason)

    def _release(self, client: str) -> None:
        left = self._per_client[client] - 1
        if left:
            self._per_client[client] = left
        else:
            del self._per_client[client]


async def _sha512(body: StoredBody) -> bytes | None:
    """Hash a request's body; a large one in a thread, since it takes the time of thousands of exchanges."""
    if not body.length:
        return None
    if body.data is not None:
        return sha512(body.data).digest()

    def hash_spooled() -> bytes:
        state = sha512()
        for chunk in body.chunks():
            state.update(chunk)
        return state.digest()

    return await asyncio.to_thread(hash_spooled)


def _head_of(request: Record, asked: R1Request, opening: peer.Opening | None) -> peer.RequestHead:
    return peer.RequestHead(
        request.request_id,
        request.client,
        request.service,
        request.to_node,
        request.method,
        request.target,
        request.body_length,
        asked.block,
        asked.secrets,
        opening,
    )


def _refusal(record: Record, body: StoredBody) -> RefusalError:
    """Read the text of a signed refusal; its code is the record's."""
    message, detail = "refused", ""
    if body.data is not None:
        try:
            content = json.loads(body.data)
            message, detail = str(content["message"]), str(content["detail"])
        except (ValueError, KeyError, TypeError):
            message = "refused without a readable reason"
    return RefusalError(record.reason or "Server.ServerProxy.InternalError", message, detail, record)
