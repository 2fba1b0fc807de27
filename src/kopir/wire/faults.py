"""Errors as the client sees them: the X-Road code, its two spellings, and the body in JSON, XML or a SOAP fault.

A fault comes from a node, never from a service: the header X-Road-Error says so (PR-REST §4.6).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape

from kopir.wire.errors import CallerError, LocalProtocolError, ProtocolError

CODES = frozenset(
    {
        "AccessDenied", "BadRequest", "CannotCreateCertPath", "CannotCreateSignature", "CertValidation",
        "ClientProxyVersionNotSupported", "DatabaseError", "DuplicateHeaderField", "HSMNonOperational",
        "HashChainUnusedInputs", "HttpError", "IOError", "InconsistentHeaders", "InconsistentResponse",
        "IncorrectCertificate", "IncorrectValidationInfo", "InternalError", "InvalidBody", "InvalidCertPath",
        "InvalidClientIdentifier", "InvalidContentType", "InvalidHashChain", "InvalidHashChainRef",
        "InvalidHttpMethod", "InvalidMessage", "InvalidProtocolVersion", "InvalidReference", "InvalidRequest",
        "InvalidSecurityServer", "InvalidSignatureValue", "InvalidSoap", "InvalidSoapAction", "InvalidXml",
        "KeyNotFound", "LoggingFailed", "MaintenanceMode", "MalformedGlobalConf", "MalformedHashChain",
        "MalformedServerConf", "MalformedSignature", "MimeParsingFailed", "MissingBody", "MissingHeader",
        "MissingHeaderField", "MissingRest", "MissingSignature", "MissingSoap", "NetworkError", "NotFound",
        "OutdatedGlobalConf", "ServiceDisabled", "ServiceFailed", "ServiceMalformedUrl", "ServiceMissingUrl",
        "ServiceType", "SignatureVerification", "SslAuthenticationFailed", "TimestampingFailed", "TokenNotActive",
        "TokenNotAvailable", "TokenNotFound", "TokenNotInitialized", "UnknownHost", "UnknownMember",
        "UnknownService",
    }
)  # fmt: skip
"""The codes a node may report, the last part of a fault's code (X-Road's ErrorCodes; UnknownHost is of 7.8)."""

CLIENT, CLIENT_PROXY, SERVER_PROXY = "Client", "Server.ClientProxy", "Server.ServerProxy"
"""Who is at fault: the caller, the consumer node, the provider node."""

MESSAGE_LIMIT_BYTES, DETAIL_LIMIT_BYTES = 1024, 64

_FROM_PEERS = frozenset(
    f"{side}.{path}{code}" for side in (CLIENT, SERVER_PROXY) for path in ("", "ServiceFailed.") for code in CODES
)
_KNOWN = _FROM_PEERS | {f"{CLIENT_PROXY}.{path}{code}" for path in ("", "ServiceFailed.") for code in CODES}
"""All whole codes there are. Counters are named by them, so nobody outside may make up another."""

_SNAKE_EXCEPTIONS = {
    "ClientProxy": "clientproxy",
    "ServerProxy": "serverproxy",
    "HashChainUnusedInputs": "hashchain_unused_inputs",
    "OutdatedGlobalConf": "global_conf_outdated",
}
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_XML_TYPES = {b"text/xml": b"text/xml", b"application/xml": b"application/xml", b"text/*": b"text/xml"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOAP_TYPES = frozenset({b"text/xml", b"application/soap+xml", b"multipart/related"})
_SOAP_LATER = "SOAP is not spoken here yet; call the service by the X-Road Message Protocol for REST under /r1/"


class Spelling(Enum):
    """How codes are written: X-Road up to 7.7, or from 7.8.0 on."""

    CAMEL = "camel"
    SNAKE = "snake"


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal for a client. `code` is dotted CamelCase, such as `Server.ServerProxy.AccessDenied`.

    `detail` is a UUID under which the log of the node tells more. Both texts are cut at their limits.
    """

    code: str
    message: str
    detail: str

    def __post_init__(self) -> None:
        if self.code not in _KNOWN:
            raise LocalProtocolError(f"{self.code[:100]!a} is no code of a fault")
        object.__setattr__(self, "message", cut(self.message, MESSAGE_LIMIT_BYTES))
        object.__setattr__(self, "detail", cut(self.detail, DETAIL_LIMIT_BYTES))

    @property
    def status(self) -> int:
        """500 when the fault is a node's, 400 when it is the caller's (facts C12)."""
        return 500 if self.code.startswith("Server.") else 400


def fault_of(error: ProtocolError, *, side: str, detail: str) -> Fault:
    """Tell an error to the client: with the prefix CLIENT where the caller is at fault, else with `side`."""
    prefix = CLIENT if isinstance(error, CallerError) else side
    code = f"{prefix}.{error.code}"
    return Fault(code if code in _KNOWN else f"{prefix}.InternalError", error.message, detail)


def fault_of_peer(code: str, message: str, detail: str) -> Fault:
    """Pass on what a provider node reported; a code that it has no business to send becomes its InternalError."""
    return Fault(code if code in _FROM_PEERS else f"{SERVER_PROXY}.InternalError", message, detail)


def cut(text: str, limit_bytes: int = MESSAGE_LIMIT_BYTES) -> str:
    """Cut `text` to at most `limit_bytes` of UTF-8."""
    if len(text) <= limit_bytes >> 2:
        return text
    return text.encode(errors="replace")[:limit_bytes].decode(errors="ignore")


def to_snake(code: str) -> str:
    """Spell a dotted code as X-Road 7.8 does: `server.serverproxy.access_denied`."""
    return ".".join([_SNAKE_EXCEPTIONS.get(part) or _HUMP.sub("_", part).lower() for part in code.split(".")])


def render(fault: Fault, accept: bytes | None, spelling: Spelling = Spelling.CAMEL) -> tuple[int, bytes, bytes]:
    """Give (status, content type, body) for a fault; XML when `accept` lists an XML type, else JSON (facts C11).

    `accept` is the request's Accept, several joined by commas. The first XML type wins and q is ignored, as in X-Road,
    whose tests also want JSON without a charset.
    """
    code = spelled(fault, spelling)
    xml_type = _xml_type(accept)
    if xml_type is not None:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><error>'
            f"<type>{xml_text(code)}</type><message>{xml_text(fault.message)}</message><detail>{xml_text(fault.detail)}</detail></error>"
        )
        return fault.status, xml_type + b";charset=utf-8", body.encode()
    document = {"type": code, "message": fault.message, "detail": fault.detail}
    return fault.status, b"application/json", json.dumps(document).encode()


def spelled(fault: Fault, spelling: Spelling = Spelling.CAMEL) -> str:
    """Give the fault's code in the wanted spelling: the value of the header X-Road-Error."""
    return fault.code if spelling is Spelling.CAMEL else to_snake(fault.code)


def is_soap_call(method: str, content_type: bytes | None, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request that is not under `/r1/` is a SOAP call: by SOAPAction, or a POST of a type that SOAP uses."""
    if any(name == b"soapaction" for name, _ in headers):
        return True
    media_type = (content_type or b"").partition(b";")[0].strip().lower()
    return method == "POST" and media_type in _SOAP_TYPES


def soap_later(detail: str) -> Fault:
    """The fault that answers a SOAP call as long as SOAP is not spoken here."""
    return Fault(f"{CLIENT_PROXY}.InvalidProtocolVersion", _SOAP_LATER, detail)


def render_soap(fault: Fault, spelling: Spelling = Spelling.CAMEL) -> tuple[int, bytes, bytes]:
    """Give (status, content type, body) of a SOAP 1.1 fault; X-Road sends it with 200 (facts C19).

    The header `SOAPAction: ""` goes with it.
    """
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault>'
        f"<faultcode>{xml_text(spelled(fault, spelling))}</faultcode>"
        f"<faultstring>{xml_text(fault.message)}</faultstring>"
        f'<detail><faultDetail xmlns="">{xml_text(fault.detail)}</faultDetail></detail>'
        "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    return 200, b"text/xml;charset=utf-8", body.encode()


def _xml_type(accept: bytes | None) -> bytes | None:
    if not accept:
        return None
    for entry in accept.split(b","):
        found = _XML_TYPES.get(entry.partition(b";")[0].strip().lower())
        if found is not None:
            return found
    return None


def xml_text(text: str) -> str:
    """Make any text fit between two XML tags."""
    # XML 1.0 has no way to write most control characters, escaped or not.
    return escape(_NOT_XML.sub("\ufffd", text))
