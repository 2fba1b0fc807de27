"""The evidence file of one exchange (protocol.md §8), to bytes and back, and the journal statements in it (§7).

Only the form is checked here: whether the parts prove anything is judged in `bridge`, which has signatures and anchors.
A file has one spelling: a changed byte is refused by the checksum, and by the form or a proof where that is mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

from kopir.wire import cbor
from kopir.wire.errors import InvalidEvidenceError, LocalProtocolError, MalformedError
from kopir.wire.merkle import HASH_BYTES

MAGIC: Final = "kopir evidence 1"
LIMIT_FILE_BYTES: Final = 64 << 20
LIMIT_DIRECTORIES: Final = 64
LIMIT_PATH: Final = 64
CONSUMER: Final = 0
PROVIDER: Final = 1
RECORD_ENTRY: Final = 1
STAMP_ENTRY: Final = 2
DIRECTORY_ENTRY: Final = 3
AUDIT_ENTRY: Final = 4
LIMIT_LOG_LETTERS: Final = 64
"""Of the name of a record of actions."""

_POSITIONS: Final = 6
_START: Final = b"\x86"
_START_OF_CHECKED: Final = b"\x85"
_BEFORE_CHECKSUM: Final = b"\x58\x20"
_END_BYTES: Final = len(_BEFORE_CHECKSUM) + HASH_BYTES


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record and its receipt, as they were sent."""

    record: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record's entry stands in the journal, and the inclusion path from it."""

    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class JournalPart:
    """The head of one node's journal and the place of each record under it; side 0 is the consumer's node."""

    node: str
    side: int
    size: int
    root: bytes
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All parts of a file. `stamp` is the RFC 3161 token over the journal part's head. Made whole or not at all."""

    request: Sealed
    answer: Sealed | None
    directories: tuple[bytes, ...]
    journal: JournalPart | None = None
    stamp: bytes | None = None

    def __post_init__(self) -> None:
        """Raise MalformedError where parts do not fit together."""
        if not 1 <= len(self.directories) <= LIMIT_DIRECTORIES:
            raise MalformedError(f"evidence: {len(self.directories)} directories, allowed are 1 to {LIMIT_DIRECTORIES}")
        if any(before >= after for before, after in pairwise(self.directories)):
            raise MalformedError("evidence: its directories are not in the order of their bytes, each once")
        if self.journal is None:
            if self.stamp is not None:
                raise MalformedError("evidence: a time stamp without the journal that it is of")
        elif len(self.journal.places) != len(self.records) or not _is_journal(self.journal):
            raise MalformedError("evidence: the journal part is out of range, or has not one place for each record")

    @property
    def records(self) -> tuple[Sealed, ...]:
        """The request and, if there is one, the answer."""
        return (self.request,) if self.answer is None else (self.request, self.answer)


def record_entry(side: int, record: bytes, receipt: bytes) -> bytes:
    """The journal entry of a record (§7)."""
    return cbor.encode([RECORD_ENTRY, side, record, receipt])


def head_statement(node: str, size: int, root: bytes) -> bytes:
    """What a time stamp over a journal is of: the SHA-256 of these bytes (§7)."""
    return cbor.encode(["kopir journal head", node, size, root])


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Where the record of actions of a portal stood: its name, how many rows its chain has, and the hash over them."""

    log: str
    size: int
    head: bytes

    def __post_init__(self) -> None:
        """Raise MalformedError where it is none."""
        if not (1 <= len(self.log) <= LIMIT_LOG_LETTERS and self.log.isascii() and self.log.isprintable()):
            raise MalformedError(
                f"audit head: the name of a record has 1 to {LIMIT_LOG_LETTERS} printable ASCII letters"
            )
        if not 1 <= self.size < 1 << 63:
            raise MalformedError("audit head: a chain that was handed over has a row or more")
        if len(self.head) != HASH_BYTES:
            raise MalformedError(f"audit head: a hash of {len(self.head)} bytes")

    def encode(self) -> bytes:
        """Its entry in the journal (§7)."""
        return cbor.encode([AUDIT_ENTRY, self.log, self.size, self.head])


def decode_audit_head(entry: bytes) -> AuditHead:
    """Read such an entry; raise MalformedError for any other."""
    match cbor.decode(entry):
        case [kind, str(log), int(size), bytes(head)] if kind == AUDIT_ENTRY:
            return AuditHead(log, size, head)
    raise MalformedError("this is no entry of an audit head")


def encode(evidence: Evidence) -> bytes:
    """The file; raise LocalProtocolError where it would be too large."""
    answer, journal = evidence.answer, evidence.journal
    body = cbor.encode(
        [
            MAGIC,
            [
                *(evidence.request.record, evidence.request.receipt),
                *((None, None) if answer is None else (answer.record, answer.receipt)),
            ],
            list(evidence.directories),
            None
            if journal is None
            else [
                *(journal.node, journal.side, journal.size, journal.root),
                [[place.index, list(place.path)] for place in journal.places],
            ],
            None
            if journal is None or evidence.stamp is None
            else [journal.node, journal.size, journal.root, evidence.stamp],
        ]
    )
    if len(body) + _END_BYTES > LIMIT_FILE_BYTES:
        raise LocalProtocolError(f"no evidence file can be made: it would have over {LIMIT_FILE_BYTES} bytes")
    return _START + body[1:] + _BEFORE_CHECKSUM + sha256(body).digest()


def check_checksum(data: bytes) -> None:
    """Raise InvalidEvidenceError unless `data` ends with the checksum of the rest: else it was changed or cut."""
    if len(data) > LIMIT_FILE_BYTES:
        raise InvalidEvidenceError(f"no evidence file: over {LIMIT_FILE_BYTES} bytes")
    if not data.startswith(_START) or data[-_END_BYTES:-HASH_BYTES] != _BEFORE_CHECKSUM:
        raise InvalidEvidenceError("no evidence file, or one that was cut: its checksum is not where it must be")
    if sha256(_START_OF_CHECKED + data[1:-_END_BYTES]).digest() != data[-HASH_BYTES:]:
        raise InvalidEvidenceError("the file was changed or cut: its checksum does not hold")


def decode(data: bytes) -> Evidence:
    """Read the file that fills `data`; raise MalformedError for another form, and as `check_checksum` does."""
    check_checksum(data)
    magic, exchange, directories, journal, stamp, checksum = _list(cbor.decode(data), "the file", _POSITIONS)
    if magic != MAGIC:
        raise MalformedError(f"evidence: it does not begin with {MAGIC!r}")
    if checksum != data[-32:]:  # it was read at its place from the end; what stands before it may have run into it
        raise MalformedError("evidence: its last field is not its checksum")
    request, answer = _exchange(exchange)
    part = None if journal is None else _journal(journal)
    return Evidence(
        request=request,
        answer=answer,
        directories=tuple(_bytes(document, "a directory") for document in _list(directories, "the directories")),
        journal=part,
        stamp=None if stamp is None else _stamp(stamp, part),
    )


def _exchange(value: object) -> tuple[Sealed, Sealed | None]:
    record, receipt, answer, answer_receipt = _list(value, "the exchange", 4)
    request = Sealed(_bytes(record, "the request record"), _bytes(receipt, "the request receipt"))
    if answer is None and answer_receipt is None:
        return request, None
    return request, Sealed(_bytes(answer, "the answer record"), _bytes(answer_receipt, "the answer receipt"))


def _journal(value: object) -> JournalPart:
    node, side, size, root, places = _list(value, "the journal part", 5)
    return JournalPart(
        node if isinstance(node, str) else "",
        side if isinstance(side, int) else -1,
        size if isinstance(size, int) else -1,
        _bytes(root, "the journal's root"),
        tuple(_place(place) for place in _list(places, "the places in the journal")),
    )


def _place(value: object) -> Place:
    index, path = _list(value, "a place in the journal", 2)
    steps = tuple(_bytes(step, "a hash of an inclusion path") for step in _list(path, "an inclusion path"))
    return Place(index if isinstance(index, int) else -1, steps)


def _is_journal(part: JournalPart) -> bool:
    return (
        bool(part.node)
        and part.side in {CONSUMER, PROVIDER}
        and 0 < part.size < 1 << LIMIT_PATH
        and len(part.root) == HASH_BYTES
        and all(
            0 <= place.index < part.size
            and len(place.path) <= LIMIT_PATH
            and all(len(step) == HASH_BYTES for step in place.path)
            for place in part.places
        )
    )


def _stamp(value: object, journal: JournalPart | None) -> bytes:
    node, size, root, token = _list(value, "the stamp", 4)
    if journal is None or (node, size, root) != (journal.node, journal.size, journal.root):
        raise MalformedError("evidence: the stamp is not of the head of the journal part")
    return _bytes(token, "the time stamp token")


def _list(value: object, what: str, count: int | None = None) -> Sequence[object]:
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise MalformedError(f"evidence: {what}: an array{'' if count is None else f' of {count}'} is expected")
    return value


def _bytes(value: object, what: str) -> bytes:
    if not isinstance(value, bytes):
        raise MalformedError(f"evidence: {what}: a byte string is expected")
    return value
