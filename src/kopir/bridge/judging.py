"""Judging an evidence file offline: what it proves, under which anchors, or which check fails and where.

The checks run in the order of one table and the first that fails decides. A stamped file is judged at the stamp's time,
one that is not, or was too late, at the instants of its records. The file comes from a stranger, who also chose what is
not in it: nothing in it is believed before its check, and nothing but a verdict comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

from kopir.bridge.anchors import Anchor
from kopir.bridge.evidence_directories import (
    EARLY_MS,
    LATE_MS,
    BadDocumentError,
    Documents,
    instance_of,
    read_documents,
)
from kopir.signing import stamps
from kopir.signing.certificates import Purpose, check_chain, load_certificate
from kopir.signing.errors import CertificateError, SigningError
from kopir.signing.tokens import read_token
from kopir.wire import evidence as files
from kopir.wire import merkle
from kopir.wire import receipt as receipts
from kopir.wire import record as records
from kopir.wire.directory import Directory, SignerEntry
from kopir.wire.errors import ProtocolError
from kopir.wire.record import Kind

STAMP_WITHIN_MS: Final = 4 * 3_600_000 + EARLY_MS
"""How long after a record's instant a stamp may come: as long as a node goes on without one, and the clocks' leeway.

Anyone can have a journal of his own making stamped. So without this limit a key would be good for ever: stolen, long
removed and revoked, it would sign records of the days when it was listed, under the directories of those days.
"""


class Proof(StrEnum):
    """What a file proves."""

    STAMPED = "stamped"
    """Request and answer, signed, and at the latest at the time of the stamp."""
    SIGNED = "signed"
    """Request and answer, signed; not yet stamped, or too late."""
    UNANSWERED = "unanswered"
    """A signed request, stamped or not, without an answer in this file."""
    INVALID = "invalid"
    """Nothing."""


EXIT_CODES: Final = {Proof.STAMPED: 0, Proof.INVALID: 1, Proof.SIGNED: 3, Proof.UNANSWERED: 4}


@dataclass(frozen=True, slots=True)
class Body:
    """A body to be held against its record: only its length and SHA-256 are needed."""

    length: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A record whose receipt was read: `name` is `request` or `answer`, `leaf` its leaf hash."""

    name: str
    record: records.Record
    receipt: receipts.Receipt
    leaf: bytes

    @property
    def signer(self) -> str:
        """The member that must have signed it (protocol.md §3)."""
        record = self.record
        if record.kind is Kind.REQUEST:
            return "/".join(record.client.split("/")[:3])
        if record.kind is Kind.RESPONSE:
            return "/".join(record.service.split("/")[:3])
        return record.from_node.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file proves. For an invalid one `check` and `where` name what fails; else all but `message` is proven.

    `request` and `answer` are what the file says, for a report; in an invalid file they may be None, and prove nothing.
    Of a time stamp that came too late, at `late_ms`, `check` and `where` tell what it is too late for.
    """

    proof: Proof
    message: str
    check: str | None = None
    where: str | None = None
    request: records.Record | None = None
    answer: records.Record | None = None
    stamped_ms: int | None = None
    late_ms: int | None = None
    journal: files.JournalPart | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """What `kopir evidence verify` ends with."""
        return EXIT_CODES[self.proof]


class _FailedError(Exception):
    """A check failed: where, and what to say."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message


@dataclass(slots=True)
class _Case:
    """What is known so far; each check fills in what the next ones lean on."""

    data: bytes
    anchors: Mapping[str, Anchor]
    bodies: Mapping[str, Body]
    signed: list[Signed] = field(default_factory=list)
    evidence: files.Evidence = field(init=False)
    documents: Documents = field(init=False)
    signers: dict[str, tuple[SignerEntry, Directory]] = field(default_factory=dict)
    claimed_ms: int | None = None
    """The time that the stamp tells; it is proven from its check on."""
    late: str | None = None
    """What the stamp is too late for, if it is."""

    @property
    def stamped_ms(self) -> int | None:
        """The time of a stamp that is not too late."""
        return None if self.late else self.claimed_ms

    @property
    def request(self) -> records.Record:
        return self.signed[0].record

    @property
    def answer(self) -> records.Record | None:
        return self.signed[1].record if len(self.signed) > 1 else None


def judge(data: bytes, anchors: Mapping[str, Anchor], bodies: Mapping[str, Body] | None = None) -> Verdict:
    """Judge the evidence file `data` under `anchors` (by instance); raises nothing.

    `bodies`, by `request` and `answer`, are held against the records that speak for them.
    """
    case = _Case(data, anchors, bodies or {})
    for check, run in _CHECKS:
        try:
            run(case)
        except _FailedError as error:
            return _invalid(case, check, error.where, error.message)
        except (ProtocolError, SigningError) as error:
            return _invalid(case, check, "file", str(error))
    answer = case.answer
    if answer is None or answer.kind is Kind.UNANSWERED:
        proof, message = Proof.UNANSWERED, "the request is proven; this file holds no answer of the other side"
    elif case.stamped_ms is None:
        proof, message = Proof.SIGNED, "request and answer are proven; no time stamp proves when"
    else:
        proof, message = Proof.STAMPED, "request and answer are proven, and that they were there at the stamp's time"
    if case.late:
        message += "; stamped too late: that proves only that the file existed then"
    return Verdict(
        proof,
        message,
        check="stamp" if case.late else None,
        where=case.late,
        request=case.request,
        answer=answer,
        stamped_ms=case.stamped_ms,
        late_ms=case.claimed_ms if case.late else None,
        journal=case.evidence.journal,
        names=_names(case),
    )


def _invalid(case: _Case, check: str, where: str, message: str) -> Verdict:
    request = case.request if case.signed else None
    return Verdict(Proof.INVALID, message, check=check, where=where, request=request, answer=case.answer)


def _names(case: _Case) -> Mapping[str, str]:
    """The names that the directories give the members who signed."""
    found = {}
    for signed in case.signed:
        entry, directory = case.signers[signed.name]
        found[entry.member] = directory.member_name(entry.member) or ""
    return found


# -- the checks, in their order


def _check_form(case: _Case) -> None:
    case.evidence = files.decode(case.data)


def _check_checksum(case: _Case) -> None:
    files.check_checksum(case.data)


def _check_request(case: _Case) -> None:
    case.signed.append(_open("request", case.evidence.request))
    if case.request.kind is not Kind.REQUEST:
        raise _FailedError("request record", "it is no request")


def _check_answer(case: _Case) -> None:
    if case.evidence.answer is None:
        return
    answer = _open("answer", case.evidence.answer)
    try:
        records.check_answer(case.request, case.signed[0].leaf, answer.record)
    except ProtocolError as error:
        raise _FailedError("answer record", error.message) from error
    case.signed.append(answer)


def _open(name: str, sealed: files.Sealed) -> Signed:
    try:
        record = records.decode(sealed.record)
    except ProtocolError as error:
        raise _FailedError(f"{name} record", error.message) from error
    try:
        receipt = receipts.decode_receipt(sealed.receipt)
    except ProtocolError as error:
        raise _FailedError(f"{name} receipt", error.message) from error
    return Signed(name, record, receipt, merkle.leaf_hash(sealed.record))


def _check_token(case: _Case) -> None:
    """Read what time the stamp claims; it is believed after its own check."""
    if case.evidence.stamp is not None:
        try:
            case.claimed_ms = read_token(case.evidence.stamp).gen_time_ms
        except SigningError as error:
            raise _FailedError("stamp", str(error)) from error


def _check_directories(case: _Case) -> None:
    instants = [signed.record.instant_ms for signed in case.signed]
    if case.claimed_ms is not None:
        instants.append(case.claimed_ms)
    try:
        case.documents = read_documents(
            case.evidence.directories,
            case.anchors,
            instances={instance_of(case.request.client), instance_of(case.request.service)},
            instants_ms=instants,
        )
    except BadDocumentError as error:
        raise _FailedError(error.where, error.message) from error


def _check_nodes(case: _Case) -> None:
    """Demand that each node was listed, for the one on whose behalf it acted."""
    request = case.request
    for node, served in ((request.from_node, request.client), (request.to_node, request.service.rpartition("/")[0])):
        directories = case.documents.at(served, request.instant_ms)
        if not any((entry := directory.node(node)) and served in entry.clients for directory in directories):
            raise _FailedError(f"node {node}", f"no directory of the request's instant lets it serve {served}")


def _check_signatures(case: _Case) -> None:
    """Demand that each receipt's key was the signer's in a directory of the record's instant, and that it signed."""
    for signed in case.signed:
        where = f"{signed.name} receipt"
        entry, directory = _find_signer(case, signed, where)
        certificate = load_certificate(entry.certificate)
        if certificate.verifier is None or not certificate.is_signing or certificate.alg != signed.receipt.alg:
            raise _FailedError(where, f"the certificate of {entry.member} does not fit the receipt")
        tbs = signed.receipt.tbs(signed.leaf)
        if not certificate.verifier.verify(signed.receipt.alg, signed.receipt.signature, tbs):
            raise _FailedError(where, f"the signature of {entry.member} does not hold")
        case.signers[signed.name] = entry, directory


def _find_signer(case: _Case, signed: Signed, where: str) -> tuple[SignerEntry, Directory]:
    for directory in case.documents.at(signed.signer, signed.record.instant_ms):
        entry = directory.signer(signed.receipt.kid)
        if entry is not None and entry.member == signed.signer:
            return entry, directory
    kid = signed.receipt.kid.hex()[:16]
    raise _FailedError(where, f"no directory of that instant gives the key {kid}… to {signed.signer}, who has to sign")


def _check_journal(case: _Case) -> None:
    """Demand that each record's entry leads to the journal's root, the answer's after the request's."""
    journal, request, answer = case.evidence.journal, case.request, case.answer
    if journal is None:
        return
    if journal.node != (request.from_node if journal.side == files.CONSUMER else request.to_node):
        raise _FailedError("journal", f"{journal.node} is not the node of that side of the exchange")
    if answer is not None and answer.kind is Kind.UNANSWERED and journal.side != files.CONSUMER:
        raise _FailedError("journal", "only the consumer's node notes that no answer came")
    before = -1
    for signed, sealed, place in zip(case.signed, case.evidence.records, journal.places, strict=True):
        where = f"journal entry of the {signed.name}"
        if place.index <= before:
            raise _FailedError(where, "the answer stands before its request")
        before = place.index
        leaf = merkle.leaf_hash(files.record_entry(journal.side, sealed.record, sealed.receipt))
        try:
            merkle.verify_inclusion(leaf, place.index, journal.size, place.path, journal.root)
        except ProtocolError as error:
            raise _FailedError(where, error.message) from error


def _check_stamp(case: _Case) -> None:
    """Demand that an authority listed by the country of the journal's node stamped the journal's head."""
    journal, token = case.evidence.journal, case.evidence.stamp
    if journal is None or token is None:
        return
    digest = sha256(files.head_statement(journal.node, journal.size, journal.root)).digest()
    listed = [
        authority.certificate
        for directory in case.documents.all_of(journal.node)
        for authority in directory.stamp_authorities
    ]
    try:
        at_ms = stamps.check_token(token, digest, list(dict.fromkeys(listed)))
    except SigningError as error:
        raise _FailedError("stamp", str(error)) from error
    case.late = next((what for signed in case.signed if (what := _late_for(case, signed, at_ms))), None)


def _late_for(case: _Case, signed: Signed, at_ms: int) -> str | None:
    """What of a record a stamp of this time is too late for.

    The key may have left the directory in between, as keys do. But a directory of that time must be there, so that what
    it revokes counts.
    """
    if at_ms - signed.record.instant_ms > STAMP_WITHIN_MS:
        return f"{signed.name} record"
    if not case.documents.at(signed.signer, at_ms):
        return f"directory of {instance_of(signed.signer)}"
    return None


def _check_certificates(case: _Case) -> None:
    """Demand that each signer's certificate held at the judged time: chain, validity, revocation."""
    for signed in case.signed:
        entry, directory = case.signers[signed.name]
        lists = [crl for other in case.documents.all_of(entry.member) for crl in other.revocation_lists]
        at_ms = signed.record.instant_ms if case.stamped_ms is None else case.stamped_ms
        try:
            check_chain(entry.certificate, directory.authorities, list(dict.fromkeys(lists)), at_ms, Purpose.SIGNING)
        except CertificateError as error:
            raise _FailedError(f"certificate of the {signed.name}'s signer", error.message) from error


def _check_times(case: _Case) -> None:
    """Demand that nothing was written after its stamp, and no answer before its request."""
    answer = case.answer
    if answer is not None and answer.instant_ms < case.request.instant_ms - LATE_MS:
        raise _FailedError("answer record", "it is older than its request")
    for signed in case.signed:
        if case.claimed_ms is not None and signed.record.instant_ms > case.claimed_ms + LATE_MS:
            raise _FailedError(f"{signed.name} record", "its instant is later than the time stamp over it")


def _check_bodies(case: _Case) -> None:
    """Demand that the bodies that were given are those that the records speak for."""
    spoken_for = {signed.name: signed.record for signed in case.signed}
    for name, body in case.bodies.items():
        record = spoken_for.get(name)
        if record is None or record.kind is Kind.UNANSWERED:
            raise _FailedError(f"{name} body", f"the file holds no {name} that could speak for it")
        if (record.body_length, record.body_digest) != (body.length, body.digest):
            raise _FailedError(f"{name} body", "it is not the one that the record speaks for")


_CHECKS: Final[tuple[tuple[str, Callable[[_Case], None]], ...]] = (
    ("checksum", _check_checksum),
    ("form", _check_form),
    ("request", _check_request),
    ("answer", _check_answer),
    ("token", _check_token),
    ("directories", _check_directories),
    ("nodes", _check_nodes),
    ("signatures", _check_signatures),
    ("journal", _check_journal),
    ("stamp", _check_stamp),
    ("certificates", _check_certificates),
    ("times", _check_times),
    ("bodies", _check_bodies),
)
