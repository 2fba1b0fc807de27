"""The bytes of the journal's files (docs/reference/journal.md): segment header, group, subtree root. Pure."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

ENTRY_LIMIT_BYTES = 65_536
EXPONENTS = range(1, 16)
"""With at most 2^15 entries of 64 KiB a segment stays under 4 GiB, so that an offset fits four bytes."""

HASH_BYTES = 32
CHECKSUM_BYTES = 4
LENGTH = struct.Struct(">I")

_SEGMENT_MAGIC = b"KOPIRSEG"
_ROOT_MAGIC = b"KOPIRSUB"
_GROUP_MAGIC = b"\xf5\x0dKG"
_VERSION = 1

_SEGMENT_FIXED = struct.Struct(">8sHBxIH")
_ROOT_FILE = struct.Struct(">8sHBxI32s")
_GROUP_FIXED = struct.Struct(">4sIQI")
GROUP_HEADER_BYTES = _GROUP_FIXED.size + CHECKSUM_BYTES
GROUP_TRAILER_BYTES = HASH_BYTES + CHECKSUM_BYTES

_LOCATE_LIMIT = 1 << 20
"""Do not look further back than a MiB for the one wrong byte: that is a second of work."""


class LayoutError(ValueError):
    """Bytes that are no whole, unharmed structure. `offset` is where; `torn` if a write that was cut can look so."""

    def __init__(self, offset: int, reason: str, *, torn: bool = False) -> None:
        """Keep the place."""
        super().__init__(f"byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason
        self.torn = torn


@dataclass(frozen=True, slots=True)
class SegmentHeader:
    """What a segment says of itself: whose it is, its place, and the tree before its first leaf."""

    node: str
    exponent: int
    number: int
    previous_root: bytes
    """Subtree root of the segment before; empty in segment 0."""
    peaks: tuple[bytes, ...]
    """Roots of the perfect subtrees of all leaves before, largest first: one for each 1 bit of `number`."""

    def encode(self) -> bytes:
        """The header's bytes, checksum included."""
        node = self.node.encode()
        fixed = _SEGMENT_FIXED.pack(_SEGMENT_MAGIC, _VERSION, self.exponent, self.number, len(node))
        body = b"".join((fixed, node, self.previous_root, *self.peaks))
        return body + LENGTH.pack(zlib.crc32(body))

    @property
    def length(self) -> int:
        """Length of the encoded header in bytes."""
        return header_length(len(self.node.encode()), self.number)


def header_length(node_bytes: int, number: int) -> int:
    """Length in bytes of the header of segment `number` of a node whose text has `node_bytes` bytes."""
    hashes = number.bit_count() + (1 if number else 0)
    return _SEGMENT_FIXED.size + node_bytes + hashes * HASH_BYTES + CHECKSUM_BYTES


def decode_header(data: bytes) -> SegmentHeader:
    """Read the header at the start of a segment; raises LayoutError."""
    if len(data) < _SEGMENT_FIXED.size:
        raise LayoutError(len(data), "the segment header is cut")
    magic, version, exponent, number, node_bytes = _SEGMENT_FIXED.unpack_from(data)
    if magic != _SEGMENT_MAGIC:
        place = next(i for i, byte in enumerate(_SEGMENT_MAGIC) if magic[i] != byte)
        raise LayoutError(place, "not a journal segment")
    if version != _VERSION:
        raise LayoutError(8, f"segment layout {version} is not known here")
    end = header_length(node_bytes, number)
    if len(data) < end:
        raise LayoutError(len(data), "the segment header is cut")
    _check(data, 0, end, "the segment header")
    at = _SEGMENT_FIXED.size + node_bytes
    hashes = tuple(data[i : i + HASH_BYTES] for i in range(at, end - CHECKSUM_BYTES, HASH_BYTES))
    node = data[_SEGMENT_FIXED.size : at].decode(errors="replace")
    previous, peaks = (hashes[0], hashes[1:]) if number else (b"", ())
    return SegmentHeader(node=node, exponent=exponent, number=number, previous_root=previous, peaks=peaks)


def encode_root(exponent: int, number: int, root: bytes) -> bytes:
    """The file that a retired segment leaves: the root of its subtree."""
    body = _ROOT_FILE.pack(_ROOT_MAGIC, _VERSION, exponent, number, root)
    return body + LENGTH.pack(zlib.crc32(body))


def decode_root(data: bytes, exponent: int, number: int) -> bytes:
    """Read the file of a retired segment; raises LayoutError."""
    end = _ROOT_FILE.size + CHECKSUM_BYTES
    if len(data) != end:
        raise LayoutError(min(len(data), end), f"a subtree root file has {end} bytes")
    _check(data, 0, end, "the subtree root")
    root: bytes = _ROOT_FILE.unpack_from(data)[4]
    if data != encode_root(exponent, number, root):
        raise LayoutError(0, "the subtree root of another segment or journal")
    return root


def encode_group(first: int, count: int, payload: bytes, root: bytes) -> bytes:
    """One group: `payload` is `count` times length and entry, `first` a leaf index, `root` the tree's after it."""
    fixed = _GROUP_FIXED.pack(_GROUP_MAGIC, len(payload), first, count)
    body = b"".join((fixed, LENGTH.pack(zlib.crc32(fixed)), payload, root))
    return body + LENGTH.pack(zlib.crc32(body))


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """A whole group; `entries` are (start, end) of each entry in the file, `end` is the group's."""

    first: int
    entries: tuple[tuple[int, int], ...]
    root: bytes
    end: int


def decode_group(data: bytes, offset: int) -> GroupFrame:
    """Read the group at `offset`; raises LayoutError, with `torn` set if a write that was cut short can explain it."""
    start = offset + GROUP_HEADER_BYTES
    if len(data) < start:
        raise LayoutError(offset, "the last group is cut", torn=True)
    magic, length, first, count = _GROUP_FIXED.unpack_from(data, offset)
    _check(data, offset, start, "a group's head", torn=True)
    if magic != _GROUP_MAGIC:
        raise LayoutError(offset, "this is no group")
    end = start + length + GROUP_TRAILER_BYTES
    if len(data) < end:
        raise LayoutError(offset, "the last group is cut", torn=True)
    _check(data, offset, end, "a group", torn=len(data) == end)
    entries = _split_entries(data, start, start + length, count)
    return GroupFrame(first=first, entries=entries, root=data[end - GROUP_TRAILER_BYTES : end - 4], end=end)


def _check(data: bytes, start: int, end: int, what: str, *, torn: bool = False) -> None:
    """Raise LayoutError unless the last four of these bytes are the CRC-32 of those before them."""
    stored = LENGTH.unpack_from(data, end - CHECKSUM_BYTES)[0]
    syndrome = zlib.crc32(data[start : end - CHECKSUM_BYTES]) ^ stored
    if syndrome:
        place = locate_flip(end - CHECKSUM_BYTES - start, syndrome)
        where = "does not hold" if place is None else "does not hold; one byte explains it"
        raise LayoutError(start + (place or 0), f"the checksum of {what} {where}", torn=torn)


def locate_flip(length: int, syndrome: int) -> int | None:
    """Which of `length` bytes and the checksum after them is wrong, if a single one explains the whole difference.

    CRC-32 is linear: a wrong byte adds its table entry, shifted on by each byte that follows. So shift the difference
    (`syndrome`) back until it is the entry of one byte. Gives None if no or more than one place explains it.
    """
    table = _crc_table()
    entries = set(table)
    by_top = {entry >> 24: low for low, entry in enumerate(table)}
    places = [length + 3 - shift for shift in range(4) if syndrome & ~(0xFF << 8 * shift) == 0]
    for place in range(length - 1, max(-1, length - 1 - _LOCATE_LIMIT), -1):
        if syndrome in entries:
            places.append(place)
        low = by_top[syndrome >> 24]
        syndrome = ((syndrome ^ table[low]) << 8 | low) & 0xFFFFFFFF
    return places[0] if len(places) == 1 else None


def _crc_table() -> list[int]:
    """The 256 table entries of CRC-32: what one byte makes of an empty register."""
    zero = zlib.crc32(b"\0")
    return [zlib.crc32(bytes((byte,))) ^ zero for byte in range(256)]


def _split_entries(data: bytes, at: int, end: int, count: int) -> tuple[tuple[int, int], ...]:
    """Places of the entries of one payload; raises LayoutError if lengths and count do not fill it exactly."""
    entries = []
    while at < end:
        if at + 4 > end:
            raise LayoutError(at, "an entry's length is cut")
        stop = at + 4 + LENGTH.unpack_from(data, at)[0]
        if stop > end:
            raise LayoutError(at, "an entry is longer than its group")
        entries.append((at + 4, stop))
        at = stop
    if len(entries) != count:
        raise LayoutError(at, f"a group of {len(entries)} entries says that it has {count}")
    return tuple(entries)


def end_of_group(data: bytes, offset: int) -> int:
    """Where the group at `offset` ends, by its own head; just behind `offset` if the head does not hold."""
    start = offset + GROUP_HEADER_BYTES
    if zlib.crc32(data[offset : start - CHECKSUM_BYTES]).to_bytes(4, "big") != data[start - CHECKSUM_BYTES : start]:
        return offset + 1
    length: int = _GROUP_FIXED.unpack_from(data, offset)[1]
    return start + length + GROUP_TRAILER_BYTES


def find_group(data: bytes, offset: int) -> int | None:
    """Where the next whole group begins, if there is one: then what lies before it was not torn but harmed."""
    at = data.find(_GROUP_MAGIC, offset)
    while at >= 0:
        try:
            decode_group(data, at)
        except LayoutError:
            at = data.find(_GROUP_MAGIC, at + 1)
        else:
            return at
    return None
