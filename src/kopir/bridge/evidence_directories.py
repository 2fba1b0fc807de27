"""The directories of an evidence file: which of them anchors vouch for, and what they said at an instant.

Nothing here asks the network or the present: whether a document was in force is a matter of its own two times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

from kopir.bridge.anchors import Anchor
from kopir.bridge.directory_checks import check_signature
from kopir.wire.directory import Directory, DirectoryError, Envelope, check_origin, decode, unframe
from kopir.wire.errors import MalformedError

EARLY_MS: Final = 300_000
LATE_MS: Final = 60_000
"""A record is accepted up to 300 s after and 60 s before its instant (the replay window), under a document of then."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document taken apart; `place` is its position in the file."""

    place: int
    envelope: Envelope
    directory: Directory

    def is_of(self, instant_ms: int) -> bool:
        """Whether a node may have used the document for a record of this instant."""
        directory = self.directory
        return directory.issued_ms - EARLY_MS <= instant_ms < directory.expires_ms + LATE_MS


class BadDocumentError(Exception):
    """A document that proves nothing, or has no business in the file: which, and why."""

    def __init__(self, where: str, message: str) -> None:
        """Keep the place for machines and the message for people."""
        super().__init__(message)
        self.where = where
        self.message = message


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a file that were in force at one of its instants, by instance; each is vouched for."""

    by_instance: Mapping[str, tuple[Directory, ...]]
    _documents: tuple[Document, ...]

    def at(self, identifier: str, instant_ms: int) -> tuple[Directory, ...]:
        """The documents, of the instance of any identifier, that were in force at the instant."""
        instance = instance_of(identifier)
        return tuple(
            document.directory
            for document in self._documents
            if document.directory.instance == instance and document.is_of(instant_ms)
        )

    def all_of(self, identifier: str) -> tuple[Directory, ...]:
        """All documents of the instance of any identifier."""
        return self.by_instance.get(instance_of(identifier), ())


def instance_of(identifier: str) -> str:
    """The instance in which an identifier is, as it stands there."""
    return identifier.partition("/")[0]


def read_documents(
    documents: Sequence[bytes], anchors: Mapping[str, Anchor], *, instances: Collection[str], instants_ms: Sequence[int]
) -> Documents:
    """Hold each document against the anchor of its instance.

    `instances` are those of the exchange, each of which must have a document in force at the first of `instants_ms`.
    Documents in force at none of them may only be there because they announced the key of another.

    Raises:
        BadDocumentError: with the place of the document.
    """
    read = [_read(place, document) for place, document in enumerate(documents)]
    kept: list[Document] = []
    for instance in sorted({document.directory.instance for document in read} | set(instances)):
        where = f"directory of {instance}"
        if instance not in instances:
            raise BadDocumentError(where, f"nobody of {instance} takes part in the exchange")
        anchor = anchors.get(instance)
        if anchor is None:
            raise BadDocumentError(where, f"no anchor of {instance} was given")
        own = sorted(
            (document for document in read if document.directory.instance == instance),
            key=lambda document: document.directory.number,
        )
        _check_succession(own, anchor)
        kept += _in_force(own, anchor, instants_ms)
        if not any(document.is_of(instants_ms[0]) for document in kept if document.directory.instance == instance):
            raise BadDocumentError(where, f"none is there that was in force in {instance} at the request's instant")
    return Documents(
        {
            instance: tuple(one.directory for one in kept if one.directory.instance == instance)
            for instance in instances
        },
        tuple(kept),
    )


def _read(place: int, document: bytes) -> Document:
    try:
        envelope = unframe(document)
        return Document(place, envelope, decode(envelope.payload))
    except MalformedError as error:
        raise BadDocumentError(f"directory {place}", error.message) from error


def _check_succession(documents: Sequence[Document], anchor: Anchor) -> None:
    """Check each signature, in the order of the numbers: by the key that signed the last, or the one it announced."""
    keys = {anchor.kid: anchor.key}
    number = -1
    for document in documents:
        directory = document.directory
        where = f"directory {document.place}"
        if directory.number == number:
            raise BadDocumentError(where, f"number {number} of {directory.instance} is there twice")
        number = directory.number
        try:
            check_signature(document.envelope, keys)
        except DirectoryError as error:
            raise BadDocumentError(where, error.message) from error
        present = keys[document.envelope.kid]
        following = [] if directory.next_key is None else [directory.next_key]
        keys = {sha256(key).digest(): key for key in (present, *following)}


def _in_force(documents: Sequence[Document], anchor: Anchor, instants_ms: Iterable[int]) -> list[Document]:
    """Those that were in force at one of the instants; every other one must have announced the key of the next."""
    wanted = [document for document in documents if any(document.is_of(instant_ms) for instant_ms in instants_ms)]
    announced = {before.place for before, after in pairwise(documents) if before.envelope.kid != after.envelope.kid}
    for document in documents:
        where = f"directory {document.place}"
        if document in wanted:
            try:
                check_origin(document.directory, instance=anchor.instance, lowest_number=anchor.lowest_number)
            except DirectoryError as error:
                raise BadDocumentError(where, error.message) from error
        elif document.place not in announced:
            raise BadDocumentError(where, "it was in force at no instant of the exchange and announces no key")
    return wanted
