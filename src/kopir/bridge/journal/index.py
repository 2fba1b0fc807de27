"""The index beside each segment: 32 bytes for each entry, in order, so that one is found without decoding any.

Not synced with the entries: it can always be made again from its segment. A full segment's index is sealed with a
checksum and the span of its request ids.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SLOT_BYTES = 32
SEAL_BYTES = 24
_SLOT = struct.Struct(">16s8sIBBxx")
_SEAL = struct.Struct(">4sQQ")
_SEAL_MAGIC = b"SEAL"
_MESSAGE_AT = 16
_KIND_AT = 29
_REQUEST = 1
_PROVIDER = 1
_RECORD_HEAD = b"\x98\x1a\x01"


class IndexKey(NamedTuple):
    """What an entry that is a record can be found by. A tuple for its price: one is made for each record."""

    request_id: bytes
    message_id: str
    side: int
    """0 consumer, 1 provider."""
    kind: int
    """1 request, 2 response, 3 refusal, 4 unanswered."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot: where the entry begins in its segment, and what it is; kind 0 is an entry that is no record."""

    request_id: bytes
    digest: bytes
    offset: int
    side: int
    kind: int


def message_digest(message_id: str) -> bytes:
    """The eight bytes that stand for a message id in a slot."""
    return hashlib.sha256(message_id.encode()).digest()[:8]


def encode_slot(key: IndexKey | None, offset: int) -> bytes:
    """The slot of the entry at `offset`; `key` is None for what is no record."""
    if key is None:
        return _SLOT.pack(b"", b"", offset, 0, 0)
    digest = hashlib.sha256(key[1].encode()).digest()[:8]
    return _SLOT.pack(key[0], digest, offset, key[2], key[3])


def read_slot(slots: bytes, position: int) -> Slot:
    """The `position`-th slot of an index."""
    return Slot(*_SLOT.unpack_from(slots, position * SLOT_BYTES))


def seal(slots: bytes) -> bytes:
    """What closes the index of a full segment: first and last instant of its request ids in ms, and a checksum."""
    instants = [
        int.from_bytes(slots[at : at + 6], "big") for at in range(0, len(slots), SLOT_BYTES) if slots[at + _KIND_AT]
    ]
    body = _SEAL.pack(_SEAL_MAGIC, min(instants, default=0), max(instants, default=0))
    return body + zlib.crc32(body, zlib.crc32(slots)).to_bytes(4, "big")


def sealed_slots(data: bytes, count: int) -> bytes | None:
    """The slots of a sealed index of `count` entries, or None if it is not whole."""
    end = count * SLOT_BYTES
    if len(data) != end + SEAL_BYTES or zlib.crc32(data[:-4]) != int.from_bytes(data[-4:], "big"):
        return None
    return data[:end]


def sealed_span(tail: bytes) -> tuple[int, int] | None:
    """First and last instant in ms from the last SEAL_BYTES of an index, or None if it is not sealed."""
    if len(tail) != SEAL_BYTES or not tail.startswith(_SEAL_MAGIC):
        return None
    _, first, last = _SEAL.unpack_from(tail)
    return first, last


def find_request(slots: bytes, request_id: bytes) -> Iterable[int]:
    """Positions of the entries with this request id, in order."""
    return _find(slots, request_id, 0)


def find_message(slots: bytes, digest: bytes) -> Iterable[int]:
    """Positions of the entries whose message id has this digest, in order."""
    return _find(slots, digest, _MESSAGE_AT)


def find_others(slots: bytes, start: int) -> Iterable[int]:
    """Positions, from `start` on, of the entries that are no records, in order."""
    kinds = slots[_KIND_AT::SLOT_BYTES]
    found = kinds.find(0, start)
    while found >= 0:
        yield found
        found = kinds.find(0, found + 1)


def _find(slots: bytes, needle: bytes, at: int) -> Iterable[int]:
    found = slots.find(needle)
    while found >= 0:
        position, rest = divmod(found, SLOT_BYTES)
        if rest == at and slots[position * SLOT_BYTES + _KIND_AT]:
            yield position
        found = slots.find(needle, found + 1)


def provider_requests(slots: bytes, since_ms: int) -> Iterable[bytes]:
    """Request ids of the requests that this node took as provider, at or after `since_ms`."""
    since = since_ms.to_bytes(6, "big")
    for request_id, _, _, side, kind in _SLOT.iter_unpack(slots):
        if kind == _REQUEST and side == _PROVIDER and request_id >= since:
            yield request_id


def newest_ms(slots: bytes) -> int:
    """The newest instant, in ms since 1970, that a record's request id tells (RFC 9562 §5.7); 0 without a record."""
    return max(
        (int.from_bytes(request_id[:6], "big") for request_id, *_, kind in _SLOT.iter_unpack(slots) if kind), default=0
    )


def unanswered_requests(slots: bytes, answered: set[bytes]) -> Iterable[int]:
    """Positions, the last first, of the consumer's requests that no later entry answers; for the newest index first.

    `answered` holds the request ids of the consumer's answers in all later entries, and is added to.
    """
    for position, (request_id, _, _, side, kind) in reversed(list(enumerate(_SLOT.iter_unpack(slots)))):
        if not kind or side == _PROVIDER:
            continue
        if kind != _REQUEST:
            answered.add(request_id)
        elif request_id not in answered:
            yield position


def key_of(entry: bytes) -> IndexKey | None:
    """Read the key from an entry's bytes at their fixed places (protocol.md §3, §7); None for what is no record.

    Costs a microsecond where decoding costs ten, and is asked only when an index is made again.
    """
    if entry[:2] != b"\x84\x01" or len(entry) < 6:
        return None
    record = _byte_string(entry, 3)
    if not record.startswith(_RECORD_HEAD) or len(record) < 44 or record[4] != 0x50 or record[21] != 0x50:
        return None
    message_id = _text(record, 38)
    return IndexKey(record[22:38], message_id, entry[2], record[3]) if message_id is not None else None


def _byte_string(data: bytes, at: int) -> bytes:
    """The CBOR byte string at `at`, or nothing if there is none."""
    major, start, length = _head(data, at)
    return data[start : start + length] if major == 2 else b""


def _text(data: bytes, at: int) -> str | None:
    """The CBOR text at `at`, or None if there is none."""
    major, start, length = _head(data, at)
    if major != 3 or start + length > len(data):
        return None
    try:
        return data[start : start + length].decode()
    except UnicodeDecodeError:
        return None


def _head(data: bytes, at: int) -> Sequence[int]:
    """Major type, start of content and length of a CBOR string at `at` (RFC 8949 §3)."""
    first = data[at]
    width = {24: 1, 25: 2, 26: 4}.get(first & 31, 0)
    length = int.from_bytes(data[at + 1 : at + 1 + width], "big") if width else first & 31
    return first >> 5, at + 1 + width, length
