"""The face towards information systems: X-Road's REST protocol, its metadata, and their own evidence.

`X-Road-Client` is a claim. It is believed on a plain local listener only for the subsystems that the configuration names, and
elsewhere only with the TLS certificate that is registered for that very client.
"""

from __future__ import annotations

import base64
import hashlib
from hashlib import sha512
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from kopir.bridge.bodies import StoredBody
from kopir.bridge.consumer import RefusalError
from kopir.bridge.core import fault_code, new_detail
from kopir.bridge.http_server import HttpRequest, HttpResponse
from kopir.bridge.journal import JournalFailedError
from kopir.bridge.peer_client import PeerFaultError
from kopir.wire import faults, metadata, names, r1
from kopir.wire.errors import CallerError, ProtocolError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kopir.bridge.consumer import Consumer, Proven
    from kopir.bridge.core import Core
    from kopir.bridge.http_server import Caller
    from kopir.wire.names import ClientId
    from kopir.wire.r1 import R1Request

_PLACE: Final = "ClientProxy"


class Gateway:
    """Answers requests on the client listeners."""

    def __init__(
        self,
        core: Core,
        consumer: Consumer,
        *,
        registered: dict[str, frozenset[bytes]],
        find_evidence: Callable[[str, str], Awaitable[bytes]],
    ) -> None:
        """Believe `registered` certificates (SHA-256 of the DER) by client; `find_evidence(id, client)` makes a file."""
        self._core = core
        self._consumer = consumer
        self.registered = registered
        self._find_evidence = find_evidence

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; never raises."""
        try:
            return await self._dispatch(request)
        except RefusalError as error:
            return self._fault(request, error.full_code, error.message, error.detail)
        except PeerFaultError as error:
            fault = error.fault
            code = fault.code if faults.is_known(fault.code) else f"Server.{_PLACE}.InvalidMessage"
            return self._fault(request, code, fault.message, fault.detail)
        except ProtocolError as error:
            return self._fault(request, fault_code(error, _PLACE), error.message)
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
        path = urlsplit(target).path.rstrip(b"/") or b"/"
        if path == b"/listClients" and request.method in {"GET", "HEAD"}:
            return self._list_clients(request)
        if path == b"/evidence" and request.method in {"GET", "HEAD"}:
            return await self._evidence(request)
        if faults.is_soap_call(request.method, request.header(b"content-type"), request.headers):
            status, media_type, body = faults.render_soap_later(new_detail())
            return HttpResponse(status, [(b"content-type", media_type.encode()), (b"soapaction", b'""')], body)
        return await self._call(request)

    async def _call(self, request: HttpRequest) -> HttpResponse:
        asked = r1.parse_request(request.method, request.target, request.headers)
        self.authenticate(asked.client, request.caller)
        proven = await self._consumer.call(request, asked)
        return _response(request, asked, proven)

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
        raise RefusedError(msg, code="SslAuthenticationFailed")

    def _list_clients(self, request: HttpRequest) -> HttpResponse:
        query = parse_qs(urlsplit(request.target).query.decode("latin-1"))
        instance = query.get("xRoadInstance", [self._core.config.node.instance])[0]
        directory = self._core.directories.in_force(instance, self._core.now_ms())
        entries = [(names.parse_client(member.id), member.name, None) for member in directory.members]
        entries += [
            (client, directory.member_name(str(client.member)) or "", subsystem.name)
            for subsystem in directory.subsystems
            for client in [names.parse_client(subsystem.id)]
        ]
        media_type, body = metadata.render_clients(entries, request.header(b"accept"))
        return HttpResponse(200, [(b"content-type", media_type.encode())], body)

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
        data = await self._find_evidence(wanted, str(client))
        name = hashlib.sha256(data).hexdigest()[:16]
        headers = [
            (b"content-type", b"application/vnd.kopir.evidence"),
            (b"content-disposition", f'attachment; filename="{name}.evidence"'.encode()),
        ]
        return HttpResponse(200, headers, data)

    def _fault(self, request: HttpRequest, code: str, message: str, detail: str = "") -> HttpResponse:
        core = self._core
        detail = detail or new_detail()
        core.metrics.early_failures.labels(code).inc()
        core.log.limited("refused to client", key=code, every_s=0.1, code=code, detail=detail, why=message)
        fault = faults.Fault(code, message, detail)
        spelling = core.config.errors.spelling
        status, media_type, body = faults.render(fault, request.header(b"accept"), spelling)
        headers = [
            (b"content-type", media_type.encode()),
            (b"x-road-error", faults.spell(code, spelling).encode()),
        ]
        return HttpResponse(status, headers, body)


def _response(request: HttpRequest, asked: R1Request, proven: Proven) -> HttpResponse:
    """Build what the client sees: the service's status, headers and body, and the node's own headers (facts C8)."""
    record = proven.record
    headers = r1.response_headers(record, proven.block, proven.secrets, request_hash=_request_hash(request, asked, record))
    return HttpResponse(record.status or 500, headers, proven.body)
