"""Making the evidence file of one exchange from a journal and the directories kept beside it (protocol.md §8).

Blocking and safe to call in a worker thread beside the running node: it only reads, and only what is durable. An
information system gets the evidence of its own exchanges; of all others it does not even learn that they exist.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from kopir.bridge.directory import Directories
from kopir.bridge.evidence_directories import EARLY_MS, Document, instance_of
from kopir.bridge.journal import Found, Journal, JournalGapError, JournalReader, JournalView
from kopir.signing.errors import StampError
from kopir.signing.tokens import read_token
from kopir.wire import cbor, directory, merkle
from kopir.wire import evidence as files
from kopir.wire import record as records
from kopir.wire.errors import CallerError
from kopir.wire.record import Kind, Record

LIMIT_SAME_ID: Final = 1024
"""How many of the caller's entries with one id are taken, the newest first: who repeats an id asks by request id."""
LIMIT_NAMED: Final = 16
LIMIT_STAMPS: Final = 16


class ExchangeNotFoundError(CallerError):
    """This journal has no such exchange, or it is not the caller's."""

    code = "NotFound"


class AmbiguousExchangeError(CallerError):
    """Several exchanges have this id: ask for one of the request ids that the message names."""

    code = "InvalidRequest"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record's entry: where it stands, what it says."""

    index: int
    side: int
    sealed: files.Sealed
    record: Record


@dataclass(slots=True)
class _Exchange:
    """A request as one side kept it, and what was kept as its answer."""

    request: _Entry
    answers: list[_Entry] = field(default_factory=list)

    @property
    def entries(self) -> tuple[_Entry, ...]:
        """The request and the answer, if there is one: the other side's rather than the note that none came."""
        best = sorted(self.answers, key=lambda entry: (entry.record.kind is Kind.UNANSWERED, entry.index))
        return (self.request, *best[:1])


def make_evidence(
    *,
    journal: Journal | JournalView,
    directories: Directories,
    wanted: str,
    client: str | None = None,
    side: int | None = None,
) -> bytes:
    """Make the file of the exchange with the request id (UUID text or 32 hexadecimal digits) or message id `wanted`.

    With `client`, a canonical text, only among the exchanges of that subsystem or member. `side` (0 consumer, 1
    provider) decides where this node was both; without it the consumer's entries are taken.

    The first time stamp over both records goes in: it proves the earliest time, and that the certificates held then.
    Without any, the place under the last durable head goes in instead.

    Raises:
        ExchangeNotFoundError, AmbiguousExchangeError: there is not exactly one such exchange.
        RefusedError: the anchor of a country that took part is gone.
        JournalDamagedError, OSError: the disk.
    """
    entries = _find_exchange(journal.reader, wanted, client, side).entries
    place, stamp = _place(journal, entries)
    instants = [entry.record.instant_ms for entry in entries]
    if stamp is not None:
        instants.append(read_token(stamp).gen_time_ms)
    request = entries[0].record
    instances = {instance_of(request.client), instance_of(request.service)}
    documents = {one for instance in instances for one in _documents(directories, instance, instants)}
    return files.encode(
        files.Evidence(
            request=entries[0].sealed,
            answer=entries[1].sealed if len(entries) > 1 else None,
            directories=tuple(sorted(documents)),
            journal=place,
            stamp=stamp,
        )
    )


def _find_exchange(reader: JournalReader, wanted: str, client: str | None, side: int | None) -> _Exchange:
    # Others' entries are left out before any are counted: a caller must not hide them by repeating their message id.
    is_wanted = None if client is None else partial(_is_of, client)
    found: list[_Exchange] = []
    request_id = _request_id(wanted)
    if request_id is not None:
        found = _exchanges(reader.find(request_id=request_id, side=side, limit=LIMIT_SAME_ID, is_wanted=is_wanted))
    if not found:
        found = _exchanges(reader.find(message_id=wanted, side=side, limit=LIMIT_SAME_ID, is_wanted=is_wanted))
    if not found:
        raise ExchangeNotFoundError("no exchange with this id is in the journal, or it is not yours")
    if len(found) > 1:
        ids = ", ".join(str(uuid.UUID(bytes=exchange.request.record.request_id)) for exchange in found[:LIMIT_NAMED])
        raise AmbiguousExchangeError(f"{len(found)} exchanges have this id; ask for one by its request id: {ids}")
    return found[0]


def _request_id(text: str) -> bytes | None:
    try:
        return uuid.UUID(text).bytes
    except ValueError:
        return None


def _is_of(client: str, entry: bytes) -> bool:
    """Whether `client` asked, or is the subsystem whose service was asked; an answer repeats both of its request."""
    if client.encode() not in entry:  # spares most of the decoding
        return False
    record = _open(entry)[2]
    return client in {record.client, record.service.rpartition("/")[0]}


def _exchanges(found: Iterable[Found]) -> list[_Exchange]:
    """Requests with their answers, the newest first, each once: what this node has as both sides, as the consumer."""
    by_leaf: dict[tuple[bytes, int], _Exchange] = {}
    answers: list[_Entry] = []
    for entry in map(_read, found):
        if entry.record.kind is Kind.REQUEST:
            by_leaf[merkle.leaf_hash(entry.sealed.record), entry.side] = _Exchange(entry)
        else:
            answers.append(entry)
    for answer in answers:
        exchange = by_leaf.get((answer.record.request_leaf or b"", answer.side))
        if exchange is not None:
            exchange.answers.append(answer)
    return [
        exchange
        for (leaf, side), exchange in by_leaf.items()
        if side == files.CONSUMER or (leaf, files.CONSUMER) not in by_leaf
    ]


def _read(found: Found) -> _Entry:
    side, sealed, record = _open(found.entry)
    return _Entry(found.index, side, sealed, record)


def _open(entry: bytes) -> tuple[int, files.Sealed, Record]:
    """Side, record with its receipt, and what the record says."""
    _, side, record, receipt = cbor.decode(entry)  # type: ignore[misc]  # the journal's own entry
    return side, files.Sealed(record, receipt), records.decode(record)  # type: ignore[arg-type, return-value]


def _place(journal: Journal | JournalView, entries: Sequence[_Entry]) -> tuple[files.JournalPart | None, bytes | None]:
    """Where the entries stand under the first stamped head that can still be proven, or else under the last head."""
    last = entries[-1].index
    for size, root, token in _stamps_over(journal.reader, last):
        part = _part(journal, entries, size, root)
        if part is not None and journal.reader.root_at(size) == root:
            return part, token
    return _part(journal, entries, *journal.head), None


def _stamps_over(reader: JournalReader, leaf: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Size, root and token of the first stamps over the entry at `leaf`."""
    found = 0
    for entry in reader.others(leaf):
        match cbor.decode(entry):
            case [files.STAMP_ENTRY, int(size), bytes(root), bytes(token)] if size > leaf and _is_token(token):
                yield size, root, token
                found += 1
        if found == LIMIT_STAMPS:
            return


def _is_token(token: bytes) -> bool:
    try:
        read_token(token)
    except StampError:
        return False
    return True


def _part(
    journal: Journal | JournalView, entries: Sequence[_Entry], size: int, root: bytes
) -> files.JournalPart | None:
    """The journal part under one head; None if a segment that it needs was retired."""
    try:
        places = tuple(files.Place(entry.index, tuple(journal.reader.path(entry.index, size))) for entry in entries)
    except JournalGapError:
        return None
    return files.JournalPart(journal.node, entries[0].side, size, root, places)


def _documents(directories: Directories, instance: str, instants_ms: Sequence[int]) -> Iterator[bytes]:
    """The documents of an instance that were in force here at the instants, and those that announced their keys."""
    first, *later = instants_ms
    # The other side's clock may be behind ours, and the document have come with this very request.
    yield from directories.documents_at(instance, first) or directories.documents_at(instance, first + EARLY_MS)
    for instant_ms in later:
        found = directories.documents_at(instance, instant_ms)
        if found and _was_valid(found[0], instant_ms):
            yield from found


def _was_valid(document: bytes, instant_ms: int) -> bool:
    """Whether the document was still valid: the last one stays with us through an outage of its publisher."""
    envelope = directory.unframe(document)
    return Document(0, envelope, directory.decode(envelope.payload)).is_of(instant_ms)
