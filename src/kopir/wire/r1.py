"""The client's dialect, requests: the X-Road Message Protocol for REST, `/r1/…`, read into what a record needs.

Bytes of a request line and its headers in, an `R1Request` out, or a `CallerError` that says what to mend. Bodies,
connections and the answer's framing are the shell's; headers in general are `r1_headers`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from kopir.wire.errors import CallerError, RefusedError
from kopir.wire.names import ClientId, NodeId, ServiceId, decode_segment, parse_client, parse_node, parse_service, show
from kopir.wire.r1_headers import (
    DROP,
    FIELD,
    FIELDS,
    SECRET,
    Headers,
    join_block,
    kind_of,
    make_block,
    named_by_connection,
)
from kopir.wire.rights import decode_path

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
REST_LIMIT_BYTES = 8192
"""Path and query after the service (`docs/reference/protocol.md` §3, position 10)."""
TEXT_LIMIT_BYTES = 512
"""Purpose, legal basis, and scheme and id of the person concerned, each, once decoded."""

_ABSOLUTE = re.compile(rb"https?://[^/?#]+", re.IGNORECASE)
_QUERY = re.compile(rb"[!$-~\"]*")  # visible ASCII without `#`
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
# C0, DEL, C1, line and paragraph separators, and the bidirectional controls that make a log line read as another
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class R1Request(NamedTuple):
    """What a client asks, checked. A tuple, since one is made for each message and never changes.

    `rest` is the raw target after the service: path with its leading slash and query with its `?`; `subject` is
    (scheme, id) of the person concerned; `block` and `secrets` are the two header blocks.
    """

    service: ServiceId
    rest: str
    client: ClientId
    message_id: str | None
    user: str | None
    represented_party: str | None
    issue: str | None
    security_server: NodeId | None
    purpose: str | None
    legal_basis: str | None
    subject: tuple[str, str] | None
    media_type: str | None
    block: bytes
    secrets: bytes


class R1Response(NamedTuple):
    """What a service answered, without status and body."""

    media_type: str | None
    block: bytes
    secrets: bytes


def parse_request(method: str, target: bytes, headers: Headers) -> R1Request:
    """Read a request's line and headers; names in lower case, values without surrounding blanks.

    Raises `CallerError`: BadRequest, InvalidHttpMethod, InvalidProtocolVersion, InvalidClientIdentifier,
    InvalidSecurityServer or DuplicateHeaderField. An empty optional header counts as absent. For a missing
    X-Road-Client X-Road's specification says 400 Client.BadRequest while its tests expect 500; here it is the former.
    """
    if method not in METHODS:
        raise CallerError(f"the method {show(method)} is not supported", code="InvalidHttpMethod")
    service, rest = split_target(target)
    fields, block, secrets = _sort(headers)
    client = fields.get(b"x-road-client")
    if not client:
        raise CallerError("the header X-Road-Client is missing")
    get = fields.get
    node = get(b"x-road-security-server")
    party = get(b"x-road-represented-party")
    if party:
        _check_party(party)
    purpose, basis, subject = get(b"kopir-purpose"), get(b"kopir-legal-basis"), get(b"kopir-subject")
    return R1Request(
        service,
        rest,
        parse_client(client),
        get(b"x-road-id") or None,
        get(b"x-road-userid") or None,
        party or None,
        get(b"x-road-issue") or None,
        _security_server(node) if node else None,
        _decode(purpose, "Kopir-Purpose") if purpose else None,
        _decode(basis, "Kopir-Legal-Basis") if basis else None,
        _subject(subject) if subject else None,
        get(b"content-type") or None,
        block,
        secrets,
    )


def parse_response(headers: Headers) -> R1Response:
    """Sort the headers that a service answered with; raises `RefusedError` (ServiceFailed) where they are no HTTP."""
    try:
        block, secrets = make_block(headers)
        types = [value for name, value in headers if name == b"content-type"]
        media_type = _text(types[0], b"content-type") if types else None
    except CallerError as error:
        raise RefusedError(f"the service's answer is not valid: {error.message}", code="ServiceFailed") from None
    return R1Response(media_type or None, block, secrets)


def split_target(target: bytes) -> tuple[ServiceId, str]:
    """Cut a request target into service and rest; the rest stays raw, but its path must please `decode_path`.

    An absolute form (RFC 9112 §3.2.2) loses scheme and authority. Raises `CallerError`.
    """
    if target[:1] != b"/":
        target = _to_origin_form(target)
    path, mark, query = target.partition(b"?")
    parts = path.split(b"/", 7)
    if parts[1] != b"r1":
        raise _not_r1(parts[1])
    if len(parts) < 7:
        raise CallerError("the path needs five segments after /r1/: instance, class, member, subsystem and service")
    cut = len(path) - len(parts[7]) - 1 if len(parts) == 8 else len(path)
    prefix, tail = path[:cut], path[cut:]
    if len(tail) + len(mark) + len(query) > REST_LIMIT_BYTES:
        raise CallerError(f"path and query after the service are longer than {REST_LIMIT_BYTES} bytes")
    if query and not _QUERY.fullmatch(query):
        raise CallerError("the query holds a character that must be percent-encoded")
    rest = tail.decode("latin-1")
    decode_path(rest)
    return _service(prefix), rest + (mark + query).decode("ascii")


@lru_cache(1024)
def _service(prefix: bytes) -> ServiceId:
    try:
        return parse_service(prefix[4:].decode("ascii"))
    except UnicodeDecodeError:
        raise CallerError("the path holds a character that must be percent-encoded") from None


def _to_origin_form(target: bytes) -> bytes:
    match = _ABSOLUTE.match(target)
    if match is None or target[match.end() : match.end() + 1] != b"/":
        raise CallerError("the request target is neither a path nor an absolute http address with a path")
    return target[match.end() :]


def _not_r1(segment: bytes) -> CallerError:
    if re.fullmatch(rb"r[0-9]", segment):
        return CallerError("only version r1 of the protocol is spoken here", code="InvalidProtocolVersion")
    return CallerError("the path does not begin with /r1/")


def _sort(headers: Headers) -> tuple[dict[bytes, str], bytes, bytes]:
    hop = named_by_connection(headers)
    fields: dict[bytes, str] = {}
    passed: Headers = []
    secret: Headers = []
    seen: set[bytes] = set()
    for header in headers:
        name = header[0]
        kind = kind_of(name)
        if kind == FIELD or name.startswith(b"x-road-"):
            if name in seen:
                raise CallerError(f"the header {name.decode()} is there twice", code="DuplicateHeaderField")
            seen.add(name)
        if kind == DROP or name in hop:
            continue
        if kind == FIELD:
            fields[name] = _text(header[1], name)
        else:
            (secret if kind == SECRET else passed).append(header)
    return fields, join_block(passed), join_block(secret) if secret else b""


def _text(value: bytes, name: bytes) -> str:
    limit = FIELDS[name]
    # Ordinary values leave here: no regular expression, no second decoding.
    if value.isascii() and len(value) <= limit:
        text = value.decode("ascii")
        if text.isprintable():
            return text
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise CallerError(f"the header {name.decode()} is not UTF-8") from None
    if len(value) > limit:
        raise CallerError(f"the header {name.decode()} is longer than {limit} bytes")
    if _CONTROL.search(text):
        raise CallerError(f"the header {name.decode()} holds a control character")
    return text


def _security_server(text: str) -> NodeId:
    try:
        return parse_node(text)
    except CallerError as error:
        raise CallerError(f"X-Road-Security-Server: {error.message}", code="InvalidSecurityServer") from None


def _check_party(text: str) -> None:
    # `[class/]code` (facts C4); the text itself is kept as it came.
    segments = text.split("/")
    if len(segments) > 2:
        raise CallerError("X-Road-Represented-Party has one or two segments")
    for segment in segments:
        decode_segment(segment)


def _decode(text: str, name: str) -> str:
    if "%" in text:
        if _BAD_ESCAPE.search(text):
            raise CallerError(f"the header {name} has a '%' without two hexadecimal digits")
        try:
            text = unquote_to_bytes(text).decode()
        except UnicodeDecodeError:
            raise CallerError(f"the header {name} is not UTF-8 once decoded") from None
        if _CONTROL.search(text):
            raise CallerError(f"the header {name} holds a control character")
    if len(text.encode()) > TEXT_LIMIT_BYTES:
        raise CallerError(f"the header {name} is longer than {TEXT_LIMIT_BYTES} bytes once decoded")
    return text


def _subject(text: str) -> tuple[str, str]:
    scheme, _, person = text.partition("/")
    if not scheme or not person or "/" in person:
        raise CallerError("Kopir-Subject is scheme/id, each percent-encoded")
    return _decode(scheme, "Kopir-Subject"), _decode(person, "Kopir-Subject")
