"""Makes the evidence vectors in `evidence/`: `python tests/vectors/make_evidence.py` writes all of them anew.

Good files and hostile ones of two countries, with keys that are thrown away, so that no two runs give the same bytes.
`cases.json` has the verdict on each file, under the two anchors beside it, and the check that decides.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from countries import Country, signed
from exchanges import AT_MS, STAMPED_MS, Exchange, mend, seal, seal_bytes
from kopir.bridge.anchors import anchor_text
from kopir.bridge.judging import STAMP_WITHIN_MS
from kopir.wire import evidence as files
from kopir.wire import record as records
from kopir.wire.directory import MemberEntry
from kopir.wire.record import Kind
from pki import FROM_MS, STAMP, TLS, make_certificate, make_crl, make_root, p256

FOLDER = Path(__file__).parent / "evidence"
HOUR_MS = 3_600_000
NUMBER = 5
Case = tuple[str, files.Evidence | bytes, str, str | None]


def main() -> None:
    """Write everything."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    world = make_world()
    for country in (world.tj, world.kz):
        anchor = country.anchor(lowest_number=NUMBER - 2)
        (FOLDER / f"{country.instance}.anchor.toml").write_text(anchor_text(anchor), "utf-8")
    cases = {}
    for name, evidence, verdict, check in all_cases(world):
        data = evidence if isinstance(evidence, bytes) else files.encode(evidence)
        (FOLDER / f"{name}.evidence").write_bytes(data)
        cases[name] = {"verdict": verdict, "check": check}
    (FOLDER / "cases.json").write_text(json.dumps(cases, indent=1) + "\n", "utf-8")


def make_world() -> Exchange:
    """Two countries; in Kazakhstan a second member, whose keys are as good but who has no part in the exchange."""
    world = Exchange()
    kz = world.kz
    kz.other = make_certificate("CN=Other", issuer=kz.root)  # type: ignore[attr-defined]
    other = MemberEntry("KZ/GOV/2", "Other", (kz.other.der,))  # type: ignore[attr-defined]
    for country in (world.tj, kz):
        country.directory = replace(country.directory, number=NUMBER)
    kz.directory = replace(kz.directory, members=(*kz.directory.members, other))
    return world


def all_cases(world: Exchange) -> Iterator[Case]:
    """All vectors: name, file, verdict and deciding check."""
    yield from good(world)
    groups = (of_form, of_records, of_directories, of_members, of_journal, of_stamp, of_certificates)
    for group in groups:
        for name, evidence, check in group(world):
            yield f"hostile-{name}", evidence, "invalid", check


def good(world: Exchange) -> Iterator[Case]:
    yield "stamped", world.evidence(), "stamped", None
    yield "stamped-by-the-provider", world.evidence(side=files.PROVIDER), "stamped", None
    yield "refused", world.answered(Kind.REFUSAL).evidence(), "stamped", None
    yield "signed", world.evidence(stamped=False), "signed", None
    yield "signed-without-journal", world.evidence(stamped=False, journal=None), "signed", None
    yield "unanswered", world.unanswered(), "unanswered", None
    yield "unanswered-and-noted", world.answered(Kind.UNANSWERED).evidence(), "unanswered", None
    yield "unanswered-and-unstamped", world.unanswered(stamped=False), "unanswered", None
    yield "stamped-after-a-new-directory-key", _after_succession(world), "stamped", None
    yield "signed-with-ed25519", _signed_with(world, ed25519.Ed25519PrivateKey.generate()), "stamped", None
    yield "signed-with-rsa", _signed_with(world, rsa.generate_private_key(65537, 2048)), "stamped", None
    yield "revoked-after-the-stamp", _revoked(world, STAMPED_MS + 1000), "stamped", None
    yield from late(world)
    yield "alone-in-its-batch", _with_request(world, world.request, others=0), "stamped", None


def late(world: Exchange) -> Iterator[Case]:
    """Stamps long after the records, whose keys may have been stolen and taken back since."""
    journal, kz = world.place(), world.kz
    just, over = (world.stamp(journal, at_ms=AT_MS + STAMP_WITHIN_MS + more) for more in (0, 1000))
    yield "stamped-at-the-last-moment", world.evidence(journal=journal, stamp=just), "stamped", None
    yield "stamped-too-late", world.evidence(journal=journal, stamp=over), "signed", None
    yield "unanswered-and-stamped-too-late", _stamped_late(world), "unanswered", None
    expired = _with_kz(world, expires_ms=AT_MS + HOUR_MS)
    stamp = world.stamp(journal, at_ms=AT_MS + HOUR_MS + 60_000)
    yield "stamped-without-a-directory-of-then", replace(expired, journal=journal, stamp=stamp), "signed", None
    yield "stamped-after-the-key-left-the-directory", _key_gone(world), "stamped", None
    taken_back = make_crl(kz.root, {kz.signing.parsed.serial_number: AT_MS + 10_000})
    gone = _key_gone(world, revocation_lists=(taken_back,))
    yield "hostile-stamped-after-the-key-was-taken-back", gone, "invalid", "certificates"


def of_form(world: Exchange) -> Iterator[tuple[str, bytes, str]]:
    whole = world.evidence()
    data = files.encode(whole)
    parts = cbor2.loads(data)
    middle = len(data) // 2
    yield "changed-byte", data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :], "checksum"
    yield "cut", data[:-1], "checksum"
    yield "cut-and-mended", mend(data[:-50] + data[-34:]), "form"
    yield "byte-behind-the-end", data + b"\0", "checksum"
    yield "empty", b"", "checksum"
    yield "magic", _of_parts(["kopir evidence 2", *parts[1:5]]), "form"
    yield "long-form-of-a-number", _long_form(data, world), "form"
    yield "directories-out-of-order", _of_parts([*parts[:2], parts[2][::-1], *parts[3:5]]), "form"
    yield "directory-twice", _of_parts([*parts[:2], [parts[2][0], *parts[2]], *parts[3:5]]), "form"
    yield "no-directory", _of_parts([*parts[:2], [], *parts[3:5]]), "form"
    yield "stamp-without-journal", _of_parts([*parts[:3], None, parts[4]]), "form"
    yield "stamp-of-another-head", _of_parts([*parts[:4], [*parts[4][:1], 6, *parts[4][2:]]]), "form"
    yield "receipt-without-answer", _of_parts([parts[0], [*parts[1][:2], None, parts[1][3]], *parts[2:5]]), "form"
    yield "place-too-many", _of_parts([parts[0], [*parts[1][:2], None, None], *parts[2:5]]), "form"
    yield "map-in-the-file", _of_parts([*parts[:4], {}]), "form"


def of_records(world: Exchange) -> Iterator[tuple[str, files.Evidence, str]]:
    answer = world.sealed_answer
    other = world.make_request(message_id="TJ-43")
    yield "answer-in-place-of-the-request", world.evidence(request=answer), "request"
    fields = cbor2.loads(world.sealed_request.record)
    for name, at, value in (
        ("record-version", 0, 2),
        ("record-method", 9, "PURGE"),
        ("record-control-character", 17, "u\n17"),
        ("record-other-spelling", 7, "%54J/GOV/1/registry"),
        ("record-dot-segment", 7, "TJ/GOV/../registry"),
        ("record-target", 10, "/a b"),
        ("record-other-time-in-its-id", 16, AT_MS + 1),
        ("record-status-in-a-request", 11, 200),
    ):
        data = cbor2.dumps([*fields[:at], value, *fields[at + 1 :]])
        yield name, world.evidence(request=seal_bytes(data, world.tj.signing)), "request"
    short = seal_bytes(cbor2.dumps(fields[:-1]), world.tj.signing)
    yield "record-of-25-positions", world.evidence(request=short), "request"
    behind = files.Sealed(world.sealed_request.record, world.sealed_request.receipt + b"\0")
    yield "byte-behind-the-receipt", world.evidence(request=behind), "request"
    yield (
        "answer-to-another-request",
        _with_answer(world, request_leaf=seal(other, world.tj.signing).record[:32]),
        "answer",
    )
    yield "answer-of-another-message", _with_answer(world, message_id="TJ-43"), "answer"
    yield "answer-for-another-purpose", _with_answer(world, purpose="другая цель"), "answer"
    yield "answer-from-another-node", _with_answer(world, from_node="KZ/GOV/1/node2"), "answer"
    noted = world.answered(Kind.UNANSWERED, from_node=world.request.to_node, to_node=world.request.from_node)
    yield "unanswered-from-the-provider", noted.evidence(), "answer"


def of_directories(world: Exchange) -> Iterator[tuple[str, files.Evidence, str]]:
    kz, tj = world.kz, world.tj

    def with_documents(*documents: bytes) -> files.Evidence:
        return world.evidence(directories=tuple(sorted(documents)))

    own = tj.document()
    yield "directory-by-another-key", with_documents(own, kz.document(key=p256())), "directories"
    yield "directory-missing", with_documents(own), "directories"
    yield "directory-expired", with_documents(own, kz.document(expires_ms=AT_MS - 61_000)), "directories"
    yield "directory-of-later", with_documents(own, kz.document(issued_ms=AT_MS + 300_001)), "directories"
    yield "directory-below-the-anchor", with_documents(own, kz.document(number=NUMBER - 3)), "directories"
    yield "directory-of-a-third-country", with_documents(own, kz.document(), Country("UZ").document()), "directories"
    yield (
        "directory-number-twice",
        with_documents(own, kz.document(), kz.document(expires_ms=AT_MS + HOUR_MS)),
        "directories",
    )
    past = kz.document(number=NUMBER - 1, issued_ms=FROM_MS, expires_ms=FROM_MS + HOUR_MS)
    yield "directory-without-need", with_documents(own, kz.document(), past), "directories"
    changed = bytearray(kz.document())
    changed[changed.index(b"Ministry")] ^= 1
    yield "directory-changed", with_documents(own, bytes(changed)), "directories"
    turned = replace(kz.directory)
    object.__setattr__(turned, "members", turned.members[::-1])
    yield "directory-out-of-order", with_documents(own, signed(turned, kz.key)), "directories"
    key = p256()
    yield (
        "directory-key-not-announced",
        with_documents(own, kz.document(), kz.document(key=key, number=NUMBER + 1)),
        "directories",
    )
    chain = _after_succession(world)
    former = kz.document(number=NUMBER + 1)
    yield (
        "directory-by-the-former-key",
        replace(chain, directories=tuple(sorted([*chain.directories, former]))),
        "directories",
    )


def of_members(world: Exchange) -> Iterator[tuple[str, files.Evidence, str]]:
    kz, tj = world.kz, world.tj
    node = "KZ/GOV/1/node2"
    yield "node-not-listed", _with_request(world, world.make_request(to_node=node)), "nodes"
    client = _with_request(world, world.make_request(client="TJ/GOV/1/portal"))
    yield "client-of-no-node", client, "nodes"
    by_other = seal(world.answer, kz.other)  # type: ignore[attr-defined]
    yield "answer-by-another-member", _with_sealed(world, answer=by_other), "signatures"
    yield "answer-by-the-client", _with_sealed(world, answer=seal(world.answer, tj.signing)), "signatures"
    yield "answer-by-the-node", _with_sealed(world, answer=seal(world.answer, kz.tls)), "signatures"
    tls = make_certificate("CN=Node", issuer=kz.root, usages=("digital_signature",), eku=TLS)
    yield "answer-by-a-listed-tls-certificate", _with_signer(world, tls), "signatures"
    unlisted = make_certificate("CN=Member", issuer=kz.root)
    yield "answer-by-an-unlisted-certificate", _with_sealed(world, answer=seal(world.answer, unlisted)), "signatures"
    record = records.encode(world.request._replace(purpose="другая цель"))
    moved = files.Sealed(record, world.sealed_request.receipt)
    yield "request-changed", _alone(world, moved), "signatures"
    receipt = bytearray(world.sealed_request.receipt)
    receipt[-1] ^= 1
    yield "signature-changed", _alone(world, files.Sealed(world.sealed_request.record, bytes(receipt))), "signatures"
    claimed = world.sealed_request.receipt.replace(b"\xa3\x01\x26", b"\xa3\x01\x27")
    yield "another-algorithm", _alone(world, files.Sealed(world.sealed_request.record, claimed)), "signatures"
    index = world.sealed_request.receipt.replace(b"\x83\x05\x01", b"\x83\x05\x02")
    yield "another-place-in-the-batch", _alone(world, files.Sealed(world.sealed_request.record, index)), "signatures"


def of_journal(world: Exchange) -> Iterator[tuple[str, files.Evidence, str]]:
    def with_journal(journal: files.JournalPart) -> files.Evidence:
        return world.evidence(journal=journal, stamp=world.stamp(journal))

    place = world.place()
    first, second = place.places
    yield "journal-of-the-other-node", with_journal(world.place(node=world.kz.node)), "journal"
    yield "journal-of-the-other-side", with_journal(replace(place, side=files.PROVIDER, node=world.kz.node)), "journal"
    yield "journal-with-another-root", with_journal(replace(place, root=bytes(32))), "journal"
    yield "journal-of-another-size", with_journal(replace(place, size=place.size + 2)), "journal"
    shorter = replace(first, path=first.path[:-1])
    yield "journal-path-too-short", with_journal(replace(place, places=(shorter, second))), "journal"
    yield "journal-places-exchanged", with_journal(replace(place, places=(second, first))), "journal"
    turned = world.place(world.sealed_answer, world.sealed_request)
    yield "journal-answer-first", with_journal(replace(turned, places=turned.places[::-1])), "journal"
    noted = world.answered(Kind.UNANSWERED)
    yield "journal-unanswered-by-the-provider", noted.evidence(side=files.PROVIDER), "journal"
    again = world.place(seal(world.request, world.tj.signing), world.sealed_answer)
    yield "journal-with-another-receipt", with_journal(again), "journal"


def of_stamp(world: Exchange) -> Iterator[tuple[str, files.Evidence, str]]:
    journal = world.place()
    tj = world.tj
    stamping = {"usages": ("digital_signature",), "eku": STAMP, "eku_critical": True}
    larger = world.stamp(world.place(after=3))
    yield "stamp-of-another-journal-head", world.evidence(journal=journal, stamp=larger), "stamp"
    unlisted = make_certificate("CN=Stamps", **stamping)  # type: ignore[arg-type]
    yield "stamp-by-an-unlisted-authority", world.evidence(stamp=world.stamp(journal, by=unlisted)), "stamp"
    yield "stamp-by-the-other-country", world.evidence(stamp=world.stamp(journal, by=world.kz.stamps)), "stamp"
    yield "stamp-by-a-member", world.evidence(stamp=world.stamp(journal, by=tj.signing)), "stamp"
    token = bytearray(world.stamp(journal))
    token[-1] ^= 1
    yield "stamp-signature-changed", world.evidence(stamp=bytes(token)), "stamp"
    yield "stamp-no-token", world.evidence(stamp=b"\x30\x00"), "token"
    yield "stamp-before-the-request", world.evidence(stamp=world.stamp(journal, at_ms=AT_MS - 61_000)), "times"
    old = _with_answer(world, instant_ms=AT_MS - 60_001)
    yield "answer-before-its-request", old, "times"


def of_certificates(world: Exchange) -> Iterator[tuple[str, files.Evidence, str]]:
    kz = world.kz
    short = make_certificate("CN=Member", issuer=kz.root, to_ms=STAMPED_MS - 1000)
    yield "certificate-expired-at-the-stamp", _with_signer(world, short), "certificates"
    late = make_certificate("CN=Member", issuer=kz.root, from_ms=STAMPED_MS + 1000)
    yield "certificate-not-yet-valid", _with_signer(world, late), "certificates"
    yield (
        "certificate-of-no-authority",
        _with_signer(world, make_certificate("CN=Member", issuer=make_root())),
        "certificates",
    )
    below = make_certificate("CN=Member", issuer=kz.signing)
    yield "certificate-by-a-member", _with_signer(world, below), "certificates"
    yield "certificate-revoked", _revoked(world, STAMPED_MS - 1000), "certificates"
    stale = make_crl(kz.root, this_ms=FROM_MS, next_ms=STAMPED_MS - 1000)
    yield "revocation-list-out-of-date", _with_kz(world, revocation_lists=(stale,)), "certificates"
    forged = make_crl(kz.root, key=p256())
    yield "revocation-list-forged", _with_kz(world, revocation_lists=(forged,)), "certificates"


def _of_parts(parts: list[Any]) -> bytes:
    """A file of these five parts, by a general CBOR library, with its checksum."""
    return mend(b"\x86" + cbor2.dumps(parts)[1:] + b"\x58\x20" + bytes(32))


def _long_form(data: bytes, world: Exchange) -> bytes:
    """The journal's size in two bytes where one is enough."""
    node = world.tj.node.encode()
    at = data.rindex(b"\x85" + bytes([0x60 + len(node)]) + node) + 2 + len(node) + 1
    return mend(data[:at] + b"\x18" + data[at:])


def _with_sealed(
    world: Exchange, *, request: files.Sealed | None = None, answer: files.Sealed | None = None
) -> files.Evidence:
    """The exchange with other records, all else made to fit."""
    request, answer = request or world.sealed_request, answer or world.sealed_answer
    journal = world.place(request, answer)
    return world.evidence(request=request, answer=answer, journal=journal, stamp=world.stamp(journal))


def _alone(world: Exchange, request: files.Sealed) -> files.Evidence:
    """The request without an answer."""
    journal = world.place(request)
    return world.evidence(request=request, answer=None, journal=journal, stamp=world.stamp(journal))


def _with_answer(world: Exchange, **changes: Any) -> files.Evidence:
    return _with_sealed(world, answer=seal(world.make_answer(**changes), world.kz.signing))


def _with_request(world: Exchange, request: records.Record, others: int = 3) -> files.Evidence:
    other = replace(world)
    other.request, other.sealed_request = request, seal(request, world.tj.signing, others=others)
    return _with_sealed(other, request=other.sealed_request, answer=seal(other.make_answer(), world.kz.signing))


def _with_kz(world: Exchange, **changes: Any) -> files.Evidence:
    """The exchange under another Kazakh directory."""
    return world.evidence(directories=tuple(sorted((world.tj.document(), world.kz.document(**changes)))))


def _with_signer(world: Exchange, signer: Any) -> files.Evidence:
    """The exchange with an answer by another certificate, which the directory lists for the member."""
    whole = _with_sealed(world, answer=seal(world.answer, signer))
    members = (MemberEntry(world.kz.member, "Ministry", (signer.der,)),)
    return replace(whole, directories=_with_kz(world, members=members).directories)


def _signed_with(world: Exchange, key: Any) -> files.Evidence:
    return _with_signer(world, make_certificate("CN=Member", issuer=world.kz.root, key=key))


def _revoked(world: Exchange, at_ms: int) -> files.Evidence:
    signer = world.kz.signing.parsed.serial_number
    return _with_kz(world, revocation_lists=(make_crl(world.kz.root, {signer: at_ms}),))


def _after_succession(world: Exchange) -> files.Evidence:
    """Under a directory key that the former key's last document, long out of force, announced."""
    kz, key = world.kz, p256()
    announced = replace(kz, key=key).spki
    past = kz.document(number=NUMBER - 2, issued_ms=FROM_MS, expires_ms=FROM_MS + HOUR_MS, next_key=announced)
    return world.evidence(directories=tuple(sorted((world.tj.document(), past, kz.document(key=key)))))


def _stamped_late(world: Exchange) -> files.Evidence:
    journal = world.place(world.sealed_request)
    stamp = world.stamp(journal, at_ms=AT_MS + STAMP_WITHIN_MS + 1000)
    return replace(world.unanswered(), journal=journal, stamp=stamp)


def _key_gone(world: Exchange, **changes: Any) -> files.Evidence:
    """With a document between answer and stamp that lists another key of the member."""
    kz = world.kz
    members = (MemberEntry(kz.member, "Ministry", (make_certificate("CN=Member", issuer=kz.root).der,)),)
    later = kz.document(number=NUMBER + 1, issued_ms=STAMPED_MS - 10_000, members=members, **changes)
    return world.evidence(directories=tuple(sorted([*world.documents, later])))


if __name__ == "__main__":
    main()
