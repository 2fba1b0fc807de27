"""Making a country's directory: from a TOML description and files of certificates, signed with the directory key.

Whatever a reader would refuse is refused here first, and nothing is written. The directory key is needed here alone; no
running node has it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kopir.bridge.anchors import Anchor, public_key
from kopir.bridge.config.problems import ConfigError, Problem
from kopir.bridge.config.reading import Sheet, Table
from kopir.bridge.directory_checks import check_certificates, check_signature
from kopir.bridge.disk import OsDisk, replace_file
from kopir.bridge.errors import PublishError
from kopir.signing.algorithms import ES256, PrivateKey, sign
from kopir.signing.certificates import spki_of
from kopir.signing.errors import SigningError
from kopir.signing.facts import read_certificate_file
from kopir.signing.revocation import load_crl
from kopir.signing.signer import p256_key
from kopir.wire.directory import (
    Directory,
    MemberEntry,
    NodeEntry,
    ServiceEntry,
    StampAuthorityEntry,
    SubsystemEntry,
    check_in_time,
    check_origin,
    decode,
    encode,
    frame,
    to_be_signed,
    unframe,
)
from kopir.wire.errors import ProtocolError

VALID_HOURS: Final = 24.0
HOUR_MS: Final = 3_600_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Published:
    """A document as it was written, and the identifier of the key that signed it."""

    directory: Directory
    document: bytes
    kid: bytes


def publish(source: Path, key: PrivateKey, out: Path, *, now_ms: int, number: int | None = None) -> Published:
    """Make the next document and put it in the place of the last, whole or not at all.

    `number` is one more than that of the document in `out` (1 if there is none) unless it is given.

    Raises:
        ConfigError: with everything that is wrong in the description.
        PublishError: readers would refuse the document.
        SigningError: the key cannot sign directories.
    """
    signing_key = p256_key(key)
    own_key = spki_of(signing_key.public_key())
    kid = sha256(own_key).digest()
    last = _last(out, kid)
    following = 1 if last is None else last.number + 1
    directory = read_description(source, number=following if number is None else number, now_ms=now_ms)
    if directory.number < following:
        raise PublishError(f"{out}: holds number {following - 1} already; give --number {following} or more")
    if last is not None and last.instance != directory.instance:
        raise PublishError(
            f"{out}: is the directory of {last.instance}, not of {directory.instance}; give another --out"
        )
    if directory.next_key == own_key:
        raise PublishError(f"{source}: next_key: is the present directory key; announce another, or none")
    try:
        check_certificates(directory)
    except ProtocolError as error:
        raise PublishError(f"{source}: readers would refuse this directory: {error.message}") from error
    document = _signed(directory, signing_key, kid)
    replace_file(OsDisk(), out.absolute(), document)
    # The published file is for everyone; the disk port makes files for their owner alone.
    out.chmod(0o644)
    return Published(directory, document, kid)


def verify(document: bytes, anchor: Anchor, now_ms: int) -> Directory:
    """Check a document as a node does that knows nothing but the anchor. Raises `ProtocolError`."""
    envelope = unframe(document)
    check_signature(envelope, {anchor.kid: anchor.key})
    directory = decode(envelope.payload)
    check_origin(directory, instance=anchor.instance, lowest_number=anchor.lowest_number)
    check_in_time(directory, now_ms)
    check_certificates(directory)
    return directory


def read_description(source: Path, *, number: int, now_ms: int) -> Directory:
    """The content that a description asks for. Raises `ConfigError` with everything that is wrong in it."""
    sheet = Sheet(source)
    try:
        top = Table(sheet, "", tomllib.loads(source.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError([Problem(source, "", f"cannot be read: {error.strerror}", "check the path")]) from error
    except ValueError as error:
        raise ConfigError([Problem(source, "", f"is not TOML: {error}", "correct it there")]) from error
    instance = top.text("instance", "KZ")
    valid_ms = int(top.seconds("valid_hours", VALID_HOURS, 0.01, 24.0 * 7) * HOUR_MS)
    authorities = _files(top, "authorities", read_certificate_file)
    revocation_lists = _files(top, "revocation_lists", _read_crl)
    members = _sorted((_member(table) for table in top.tables("member")), "id")
    subsystems = _sorted((_subsystem(table) for table in top.tables("subsystem")), "id")
    services = _sorted((_service(table) for table in top.tables("service")), "id")
    nodes = _sorted((_node(table) for table in top.tables("node")), "id")
    stamp_authorities = _sorted((_stamp_authority(table) for table in top.tables("stamp_authority")), "name")
    next_key = _file(top, "next_key", _read_public_key, top.optional_text("next_key", "next.pub"))
    top.finish()
    if sheet.problems:
        raise ConfigError(sheet.problems)
    try:
        return Directory(
            instance=instance,
            number=number,
            issued_ms=now_ms,
            expires_ms=now_ms + valid_ms,
            authorities=authorities,
            revocation_lists=revocation_lists,
            members=members,
            subsystems=subsystems,
            services=services,
            nodes=nodes,
            stamp_authorities=stamp_authorities,
            next_key=next_key,
        )
    except ProtocolError as error:
        raise ConfigError([Problem(source, "", error.message, "correct the description")]) from error


def _member(table: Table) -> MemberEntry:
    certificates = _files(table, "certificates", read_certificate_file)
    entry = MemberEntry(table.text("id", "KZ/GOV/900140000012"), table.text("name", "Ministry"), certificates)
    table.finish()
    return entry


def _subsystem(table: Table) -> SubsystemEntry:
    entry = SubsystemEntry(table.text("id", "KZ/GOV/900140000012/registry"), table.text("name", "Register"))
    table.finish()
    return entry


def _service(table: Table) -> ServiceEntry:
    identifier = table.text("id", "KZ/GOV/900140000012/registry/regions")
    kind = table.choice("type", ("REST", "OPENAPI3"), "REST")
    entry = ServiceEntry(identifier, kind, table.text("title", "Regions"))
    table.finish()
    return entry


def _node(table: Table) -> NodeEntry:
    entry = NodeEntry(
        id=table.text("id", "KZ/GOV/900140000012/node1"),
        address=table.text("address", "node1.example.kz:5500"),
        certificates=_files(table, "certificates", read_certificate_file),
        clients=tuple(sorted(table.texts("clients", "KZ/GOV/900140000012/registry"))),
    )
    table.finish()
    return entry


def _stamp_authority(table: Table) -> StampAuthorityEntry:
    name = table.text("name", "Time stamp authority")
    file = table.text("certificate", "tsa.crt")
    certificate = _file(table, "certificate", read_certificate_file, file) if file else None
    table.finish()
    return StampAuthorityEntry(name, certificate or b"")


def _files(table: Table, name: str, read: Callable[[Path], bytes]) -> tuple[bytes, ...]:
    found = [_file(table, name, read, text) for text in table.texts(name, "FILE")]
    return tuple(data for data in found if data is not None)


def _file(table: Table, name: str, read: Callable[[Path], bytes], text: str | None) -> bytes | None:
    """What `read` makes of a file beside the description; a fault is noted."""
    if text is None:
        return None
    try:
        return read(table.sheet.folder / text)
    except (SigningError, ValueError) as error:
        table.report(name, str(error), "give a file in PEM or DER")
    except OSError as error:
        table.report(name, f"{text} cannot be read: {error.strerror}", "check the path")
    return None


def _read_crl(path: Path) -> bytes:
    data = path.read_bytes()
    if b"-----BEGIN" in data:
        data = x509.load_pem_x509_crl(data).public_bytes(Encoding.DER)
    return load_crl(data).der


def _read_public_key(path: Path) -> bytes:
    return public_key(path.read_text(encoding="ascii"))


def _sorted(entries: Iterable[_T], by: str) -> tuple[_T, ...]:
    return tuple(sorted(entries, key=attrgetter(by)))


def _last(out: Path, kid: bytes) -> Directory | None:
    """The document that is to be replaced; None if there is none. Readers that have it must take the next one."""
    try:
        document = out.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PublishError(f"{out}: cannot be read: {error.strerror}; check path and permissions") from error
    try:
        envelope = unframe(document)
        directory = decode(envelope.payload)
    except ProtocolError as error:
        raise PublishError(f"{out}: is no directory: {error.message}; move it away and give --number") from error
    announced = None if directory.next_key is None else sha256(directory.next_key).digest()
    if kid not in (envelope.kid, announced):
        msg = "is signed by another key and does not announce this one, so readers would refuse the next document"
        raise PublishError(f"{out}: {msg}; publish once under the former key with next_key")
    return directory


def _signed(directory: Directory, key: ec.EllipticCurvePrivateKey, kid: bytes) -> bytes:
    payload = encode(directory)
    return frame(ES256, kid, payload, sign(key, to_be_signed(ES256, kid, payload)))
