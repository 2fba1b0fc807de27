"""Whether a directory document may be believed: its signature, and the chains of the certificates in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kopir.signing.certificates import Purpose, check_chain, load_certificate, load_spki
from kopir.signing.errors import CertificateError, Reason
from kopir.wire.directory import Directory, DirectoryError, Envelope


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
    if not load_spki(key).verify(envelope.alg, envelope.signature, envelope.tbs):
        raise ForgedDirectoryError(f"the document's signature by {envelope.kid.hex()[:16]}… does not hold")


def check_certificates(directory: Directory) -> None:
    """Demand that all certificates chain to the document's own authorities at its time of issue.

    The time of issue, not the reader's: so all readers come to one verdict, and a certificate that expires meanwhile
    is refused when it is used. Raises `UnchainedDirectoryError` with every complaint.
    """
    complaints = list(_complaints(directory))
    if complaints:
        raise UnchainedDirectoryError(f"number {directory.number} of {directory.instance}: {'; '.join(complaints)}")


def _complaints(directory: Directory) -> Iterator[str]:
    signing = [(member.id, der, Purpose.SIGNING) for member in directory.members for der in member.certificates]
    tls = [(node.id, der, Purpose.TLS) for node in directory.nodes for der in node.certificates]
    for where, der, purpose in signing + tls:
        try:
            check_chain(der, directory.authorities, directory.revocation_lists, directory.issued_ms, purpose)
        except CertificateError as error:
            yield f"{where}: {error.message}"
    for authority in directory.stamp_authorities:
        # A time stamp authority is trusted because it is listed: it is often another country's, under authorities of
        # its own.
        try:
            _check_stamp_authority(authority.certificate, directory.issued_ms)
        except CertificateError as error:
            yield f"{authority.name}: {error.message}"


def _check_stamp_authority(der: bytes, at_ms: int) -> None:
    certificate = load_certificate(der)
    if not certificate.is_stamp:
        raise CertificateError(Reason.WRONG_PURPOSE, f"the certificate of {certificate.subject} is not for time stamps")
    certificate.check_validity(at_ms)
