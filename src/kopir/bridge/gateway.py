"""The face towards information systems: X-Road's REST protocol, its metadata, and their own evidence.

`X-Road-Client` is a claim. It is believed on a plain local listener only for the subsystems that the configuration
names, and elsewhere only with the TLS certificate that is registered for that very client.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from kopir.bridge.consumer import RefusalError
from kopir.bridge.core import OverloadedError, new_detail, service_headers
from kopir.bridge.evidence import ExchangeNotFoundError
from kopir.bridge.http_messages import HttpRequest, HttpResponse
from kopir.bridge.journal import JournalFailedError
from kopir.bridge.peer_client import PeerFaultError
from kopir.wire import faults, metadata, names, r1
from kopir.wire.errors import CallerError, ProtocolError, RefusedError
from kopir.wire.r1_headers import request_hash, response_headers
from kopir.wire.record import request_id_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kopir.bridge.consumer import Consumer, Proven
    from kopir.bridge.core import Core
    from kopir.bridge.http_messages import Caller, Headers
    from kopir.wire.directory import Directory
    from kopir.wire.names import ClientId
    from kopir.wire.r1 import R1Request
    from kopir.wire.record import Record

DESK_THREADS: Final = 2
DESK_PER_CLIENT: Final = 2
"""Searches for evidence that one client may have under way."""
_PLACE: Final = "ClientProxy"
_READS: Final = frozenset({"GET", "HEAD"})


@lru_cache(maxsize=4)
def _http_date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


class Gateway:
    """Answers requests on the client listeners."""

    def __init__(
        self,
        core: Core,
        consumer: Consumer,
        *,
        registered: dict[str, frozenset[bytes]],
        find_evidence: Callable[..., bytes],
    ) -> None:
        """Believe `registered` certificates (SHA-256) by client.

        `find_evidence(wanted=…, client=…)` gives a file; it may take long and is called in a thread.
        """
        self._core = core
        self._consumer = consumer
        self.registered = registered
        self._find_evidence = find_evidence
        self._desk = ThreadPoolExecutor(DESK_THREADS, thread_name_prefix="desk")
        self._at_desk: Counter[str] = Counter()
        self._lists: dict[tuple[str, bool], tuple[Directory, asyncio.Future[tuple[bytes, bytes]]]] = {}

    def close(self) -> None:
        """Begin no more work in threads."""
        self._desk.shutdown(wait=False, cancel_futures=True)

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; never raises."""
        try:
            return await self._dispatch(request)
        except RefusalError as error:
            answer = self._pass_on(request, error.full_code, error.message, error.detail)
            answer.headers += _found_by(error.record)
            return answer
        except PeerFaultError as error:
            return self._pass_on(request, *error.fault)
        except ExchangeNotFoundError as error:
            answer = self._say(request, faults.fault_of(error, side=faults.CLIENT_PROXY, detail=new_detail()))
            answer.status = 404
            return answer
        except ProtocolError as error:
            return self._say(request, faults.fault_of(error, side=faults.CLIENT_PROXY, detail=new_detail()))
        except JournalFailedError as error:
            return self._fault(request, f"Server.{_PLACE}.LoggingFailed", str(error))
        except (TimeoutError, OSError) as error:
            return self._fault(request, f"Server.{_PLACE}.IOError", str(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001  # the last door: the fault is told and logged, not lost
            self._core.log.error("gateway failed", target=repr(request.target[:200]), error=repr(error))
            return self._fault(request, f"Server.{_PLACE}.InternalError", "this node made a mistake; see its log")

    async def _dispatch(self, request: HttpRequest) -> HttpResponse:
        target = request.target
        if target.startswith(b"/r1/"):
            return await self._call(request)
        try:
            path = urlsplit(target).path.rstrip(b"/") or b"/"
        except ValueError:
            msg = "the request target is neither a path nor an address"
            raise CallerError(msg) from None
        ours = {b"/listClients": self._list_clients, b"/evidence": self._evidence}.get(path)
        if ours is not None:
            return await ours(request) if request.method in _READS else self._not_allowed(request)
        if faults.is_soap_call(request.method, request.header(b"content-type"), request.headers):
            status, media_type, body = faults.render_soap(faults.soap_later(new_detail()), self._spelling)
            return HttpResponse(status, [(b"content-type", media_type), (b"soapaction", b'""')], body)
        return await self._call(request)

    async def _call(self, request: HttpRequest) -> HttpResponse:
        asked = r1.parse_request(request.method, request.target, request.headers)
        self.authenticate(asked.client, request.caller)
        proven, body_sha512 = await self._consumer.call(request, asked)
        try:
            return self._answer(request, asked, proven, body_sha512)
        except BaseException:
            proven.body.close()
            raise

    def _answer(
        self, request: HttpRequest, asked: R1Request, proven: Proven, body_sha512: bytes | None
    ) -> HttpResponse:
        record = proven.record
        request_id = request_id_text(record.request_id)
        asked_headers = service_headers(record, asked.media_type, asked.subject, asked.block, asked.secrets)
        headers = response_headers(
            client=record.client,
            service=record.service,
            message_id=record.message_id,
            request_id=request_id,
            request_hash=request_hash(request.method, request.target, asked_headers, body_sha512),
            media_type=record.media_type,
            block=proven.block,
            secrets=proven.secrets,
            date=_http_date(int(time.time())),
        )
        return HttpResponse(record.status or 500, headers, proven.body)

    def authenticate(self, client: ClientId, caller: Caller) -> None:
        """Decide whether `caller` may speak as `client`.

        Raises:
            RefusedError: SslAuthenticationFailed.
        """
        text = str(client)
        if caller.certificate is not None:
            if caller.certificate in self.registered.get(text, ()):
                return
            msg = f"the TLS certificate is not registered for {text}"
            raise RefusedError(msg, code="SslAuthenticationFailed")
        if caller.is_local and text in self._core.config.client.trusted_subsystems:
            return
        msg = f"{text} must call over TLS with its registered certificate"
        if caller.is_local:  # others learn no more of who is listed here than listClients tells
            if text in self._core.own_clients:
                msg += ", or be named in [client] trusted_subsystems"
            else:
                msg = f"{text} is not registered at this node: the own directory does not say that it serves it"
        raise RefusedError(msg, code="SslAuthenticationFailed")

    async def _list_clients(self, request: HttpRequest) -> HttpResponse:
        """Answer from what was rendered of the document in force: a large one takes half a second."""
        query = urlsplit(request.target).query.decode("latin-1")
        asked = metadata.instance_asked(query)
        instance = self._core.config.node.instance if asked is None else names.encode_segment(asked)
        directory = self._core.directories.in_force(instance, self._core.now_ms())
        accept = request.header(b"accept")
        key = instance, metadata.accepts_json(accept)
        kept = self._lists.get(key)
        if kept is None or kept[0] is not directory:
            rendering = asyncio.get_running_loop().run_in_executor(self._desk, _render_clients, directory, accept)
            kept = self._lists[key] = directory, rendering
        media_type, body = await asyncio.shield(kept[1])
        return HttpResponse(200, [(b"content-type", media_type)], body)

    async def _evidence(self, request: HttpRequest) -> HttpResponse:
        claimed = request.header(b"x-road-client")
        if not claimed:
            msg = "the header X-Road-Client is missing"
            raise CallerError(msg)
        client = names.parse_client(claimed.decode("latin-1"))
        self.authenticate(client, request.caller)
        wanted = parse_qs(urlsplit(request.target).query.decode("latin-1")).get("id", [""])[0]
        if not wanted:
            msg = "name the exchange: /evidence?id=… (its X-Road-Id or X-Road-Request-Id)"
            raise CallerError(msg)
        data = await self._search(wanted, str(client))
        name = hashlib.sha256(data).hexdigest()[:16]
        headers = [
            (b"content-type", b"application/vnd.kopir.evidence"),
            (b"content-disposition", f'attachment; filename="{name}.evidence"'.encode()),
        ]
        return HttpResponse(200, headers, data)

    async def _search(self, wanted: str, client: str) -> bytes:
        """Find evidence in a thread of its own: an unknown id is looked for in every index of the journal."""
        if self._at_desk[client] >= DESK_PER_CLIENT:
            msg = f"{client} has {DESK_PER_CLIENT} searches for evidence under way; try again later"
            raise OverloadedError(msg)
        self._at_desk[client] += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._desk, partial(self._find_evidence, wanted=wanted, client=client))
        finally:
            self._at_desk[client] -= 1
            if not self._at_desk[client]:
                del self._at_desk[client]

    def render(self, status: int, text: str, accept: bytes | None) -> tuple[Headers, bytes]:
        """Render what the pump refuses before it is a request, as X-Road's clients expect it."""
        code = f"Server.{_PLACE}.InternalError" if status == 500 else "Client.BadRequest"
        answer = self._tell(faults.Fault(code, text, new_detail()), accept)
        return answer[1], answer[2]

    def _fault(self, request: HttpRequest, code: str, message: str) -> HttpResponse:
        return self._say(request, faults.Fault(code, message, new_detail()))

    def _not_allowed(self, request: HttpRequest) -> HttpResponse:
        answer = self._fault(request, "Client.InvalidHttpMethod", f"{request.method[:20]} is not for this; use GET")
        answer.status = 405
        answer.headers.append((b"allow", b"GET, HEAD"))
        return answer

    def _pass_on(self, request: HttpRequest, code: str, message: str, detail: str) -> HttpResponse:
        """Tell what the other node reported, as far as it may report that."""
        return self._say(request, faults.fault_of_peer(code, message, detail or new_detail()))

    def _say(self, request: HttpRequest, fault: faults.Fault) -> HttpResponse:
        return HttpResponse(*self._tell(fault, request.header(b"accept")))

    def _tell(self, fault: faults.Fault, accept: bytes | None) -> tuple[int, Headers, bytes]:
        core = self._core
        core.metrics.early_failures.labels(fault.code).inc()
        core.log.limited(
            "refused to client", key=fault.code, every_s=0.1, code=fault.code, detail=fault.detail, why=fault.message
        )
        status, media_type, body = faults.render(fault, accept, self._spelling)
        headers = [(b"content-type", media_type), (b"x-road-error", faults.spelled(fault, self._spelling).encode())]
        return status, headers, body

    @property
    def _spelling(self) -> faults.Spelling:
        return faults.Spelling(self._core.config.errors.spelling)


def _found_by(record: Record) -> Headers:
    """The headers by which the caller finds the exchange again, in the journal and as evidence."""
    request_id = request_id_text(record.request_id).encode()
    return [(b"x-road-id", record.message_id.encode()), (b"x-road-request-id", request_id)]


def _render_clients(directory: Directory, accept: bytes | None) -> tuple[bytes, bytes]:
    entries = [metadata.ClientEntry(names.parse_client(member.id), member.name) for member in directory.members]
    for subsystem in directory.subsystems:
        client = names.parse_client(subsystem.id)
        name = directory.member_name(str(client.member)) or ""
        entries.append(metadata.ClientEntry(client, name, subsystem.name))
    return metadata.render_clients(entries, accept)
