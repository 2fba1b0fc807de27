"""Records (protocol.md §3): what each side signs and keeps of a request, a response, a refusal or a missing answer.

A `Record` is a tuple of the fields in their order. Its bytes are made once, then hashed, sent and journaled as they
are; whoever received a record keeps the bytes that came and never encodes it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from hashlib import sha256
from typing import Final, NamedTuple

from kopir.wire import cbor
from kopir.wire.errors import CallerError, LocalProtocolError, MalformedError, MisroutedError
from kopir.wire.merkle import EMPTY_ROOT
from kopir.wire.names import ClientId, NodeId, ServiceId, parse_client, parse_node, parse_service

VERSION: Final = 1
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
EMPTY_DIGEST: Final = sha256().digest()
DIGEST_BYTES: Final = 32
NONCE_BYTES: Final = 16
SALT_BYTES: Final = 16
TARGET_LIMIT_BYTES: Final = 8192
FIRST_INSTANT_MS: Final = 946_684_800_000
"""2000-01-01; a clock that shows less was never set."""
LAST_INSTANT_MS: Final = 4_102_444_799_999
"""The end of 2099."""
_U64: Final = (1 << 64) - 1


class Kind(IntEnum):
    """What a record is about."""

    REQUEST = 1
    RESPONSE = 2
    REFUSAL = 3
    UNANSWERED = 4


class Record(NamedTuple):
    """The fields of a record; identifiers as their canonical text. `encode` and `decode` check every one of them."""

    kind: Kind
    nonce: bytes
    request_id: bytes
    message_id: str
    from_node: str
    to_node: str
    client: str
    service: str
    method: str
    target: str
    status: int | None
    header_digest: bytes
    media_type: str | None
    body_length: int
    body_digest: bytes
    instant_ms: int
    user: str | None
    represented_party: str | None
    issue: str | None
    purpose: str | None
    legal_basis: str | None
    subject_digest: bytes | None
    head_size: int
    head_root: bytes
    request_leaf: bytes | None
    reason: str | None


_POSITIONS: Final = 26
_HEAD_POSITION: Final = 23

Rule = Callable[[object], bool]

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _number(low: int, high: int) -> Rule:
    return lambda value: type(value) is int and low <= value <= high


def _bytes(length: int) -> Rule:
    return lambda value: type(value) is bytes and len(value) == length


def _text(low: int, high: int) -> Rule:
    # isprintable() is the quick answer for nearly every text; what it doubts, as soft hyphens, may still be no control.
    return lambda value: (
        type(value) is str
        and (low <= len(value) <= high >> 2 or low <= len(value.encode(errors="surrogatepass")) <= high)
        and (value.isprintable() or not _CONTROL.search(value))
    )


def _or_null(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


def _canonical(parse: Callable[[str], ClientId | ServiceId | NodeId]) -> Rule:
    def is_canonical(value: object) -> bool:
        try:
            return type(value) is str and parse(value).text == value
        except CallerError:
            return False

    return is_canonical


def _is_request_id(value: object) -> bool:
    return type(value) is bytes and len(value) == 16 and value[6] >> 4 == 7 and value[8] >> 6 == 2


def _is_target(value: object) -> bool:
    return (
        type(value) is str
        and len(value) <= TARGET_LIMIT_BYTES
        and (not value or (value[0] in "/?" and value.isascii() and value.isprintable() and " " not in value))
    )


_RULES: Final[dict[str, Rule]] = {
    "kind": lambda value: type(value) is Kind,
    "nonce": _bytes(NONCE_BYTES),
    "request_id": _is_request_id,
    "message_id": _text(1, 256),
    "from_node": _canonical(parse_node),
    "to_node": _canonical(parse_node),
    "client": _canonical(parse_client),
    "service": _canonical(parse_service),
    "method": lambda value: type(value) is str and value in METHODS,
    "target": _is_target,
    "status": _or_null(_number(200, 599)),
    "header_digest": _bytes(DIGEST_BYTES),
    "media_type": _or_null(_text(0, 256)),
    "body_length": _number(0, _U64),
    "body_digest": _bytes(DIGEST_BYTES),
    "instant_ms": _number(FIRST_INSTANT_MS, LAST_INSTANT_MS),
    "user": _or_null(_text(0, 256)),
    "represented_party": _or_null(_text(0, 256)),
    "issue": _or_null(_text(0, 256)),
    "purpose": _or_null(_text(0, 512)),
    "legal_basis": _or_null(_text(0, 512)),
    "subject_digest": _or_null(_bytes(DIGEST_BYTES)),
    "head_size": _number(0, _U64),
    "head_root": _bytes(DIGEST_BYTES),
    "request_leaf": _or_null(_bytes(DIGEST_BYTES)),
    "reason": _or_null(_text(1, 256)),
}
_RULES_IN_ORDER: Final = tuple(_RULES[name] for name in Record._fields)

# Which of status, request_leaf and reason a kind has; the others are null.
_PRESENT: Final = {
    Kind.REQUEST: (False, False, False),
    Kind.RESPONSE: (True, True, False),
    Kind.REFUSAL: (True, True, True),
    Kind.UNANSWERED: (False, True, True),
}
# Body length, body digest, header digest and media type where no answer came.
_NOTHING_RECEIVED: Final = (0, EMPTY_DIGEST, EMPTY_DIGEST, None)
_KINDS: Final = {int(kind): kind for kind in Kind}

# What an answer repeats of its request.
_REPEATED: Final = tuple(
    Record._fields.index(name)
    for name in (
        *("request_id", "message_id", "client", "service", "method", "target"),
        *("user", "represented_party", "issue", "purpose", "legal_basis", "subject_digest"),
    )
)

_ID_RANDOM_BITS: Final = 0x0FFF_3FFF_FFFF_FFFF_FFFF
_ID_VERSION_AND_VARIANT: Final = 0x7000_8000_0000_0000_0000


def encode(record: Record) -> bytes:
    """Encode a record; raise LocalProtocolError, naming the field, for one that no peer would take."""
    wrong = _find_fault(record)
    if wrong:
        raise LocalProtocolError(f"no record can be made: {wrong}")
    return cbor.encode([VERSION, int(record[0]), *record[1:22], record[22:24], *record[24:]])


def decode(data: bytes) -> Record:
    """Read the record that fills `data`; raise MalformedError for other bytes and for any field out of its range."""
    values = cbor.decode(data)
    if type(values) is not list or len(values) != _POSITIONS:
        raise MalformedError("no record: not an array of 26 positions", offset=0)
    if values[0] != VERSION:
        raise MalformedError("a record of another version", offset=2)
    head = values[_HEAD_POSITION]
    if type(head) is not list or len(head) != 2:
        raise MalformedError("a record whose journal head is not a pair")
    kind = values[1]
    if type(kind) is not int or kind not in _KINDS:
        raise MalformedError("a record of an unknown kind", offset=3)
    record = Record(_KINDS[kind], *values[2:_HEAD_POSITION], *head, *values[_HEAD_POSITION + 1 :])
    wrong = _find_fault(record)
    if wrong:
        raise MalformedError(f"no record: {wrong}")
    return record


def check_answer(request: Record, request_leaf: bytes, answer: Record) -> None:
    """Raise MisroutedError unless `answer` (kind 2, 3 or 4) answers the `request` whose leaf hash is `request_leaf`."""
    if request.kind is not Kind.REQUEST or answer.kind is Kind.REQUEST:
        raise MisroutedError("an answer has to answer a request")
    if answer.request_leaf != request_leaf:
        raise MisroutedError("the answer names another request's record")
    nodes = (answer.from_node, answer.to_node)
    if answer.kind is not Kind.UNANSWERED:
        nodes = nodes[::-1]
    if nodes != (request.from_node, request.to_node):
        raise MisroutedError("the answer is from or to another node")
    for field in _REPEATED:
        if answer[field] != request[field]:
            raise MisroutedError(f"the answer has another {Record._fields[field]} than its request")


def subject_digest(salt: bytes, scheme: str, subject_id: str) -> bytes:
    """The digest of the person concerned: SHA-256(salt ‖ scheme ‖ id), the salt being 16 fresh random bytes."""
    if len(salt) != SALT_BYTES:
        raise LocalProtocolError(f"a salt of {len(salt)} bytes, not {SALT_BYTES}")
    return sha256(salt + scheme.encode() + subject_id.encode()).digest()


def request_id_at(instant_ms: int, random: bytes) -> bytes:
    """Make a request id, a UUIDv7 (RFC 9562 §5.7), of the request's instant and 16 fresh random bytes."""
    if len(random) != 16 or not 0 <= instant_ms < 1 << 48:
        raise LocalProtocolError("a request id is made of 16 random bytes and an instant of 48 bits")
    bits = instant_ms << 80 | int.from_bytes(random[6:], "big") & _ID_RANDOM_BITS | _ID_VERSION_AND_VARIANT
    return bits.to_bytes(16, "big")


def request_id_instant(request_id: bytes) -> int:
    """The instant, in ms since 1970, at which `request_id` says that it was made."""
    return int.from_bytes(request_id[:6], "big")


def request_id_text(request_id: bytes) -> str:
    """The text form of a request id (RFC 9562 §4), as clients see it."""
    digits = request_id.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _find_fault(record: Record) -> str | None:
    for field, is_good in enumerate(_RULES_IN_ORDER):
        if not is_good(record[field]):
            return f"{Record._fields[field]} is of another type, length or range than allowed"
    kind = record.kind
    if (record.status is not None, record.request_leaf is not None, record.reason is not None) != _PRESENT[kind]:
        return f"status, request_leaf and reason are not those of a {kind.name.lower()}"
    if kind is Kind.REQUEST:
        if request_id_instant(record.request_id) != record.instant_ms:
            return "the time in request_id is not instant_ms"
    elif kind is Kind.UNANSWERED:
        received = (record.body_length, record.body_digest, record.header_digest, record.media_type)
        if received != _NOTHING_RECEIVED:
            return "a body, headers or media type in a record of no answer"
    if not record.head_size and record.head_root != EMPTY_ROOT:
        return "the root of an empty journal is the hash of nothing"
    return None
