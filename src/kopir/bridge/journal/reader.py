"""The reading half of a journal: entries by index or id, inclusion paths, roots. Never writes, never decodes.

Everything here may read a segment (tens of MB, tens of milliseconds): call it from a worker thread, beside the
appending. Only what is durable is given out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from kopir.bridge.disk import Disk
from kopir.bridge.journal import index
from kopir.bridge.journal.errors import JournalDamagedError, JournalGapError
from kopir.bridge.journal.layout import LENGTH, LayoutError, decode_group
from kopir.bridge.journal.segments import check_header, index_path, log_path
from kopir.bridge.journal.tree import JournalTree
from kopir.wire.merkle import Tree, leaf_hash

_CLOCK_SLACK_MS = 360_000
"""A request is journaled at most 300 s after and 60 s before the instant in its id (protocol: the replay window)."""


class HeadSource(Protocol):
    """Whoever knows what is durable."""

    @property
    def head(self) -> tuple[int, bytes]:
        """Size and root."""

    def open_slots(self) -> bytes:
        """The index of the last segment, as far as it is durable; empty if only its entries tell it."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found, and where."""

    index: int
    segment: int
    offset: int
    side: int
    kind: int
    entry: bytes


class JournalReader:
    """Lookup and proofs over a folder, a tree that may grow meanwhile, and the durable head."""

    def __init__(
        self, disk: Disk, folder: Path, tree: JournalTree, source: HeadSource, retired: frozenset[int]
    ) -> None:
        """Read from `folder`; `retired` are the segments that have no entries any more."""
        self._disk = disk
        self._folder = folder
        self._tree = tree
        self._source = source
        self._retired = set(retired)
        self._spans: dict[int, tuple[int, int]] = {}
        self._tree_of = lru_cache(maxsize=2)(self._load_tree)

    def path(self, leaf: int, size: int) -> list[bytes]:
        """The inclusion path of leaf `leaf` in the tree of the first `size` leaves (RFC 9162 §2.1.3.1).

        Raises JournalGapError if that needs a retired segment, or more than is durable.
        """
        if not 0 <= leaf < size:
            raise JournalGapError(f"no entry {leaf} among the first {size}")
        self._demand(size)
        return self._tree.path(leaf, size, self._tree_of)

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves; raises JournalGapError as `path` does."""
        self._demand(size)
        return self._tree.root_at(size, self._tree_of)

    def entry(self, leaf: int) -> bytes:
        """The entry of leaf `leaf`; raises JournalGapError if it is not there (any more)."""
        if leaf < 0:
            raise JournalGapError(f"no entry {leaf}")
        self._demand(leaf + 1)
        number, position = leaf >> self._tree.exponent, leaf & self._tree.mask
        return self._read_entry(number, index.read_slot(self._slots(number), position).offset)

    def find(
        self,
        *,
        request_id: bytes | None = None,
        message_id: str | None = None,
        side: int | None = None,
        limit: int = 64,
        is_wanted: Callable[[bytes], bool] | None = None,
    ) -> list[Found]:
        """Records with this request id, or else this message id, the newest first, at most `limit`.

        With `is_wanted`, only those entries of which it is true; all others do not count.
        """
        found: list[Found] = []
        for number in range(self._source.head[0] >> self._tree.exponent, -1, -1):
            if number in self._retired or (request_id is not None and not self._may_hold(number, request_id)):
                continue
            slots = self._slots(number)
            if request_id is not None:
                positions = index.find_request(slots, request_id)
            else:
                positions = index.find_message(slots, index.message_digest(message_id or ""))
            for position in reversed(list(positions)):
                hit = self._found(number, position, index.read_slot(slots, position))
                if (
                    (side is None or hit.side == side)
                    and (message_id is None or _has_message(hit.entry, message_id))
                    and (is_wanted is None or is_wanted(hit.entry))
                ):
                    found.append(hit)
                    if len(found) == limit:
                        return found
        return found

    def others(self, leaf: int) -> Iterator[bytes]:
        """Entries that are no records (stamps, directories), from leaf `leaf` on; passes over retired segments."""
        first, start = leaf >> self._tree.exponent, leaf & self._tree.mask
        for number in range(first, (self._source.head[0] >> self._tree.exponent) + 1):
            if number not in self._retired:
                slots = self._slots(number)
                for position in index.find_others(slots, start if number == first else 0):
                    yield self._read_entry(number, index.read_slot(slots, position).offset)

    def newest_others(self, segments: int) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of entries that are no records, the newest first, in the newest `segments` segments."""
        newest = self._source.head[0] >> self._tree.exponent
        for number in range(newest, max(-1, newest - segments), -1):
            if number in self._retired:
                return
            slots = self._slots(number)
            for position in reversed(list(index.find_others(slots, 0))):
                leaf = (number << self._tree.exponent) + position
                yield leaf, self._read_entry(number, index.read_slot(slots, position).offset)

    def unanswered_requests(self, segments: int) -> list[int]:
        """Leaf indexes, in order, of the consumer's requests in the newest `segments` segments that nothing answers."""
        newest = self._source.head[0] >> self._tree.exponent
        found: list[int] = []
        answered: set[bytes] = set()
        for number in range(newest, max(-1, newest - segments), -1):
            if number in self._retired:
                break
            start = number << self._tree.exponent
            found += (start + position for position in index.unanswered_requests(self._slots(number), answered))
        return found[::-1]

    def load_recent(self, since_ms: int) -> Iterator[bytes]:
        """Request ids of the requests taken as provider at or after `since_ms`, from the indexes alone."""
        for number in range(self._source.head[0] >> self._tree.exponent, -1, -1):
            if number in self._retired:
                return
            span = self._span(number)
            if span is not None and 0 < span[1] < since_ms - _CLOCK_SLACK_MS:
                return
            yield from index.provider_requests(self._slots(number), since_ms)

    def newest_ms(self) -> int:
        """When the newest request was made of which there is a record, in ms since 1970; 0 if there is none."""
        for number in range(self._source.head[0] >> self._tree.exponent, -1, -1):
            if number in self._retired:
                break
            if newest := index.newest_ms(self._slots(number)):
                return newest
        return 0

    def segment_tree(self, number: int) -> Tree:
        """The tree of a full segment, made from its entries; raises JournalDamagedError if its root is another."""
        return self._load_tree(number, self._tree.mask + 1)

    def forget_segment(self, number: int) -> None:
        """Know that the segment was retired."""
        self._retired.add(number)

    def _demand(self, size: int) -> None:
        if not 0 <= size <= self._source.head[0]:
            raise JournalGapError(f"the journal has {self._source.head[0]} durable entries, not {size}")

    def _found(self, number: int, position: int, slot: index.Slot) -> Found:
        leaf = (number << self._tree.exponent) + position
        return Found(leaf, number, slot.offset, slot.side, slot.kind, self._read_entry(number, slot.offset))

    def _read_entry(self, number: int, offset: int) -> bytes:
        path = log_path(self._folder, number)
        head = self._disk.read(path, offset, LENGTH.size)
        length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
        entry = self._disk.read(path, offset + LENGTH.size, length)
        if len(head) < LENGTH.size or len(entry) < length:
            raise JournalDamagedError(path, offset, "the segment ends within an entry")
        return entry

    def _slots(self, number: int) -> bytes:
        """The index of a segment as far as it is durable, made again from the entries if it is not whole."""
        durable = min(self._tree.mask + 1, self._source.head[0] - (number << self._tree.exponent))
        if durable <= 0:
            return b""
        live = self._source.open_slots() if number == len(self._tree.roots) else b""
        if len(live) >= durable * index.SLOT_BYTES:
            return live[: durable * index.SLOT_BYTES]
        path = index_path(self._folder, number)
        data = self._disk.read(path) if self._disk.exists(path) else b""
        slots = index.sealed_slots(data, durable)
        return slots if slots is not None else self._rebuilt_slots(number)[: durable * index.SLOT_BYTES]

    def _rebuilt_slots(self, number: int) -> bytes:
        return b"".join(index.encode_slot(index.key_of(entry), offset) for offset, entry in self._entries_of(number))

    def _entries_of(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Offset and bytes of each entry of a segment; raises JournalGapError if it was retired."""
        path = log_path(self._folder, number)
        if number in self._retired:
            raise JournalGapError(f"segment {number:08x} was retired; its entries are gone")
        data = self._disk.read(path)
        at = check_header(path, number, data).length
        left = min(self._tree.mask + 1, self._source.head[0] - (number << self._tree.exponent))
        while left > 0:
            try:
                frame = decode_group(data, at)
            except LayoutError as error:
                raise JournalDamagedError(path, error.offset, error.reason) from None
            for start, end in frame.entries:
                yield start - LENGTH.size, data[start:end]
            at = frame.end
            left -= len(frame.entries)

    def _load_tree(self, number: int, count: int) -> Tree:
        """The tree of the first `count` leaves of a segment; that of a full one must have the root that is known."""
        active, leaves = self._tree.active
        if number == active:
            return Tree(leaves[:count])
        tree = Tree([leaf_hash(entry) for _, entry in self._entries_of(number)][:count])
        if count == self._tree.mask + 1 and tree.root != self._tree.roots.node(0, number):
            raise JournalDamagedError(
                log_path(self._folder, number), 0, "the entries are not those of the segment's root"
            )
        return tree

    def _may_hold(self, number: int, request_id: bytes) -> bool:
        """Whether the request id, whose first 48 bits are ms since 1970 (RFC 9562 §5.7), can be in the segment."""
        span = self._span(number)
        return span is None or span[0] <= int.from_bytes(request_id[:6], "big") <= span[1]

    def _span(self, number: int) -> tuple[int, int] | None:
        """First and last instant of a full segment's request ids, or None if its index is not sealed."""
        span = self._spans.get(number)
        if span is None and number < len(self._tree.roots):
            path = index_path(self._folder, number)
            end = (self._tree.mask + 1) * index.SLOT_BYTES
            span = index.sealed_span(self._disk.read(path, end)) if self._disk.exists(path) else None
            if span is not None:
                self._spans[number] = span
        return span


def _has_message(entry: bytes, message_id: str) -> bool:
    """Whether the entry's message id is this one: a slot has only eight bytes of its hash."""
    key = index.key_of(entry)
    return key is not None and key.message_id == message_id
