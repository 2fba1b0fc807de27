"""The provider's role: judge a request from another node by its record, call the service, answer with evidence.

Order: who is on the line, the head (early refusal, unsigned), the body, the record and its proof, the journal; from
then on every refusal is a signed record. Nothing reaches a service before its request is durable in the journal, and
nothing leaves for the other node before its answer is.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kopir.bridge.bodies import StoredBody
from kopir.bridge.core import (
    EMPTY_HEADER_DIGEST,
    Core,
    OverloadedError,
    UnknownServiceError,
    body_matches,
    fault_code,
    new_detail,
    service_headers,
)
from kopir.bridge.journal import JournalFailedError
from kopir.bridge.vault import VaultError
from kopir.wire import metadata, names, peer, r1
from kopir.wire import record as records
from kopir.wire.errors import (
    CallerError,
    LocalProtocolError,
    MisroutedError,
    PeerProtocolError,
    ProtocolError,
    RefusedError,
    WrongSignerError,
)
from kopir.wire.evidence import PROVIDER
from kopir.wire.faults import cut
from kopir.wire.record import Kind, Record
from kopir.wire.rights import join_base

if TYPE_CHECKING:
    from collections.abc import Callable

    from kopir.bridge.core import Written
    from kopir.bridge.http_client import HttpAnswer, HttpClient
    from kopir.bridge.journal import Ticket
    from kopir.bridge.peer_server import PeerConnection, PeerRequest
    from kopir.bridge.services import Provided, Services
    from kopir.wire.replay import ReplayMemory

EARLY_REFUSAL_BYTES: Final = 65536
"""Above this a request without right is refused on its head, unsigned, and not carried here for a signed one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What will be answered: an answer of the service or of this node (kind RESPONSE), or a refusal."""

    kind: Kind
    status: int
    block: bytes
    secrets: bytes
    media_type: str | None
    body: StoredBody
    reason: str | None = None


class Provider:
    """Serves requests of other nodes. `services` and `client` may be replaced between requests (reload)."""

    def __init__(
        self, core: Core, services: Services, client: HttpClient, replay: ReplayMemory, *, check: Callable[[], None]
    ) -> None:
        """Call `services` through `client`; `check` raises `RefusedError` when the node must not go on."""
        self._core = core
        self.services = services
        self._client = client
        self._replay = replay
        self._check = check
        self._carried: Counter[str] = Counter()
        """Exchanges under way whose request is whole, by peer node."""
        self._carried_count = 0
        self.in_flight = 0

    async def serve(self, request: PeerRequest, connection: PeerConnection) -> None:
        """Answer one request on `connection`; never raises for what the other side or the service did."""
        core = self._core
        started = time.monotonic()
        self.in_flight += 1
        try:
            outcome = await self._exchange(request, connection)
        except (PeerProtocolError, RefusedError, CallerError, LocalProtocolError) as error:
            self._fail(request, connection, fault_code(error, "ServerProxy"), error.message)
        except JournalFailedError as error:
            self._fail(request, connection, "Server.ServerProxy.LoggingFailed", str(error))
        except (ConnectionError, TimeoutError) as error:
            self._fail(request, connection, "Server.ServerProxy.IOError", str(error))
        except Exception as error:  # noqa: BLE001  # the last door: the fault is told and logged
            core.log.error("provider failed", request=request.head.request_id.hex(), error=repr(error))
            self._fail(request, connection, "Server.ServerProxy.InternalError", "this node made a mistake; see its log")
        else:
            core.metrics.provided_s.observe(time.monotonic() - started)
            core.metrics.provided[outcome].inc()
        finally:
            self.in_flight -= 1

    # -- the course of an exchange

    async def _exchange(self, request: PeerRequest, connection: PeerConnection) -> str:
        core = self._core
        self._check_head(request)
        stored = await core.collect(request.body, request.peer.id)
        peer_id = request.peer.id
        self._carried[peer_id] += 1
        self._carried_count += 1
        try:
            try:
                self._check_room(peer_id, already=1)
                record, leaf, ticket = self._accept(request, stored)
                await ticket.group.durable
                try:
                    core.keep_aside(ticket, leaf, record.service, request.head.opening, stored)
                except VaultError as error:
                    outcome = self._refusal(record, error)
                else:
                    outcome = await self._carry_out(record, request, stored)
            finally:
                stored.close()
            return await self._send(request, record, leaf, outcome, connection)
        finally:
            self._release(peer_id)

    def _check_room(self, peer_id: str, already: int = 0) -> None:
        """Refuse what is too much for the node or for one other node's share of it; `already` are counted in."""
        limits = self._core.config.limits
        if self._carried_count - already >= limits.in_flight:
            msg = "too many exchanges under way (limits.in_flight); try again later"
            raise OverloadedError(msg)
        if self._carried[peer_id] - already >= limits.peer_in_flight:
            msg = f"too many exchanges under way for {peer_id} (a quarter of limits.in_flight); try again later"
            raise OverloadedError(msg)

    def _release(self, peer_id: str) -> None:
        self._carried_count -= 1
        self._carried[peer_id] -= 1
        if not self._carried[peer_id]:
            del self._carried[peer_id]

    def _check_head(self, request: PeerRequest) -> None:
        """Refuse early what need not be carried here: another node's, replayed, old, too large or without right."""
        core, head = self._core, request.head
        self._check()
        self._check_room(request.peer.id)
        if head.to_node != core.node:
            msg = f"this is {core.node}, not {head.to_node}"
            raise MisroutedError(msg, code="InvalidSecurityServer")
        self._replay.accept(head.request_id, records.request_id_instant(head.request_id), request.arrived_ms)
        if head.client not in request.peer.clients:
            msg = f"the directory does not let {request.peer.id} speak for {head.client}"
            raise WrongSignerError(msg)
        if not request.body.is_complete and (head.body_length is None or head.body_length > EARLY_REFUSAL_BYTES):
            if head.body_length is not None and head.body_length > core.config.limits.body_bytes:
                msg = f"body of {head.body_length} bytes is over the limit of {core.config.limits.body_bytes}"
                raise RefusedError(msg, code="InvalidRequest")
            self._authorize(head.client, head.service, head.method, head.target)

    def _accept(self, request: PeerRequest, stored: StoredBody) -> tuple[Record, bytes, Ticket]:
        """Check record and evidence against everything else, and enter them in the journal."""
        core, head, tail = self._core, request.head, request.tail
        if tail is None:
            msg = "a request without its record"
            raise PeerProtocolError(msg, code="MissingSignature")
        record = records.decode(tail.record)
        if record.kind is not Kind.REQUEST or head[:6] != (
            record.request_id, record.client, record.service, record.to_node, record.method, record.target
        ) or head.body_length not in {None, record.body_length}:  # fmt: skip
            msg = "the head of the request says something else than its record"
            raise PeerProtocolError(msg, code="InvalidMessage")
        if record.from_node != request.peer.id:
            msg = f"the record comes from {record.from_node}, the connection from {request.peer.id}"
            raise MisroutedError(msg)
        body_matches(record, stored, head.block)
        opening = head.opening
        if opening is not None and len(opening.salt) != records.SALT_BYTES:
            msg = f"the opening of the person has a salt of {len(opening.salt)} bytes"
            raise PeerProtocolError(msg, code="InvalidHashChainRef")
        digest = None if opening is None else records.subject_digest(*opening)
        if digest != record.subject_digest:
            msg = "the person named in the head is not the one that the record speaks for"
            raise PeerProtocolError(msg, code="InvalidHashChainRef")
        member = str(names.parse_client(record.client).member)
        now_ms = core.now_ms()
        directory = core.directories.in_force(member.partition("/")[0], now_ms)
        leaf = core.prover.check(tail.record, tail.receipt, directory=directory, member=member, now_ms=now_ms)
        return record, leaf, core.keep_record(PROVIDER, record, tail.record, tail.receipt)

    async def _carry_out(self, record: Record, request: PeerRequest, stored: StoredBody) -> Outcome:
        """Do what the record asks; a refusal, whatever its reason, becomes an outcome."""
        try:
            provided = self._authorize(record.client, record.service, record.method, record.target)
            if provided is None:
                return await self._metadata(record)
            async with asyncio.timeout(provided.config.timeout_s):
                return await self._call(provided, record, request, stored)
        except TimeoutError:
            error: ProtocolError = RefusedError("the service did not answer in time", code="ServiceFailed.HttpError")
        except ProtocolError as caught:
            error = caught
        except OSError as caught:
            error = RefusedError(f"the spool failed: {caught}", code="IOError")
        except Exception as caught:  # noqa: BLE001  # the request is in the journal: its answer is evidence too
            self._core.log.error("provider failed", request=record.request_id.hex(), error=repr(caught))
            error = LocalProtocolError("this node made a mistake; see its log")
        return self._refusal(record, error)

    def _refusal(self, record: Record, error: ProtocolError) -> Outcome:
        """Make the outcome that tells of `error`."""
        code = fault_code(error, "ServerProxy")
        detail = new_detail()
        self._core.log.limited(
            "refused", key=code, every_s=0.1, code=code, detail=detail, message_id=record.message_id, why=error.message
        )
        body = json.dumps({"type": code, "message": cut(error.message), "detail": detail}, ensure_ascii=False).encode()
        status = 400 if code.startswith("Client.") else 500
        return Outcome(Kind.REFUSAL, status, b"", b"", "application/json", StoredBody.of(body), code)

    def _authorize(self, client: str, service: str, method: str, target: str) -> Provided | None:
        """Return the service that may be called; None for a metadata service, which needs no right.

        Raises:
            RefusedError: unknown, not allowed or switched off; in the order of facts C15.
        """
        identifier = names.parse_service(service)
        subsystem = str(identifier.subsystem)
        if metadata.is_metadata(identifier.service_code):
            if str(identifier.member) not in self._core.sealers or subsystem not in self._core.own_clients:
                msg = f"{subsystem} is not served by this node"
                raise RefusedError(msg, code="UnknownMember")
            return None
        provided = self.services.find(service)
        if provided is None:
            msg = f"unknown service: {service}"
            raise UnknownServiceError(msg)
        if not self.services.rights.may_call(names.parse_client(client), identifier, method, target):
            msg = f"{client} has no right to {method} {target.partition('?')[0] or '/'} of {service}"
            raise RefusedError(msg, code="AccessDenied")
        if provided.config.disabled_notice is not None:
            raise RefusedError(provided.config.disabled_notice, code="ServiceDisabled")
        return provided

    async def _call(self, provided: Provided, record: Record, request: PeerRequest, stored: StoredBody) -> Outcome:
        head = request.head
        subject = None if head.opening is None else head.opening[1:]
        headers = service_headers(record, record.media_type, subject, head.block, head.secrets)
        target = join_base(provided.base_path, record.target).encode("ascii")
        async with self._client.request(provided.origin, record.method, target, headers, stored) as answer:
            body = await self._core.collect(answer.body, request.peer.id)
        return _outcome_of(answer, body)

    async def _metadata(self, record: Record) -> Outcome:
        identifier = names.parse_service(record.service)
        subsystem = str(identifier.subsystem)
        if record.method != "GET":
            msg = "metadata is read by GET"
            raise CallerError(msg, code="InvalidHttpMethod")
        media_type = b"application/json"
        if identifier.service_code == "listMethods":
            media_type, text = self.services.methods(subsystem, None)
        elif identifier.service_code == "allowedMethods":
            media_type, text = self.services.methods(subsystem, names.parse_client(record.client))
        elif identifier.service_code == "getOpenAPI":
            wanted = metadata.service_code_asked(record.target.partition("?")[2])
            text = await self.services.description(identifier.subsystem, wanted, self._client)
        else:
            msg = f"{identifier.service_code} is not offered by this node"
            raise UnknownServiceError(msg)
        return Outcome(Kind.RESPONSE, 200, b"", b"", media_type.decode(), StoredBody.of(text))

    # -- answering

    async def _send(
        self, exchange: PeerRequest, request: Record, request_leaf: bytes, outcome: Outcome, connection: PeerConnection
    ) -> str:
        """Answer with evidence; what cannot be proven as the service's answer becomes the owner's refusal."""
        core = self._core
        try:
            try:
                written = await self._seal(request, request_leaf, outcome)
            except ProtocolError as error:
                if outcome.kind is Kind.REFUSAL:
                    raise
                outcome.body.close()
                outcome = self._refusal(request, error)
                written = await self._seal(request, request_leaf, outcome)
            body = outcome.body
            core.keep_answer_aside(written.ticket, written.leaf, request.service, body)
            await written.ticket.group.durable
            head = peer.ResponseHead(request.request_id, outcome.status, body.length, outcome.block, outcome.secrets)
            await connection.answer(exchange, head, body, peer.Tail(written.data, written.receipt))
        finally:
            outcome.body.close()
        if core.log.is_info:
            core.log.info(
                "provided", message_id=request.message_id, request=request.request_id.hex(), client=request.client,
                service=request.service, method=request.method, status=outcome.status, reason=outcome.reason,
            )  # fmt: skip
        return outcome.kind.name.lower()

    async def _seal(self, request: Record, request_leaf: bytes, outcome: Outcome) -> Written:
        """Sign the outcome and hand it to the journal: a refusal by the owner, all else by the service's member."""
        core = self._core
        body = outcome.body
        is_refusal = outcome.kind is Kind.REFUSAL
        if not is_refusal:
            core.check_vault()
        size, root = core.journal.head
        answer = request._replace(
            kind=outcome.kind,
            nonce=core.random(16),
            from_node=request.to_node,
            to_node=request.from_node,
            status=outcome.status,
            header_digest=sha256(outcome.block).digest() if outcome.block else EMPTY_HEADER_DIGEST,
            media_type=outcome.media_type,
            body_length=body.length,
            body_digest=body.digest,
            instant_ms=core.now_ms(),
            head_size=size,
            head_root=root,
            request_leaf=request_leaf,
            reason=outcome.reason,
        )
        signer = core.owner if is_refusal else request.service.rpartition("/")[0].rpartition("/")[0]
        return await core.write_record(PROVIDER, answer, signer)

    def _fail(self, request: PeerRequest, connection: PeerConnection, code: str, message: str) -> None:
        """Answer unsigned: the request's evidence did not hold, or this node cannot keep a record of it."""
        core = self._core
        detail = new_detail()
        core.metrics.early_failures.labels(code).inc()
        core.log.limited(
            "early failure", key=f"{code} {request.peer.id}", code=code, detail=detail, peer=request.peer.id,
            request=request.head.request_id.hex(), why=message,
        )  # fmt: skip
        connection.fault(request, peer.Fault(code, cut(message), detail))


def _outcome_of(answer: HttpAnswer, body: StoredBody) -> Outcome:
    """Turn a service's answer into an outcome; what a record cannot hold is the service's fault."""
    try:
        passed = r1.parse_response(answer.headers)
        if answer.status > 599:
            msg = f"the service answered with the status {answer.status}, which no record holds"
            raise RefusedError(msg, code="ServiceFailed.HttpError")
    except RefusedError:
        body.close()
        raise
    return Outcome(Kind.RESPONSE, answer.status, passed.block, passed.secrets, passed.media_type, body)
