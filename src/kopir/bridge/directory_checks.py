"""Whether a directory document may be believed: its signature, and the chains of the certificates in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from kopir.signing.certificates import Chains, Purpose, load_certificate, load_spki
from kopir.signing.errors import CertificateError, Reason
from kopir.wire.directory import Directory, DirectoryError, Envelope

LIMIT_COMPLAINTS: Final = 16


class ForgedDirectoryError(DirectoryError):
    """Signed by a key that this node does not trust for the instance, or with a signature that does not hold."""


class UnchainedDirectoryError(DirectoryError):
    """A certificate in the document is not issued, for its purpose and at its time, by an authority of the document."""


def check_signature(envelope: Envelope, keys: Mapping[bytes, bytes]) -> None:
    """Demand a signature by one of `keys` (identifier to SubjectPublicKeyInfo). Raises `ForgedDirectoryError`."""
    key = keys.get(envelope.kid)
    if key is None:
        raise ForgedDirectoryError(
            f"the document is signed by the key {envelope.kid.hex()[:16]}…, which is not trusted for it"
        )
    try:
        verifier = load_spki(key)
    except CertificateError as error:
        raise ForgedDirectoryError(f"the key {envelope.kid.hex()[:16]}… cannot serve: {error.message}") from error
    if not verifier.verify(envelope.alg, envelope.signature, envelope.tbs):
        raise ForgedDirectoryError(f"the document's signature by {envelope.kid.hex()[:16]}… does not hold")


def check_certificates(directory: Directory) -> None:
    """Demand that all certificates chain to the document's own authorities at its time of issue, and that keys serve.

    The time of issue, not the reader's: so all readers come to one verdict, and a certificate that expires meanwhile
    is refused when it is used. May take seconds for a large document. Raises `UnchainedDirectoryError` with the first
    `LIMIT_COMPLAINTS` complaints.
    """
    complaints = list(islice(_complaints(directory), LIMIT_COMPLAINTS))
    if complaints:
        raise UnchainedDirectoryError(f"number {directory.number} of {directory.instance}: {'; '.join(complaints)}")


def _complaints(directory: Directory) -> Iterator[str]:
    if directory.next_key is not None:
        yield from _complaint("next key", load_spki, directory.next_key)
    for number, der in enumerate(directory.authorities, 1):
        yield from _complaint(f"authority {number}", _check_authority, der)
    try:
        chains = Chains(directory.authorities, directory.revocation_lists, directory.issued_ms)
    except CertificateError as error:
        yield f"authorities and revocation lists: {error.message}"
        return
    for member in directory.members:
        for der in member.certificates:
            yield from _complaint(member.id, chains.check, der, Purpose.SIGNING)
    for node in directory.nodes:
        for der in node.certificates:
            yield from _complaint(node.id, chains.check, der, Purpose.TLS)
    for authority in directory.stamp_authorities:
        # A time stamp authority is trusted because it is listed: it is often another country's, under authorities of
        # its own.
        yield from _complaint(authority.name, _check_stamp_authority, authority.certificate, directory.issued_ms)


def _complaint(where: str, check: Callable[..., object], *arguments: object) -> Iterator[str]:
    """What `check` has against its arguments, if anything."""
    try:
        check(*arguments)
    except CertificateError as error:
        yield f"{where}: {error.message}"


def _check_authority(der: bytes) -> None:
    certificate = load_certificate(der)
    if not certificate.is_authority:
        raise CertificateError(Reason.NOT_AN_AUTHORITY, f"{certificate.subject} may not issue certificates")


def _check_stamp_authority(der: bytes, at_ms: int) -> None:
    certificate = load_certificate(der)
    if not certificate.is_stamp:
        raise CertificateError(Reason.WRONG_PURPOSE, f"the certificate of {certificate.subject} is not for time stamps")
    certificate.check_validity(at_ms)
