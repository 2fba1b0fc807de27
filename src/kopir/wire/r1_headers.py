"""Headers of the client's dialect: which pass, which a node writes itself, and the blocks that travel between nodes.

Headers are lists of (name, value) bytes with names in lower case. A block is `name:value` lines, each ended by CR LF,
in the order received (`docs/reference/protocol.md` §5). What a block must not hold is refused on both ends of the peer
leg, so that no peer can slip framing or identity past the record.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha512

from kopir.wire.errors import CallerError, MalformedError
from kopir.wire.names import TEXT_LIMIT_CHARS, encode_segment, show

Headers = list[tuple[bytes, bytes]]

PASS, SECRET, DROP, FIELD = range(4)
"""What becomes of a header: into the block, into the secret block, nowhere, or into a field of the record."""

FIELDS = {
    b"x-road-client": TEXT_LIMIT_CHARS,
    b"x-road-id": 256,
    b"x-road-userid": 256,
    b"x-road-issue": 256,
    b"x-road-represented-party": 256,
    b"x-road-security-server": TEXT_LIMIT_CHARS,
    b"kopir-purpose": 3 * 512,
    b"kopir-legal-basis": 3 * 512,
    b"kopir-subject": 2 * 3 * 512 + 1,
    b"content-type": 256,
}
"""Headers that become fields of a record, and how many bytes each may have in the request so that a record holds it."""
_DROPPED = frozenset(
    {
        # Hop by hop (RFC 9110 §7.6.1) and framing: each hop has its own
        b"connection",
        b"content-length",
        b"expect",
        b"host",
        b"keep-alive",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        # Names of machines behind a node (PR-REST §4.3, filtered headers)
        b"server",
        b"user-agent",
        # Only a node says these
        b"x-road-error",
        b"x-road-request-hash",
        b"x-road-request-id",
        b"x-road-service",
    }
)
_SECRET = frozenset({b"authorization", b"cookie", b"set-cookie"})
_TOKEN = b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
_VALUE = bytes([0x09, *range(0x20, 0x7F), *range(0x80, 0x100)])


@lru_cache(1024)
def kind_of(name: bytes) -> int:
    """Say what becomes of a header; raises `CallerError` for what is no lower-case token or an unknown Kopir-…."""
    if name in FIELDS:
        return FIELD
    if name in _DROPPED or name.startswith(b"proxy-"):
        return DROP
    if name in _SECRET:
        return SECRET
    if not name or name.translate(None, _TOKEN) or len(name) > 256:
        raise CallerError(f"{show(name.decode('latin-1'))} is not a header name")
    if name.startswith(b"kopir-"):
        raise CallerError(f"the header {show(name.decode())} is not known here")
    return PASS


def named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """Collect the header names that Connection declares hop by hop (RFC 9110 §7.6.1), in lower case.

    Raises `CallerError` where it names a header of the protocol: dropping that one would change what the call means.
    """
    values = [value for name, value in headers if name == b"connection"]
    if not values or values in ([b"keep-alive"], [b"close"], [b"Keep-Alive"]):
        return frozenset()
    named = frozenset(token.strip().lower() for value in values for token in value.split(b","))
    if any(name.startswith((b"x-road-", b"kopir-")) for name in named):
        raise CallerError("Connection may not name a header of the protocol")
    return named


def join_block(headers: Headers) -> bytes:
    """Write headers as a block; raises `CallerError` where a value holds a control character."""
    block = b"".join([b"%b:%b\r\n" % header for header in headers])
    if block.translate(None, _VALUE) != b"\r\n" * len(headers):
        raise CallerError("a header value holds a control character")
    return block


def make_block(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """Sort a response's headers into (block, secret block); of several Date headers the first is kept (facts C8).

    Raises `CallerError` for a name or value that is no HTTP; the caller says whose fault that is.
    """
    listed = list(headers)
    hop = named_by_connection(listed)
    passed: Headers = []
    secret: Headers = []
    has_date = False
    for header in listed:
        name = header[0]
        if name.startswith(b"kopir-"):
            continue
        kind = kind_of(name)
        if kind in (DROP, FIELD) or name in hop:
            continue
        if name == b"date":
            if has_date:
                continue
            has_date = True
        (secret if kind == SECRET else passed).append(header)
    return join_block(passed), join_block(secret)


def split_block(block: bytes) -> Headers:
    """Read a header block that came from a peer; raises `MalformedError` for what `make_block` would not write."""
    return _split(block, PASS)


def split_secrets(secrets: bytes) -> Headers:
    """Read a secret block that came from a peer; raises `MalformedError` likewise."""
    return _split(secrets, SECRET)


def _split(block: bytes, wanted: int) -> Headers:
    if not block:
        return []
    lines = block.split(b"\r\n")
    if lines.pop() or block.translate(None, _VALUE) != b"\r\n" * len(lines):
        raise MalformedError("a header block is not lines that end with CR LF")
    headers: Headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        try:
            kind = kind_of(name)
        except CallerError as error:
            raise MalformedError(f"in a header block: {error.message}") from None
        if not colon or kind != wanted:
            raise MalformedError(f"a header block may not hold {show(name.decode('latin-1'))}")
        headers.append((name, value))
    return headers


def provider_request_headers(
    *,
    client: str,
    message_id: str,
    request_id: str,
    media_type: str | None,
    user: str | None,
    represented_party: str | None,
    issue: str | None,
    purpose: str | None,
    legal_basis: str | None,
    subject: tuple[str, str] | None,
    block: bytes,
    secrets: bytes,
) -> Headers:
    """Write what a service gets: the record's fields as headers, both blocks, and last X-Road-Request-Id, a UUID.

    The caller adds Host and framing. Raises `MalformedError` for a block that a peer may not send.
    """
    headers = [(b"x-road-client", client.encode()), (b"x-road-id", message_id.encode())]
    if media_type is not None:
        headers.append((b"content-type", media_type.encode()))
    if user is not None:
        headers.append((b"x-road-userid", user.encode()))
    if represented_party is not None:
        headers.append((b"x-road-represented-party", represented_party.encode()))
    if issue is not None:
        headers.append((b"x-road-issue", issue.encode()))
    if purpose is not None:
        headers.append((b"kopir-purpose", encode_segment(purpose).encode()))
    if legal_basis is not None:
        headers.append((b"kopir-legal-basis", encode_segment(legal_basis).encode()))
    if subject is not None:
        headers.append((b"kopir-subject", f"{encode_segment(subject[0])}/{encode_segment(subject[1])}".encode()))
    headers += split_block(block)
    if secrets:
        headers += split_secrets(secrets)
    headers.append((b"x-road-request-id", request_id.encode()))
    return headers


def request_hash(method: str, target: bytes, headers: Headers, body_sha512: bytes | None) -> str:
    """Compute X-Road-Request-Hash (facts C9) in base64; `body_sha512` is None for a request without a body.

    `headers` are those of `provider_request_headers`, so both nodes get the same value from record and blocks. X-Road
    hashes its lines in the order it received them; no client can tell, since the node's request id is among them.
    """
    head = b"%b\r\n%b\r\n%b" % (method.encode(), target, b"".join([b"%b:%b\r\n" % header for header in headers]))
    digest = sha512(head).digest()
    return b64encode(digest if body_sha512 is None else sha512(digest + body_sha512).digest()).decode()


def response_headers(
    *,
    client: str,
    service: str,
    message_id: str,
    request_id: str,
    request_hash: str,
    media_type: str | None,
    block: bytes,
    secrets: bytes,
    date: bytes,
) -> Headers:
    """Write what the client gets (facts C8): the service's headers, the node's own, and exactly one Date.

    `date` stands where the service sent none. The caller adds framing. Raises `MalformedError` as `split_block` does.
    """
    headers = split_block(block)
    if not any(name == b"date" for name, _ in headers):
        headers.append((b"date", date))
    if secrets:
        headers += split_secrets(secrets)
    if media_type is not None:
        headers.append((b"content-type", media_type.encode()))
    headers += (
        (b"x-road-id", message_id.encode()),
        (b"x-road-client", client.encode()),
        (b"x-road-service", service.encode()),
        (b"x-road-request-id", request_id.encode()),
        (b"x-road-request-hash", request_hash.encode()),
    )
    return headers
