"""Whether a certificate may be believed: its chain to an authority, at an instant, for a purpose (RFC 5280 §6).

The authorities are those of a country's signed directory. A chain ends at a self-signed one of them; nothing else is an
anchor, not even a listed intermediate whose root is not listed. No network, no clock: the verdict is a function of
bytes and an instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from .errors import CertificateError, Reason
from .facts import Certificate, Purpose, kid_of, load_certificate, load_spki, read_certificate_file, spki_of
from .revocation import Revocations, load_crl

__all__ = [
    "MAX_AUTHORITIES_ABOVE",
    "Certificate",
    "Chains",
    "Purpose",
    "check_chain",
    "kid_of",
    "load_certificate",
    "load_spki",
    "read_certificate_file",
    "spki_of",
]

MAX_AUTHORITIES_ABOVE: Final = 3
MAX_STEPS: Final = 100
MAX_STEPS_PER_LEAF: Final = 4


def check_chain(
    leaf_der: bytes, authorities: Sequence[bytes], crls: Sequence[bytes], at_ms: int, purpose: str
) -> tuple[Certificate, ...]:
    """Judge a certificate; give its chain, the certificate itself first and the self-signed authority last.

    Args:
        leaf_der: the certificate in question, DER.
        authorities: certificates (DER) that the directory names as authorities, roots and intermediates, in any order.
        crls: revocation lists (DER), in any order, of any of them or of others.
        at_ms: the instant of which is asked, ms since 1970.
        purpose: one of `Purpose`.

    Raises:
        CertificateError: with the reason. Of several possible chains the complaint about the last one tried is told.
    """
    return Chains(authorities, crls, at_ms).check(leaf_der, purpose)


class Chains:
    """The authorities and revocation lists of a directory, read once, and all chains that end at them at one instant.

    The work is bounded, for the bytes are another country's: all searches together get `MAX_STEPS` steps and
    `MAX_STEPS_PER_LEAF` more for each certificate; one step tries one authority as the issuer of one certificate.
    """

    __slots__ = ("_at_ms", "_known", "_lists", "_steps_left")

    def __init__(self, authorities: Sequence[bytes], crls: Sequence[bytes], at_ms: int) -> None:
        """Read them; the arguments are those of `check_chain`.

        Raises:
            CertificateError: one of them cannot be read.
        """
        known: dict[x509.Name, list[Certificate]] = {}
        for authority in map(load_certificate, dict.fromkeys(authorities)):
            known.setdefault(authority.parsed.subject, []).append(authority)
        self._known = known
        self._lists = Revocations([load_crl(der) for der in dict.fromkeys(crls)], at_ms)
        self._at_ms = at_ms
        self._steps_left = MAX_STEPS

    def check(self, leaf_der: bytes, purpose: str) -> tuple[Certificate, ...]:
        """Judge a certificate as `check_chain` does, and raise as it does."""
        leaf = load_certificate(leaf_der)
        self._steps_left += MAX_STEPS_PER_LEAF
        _check_leaf(leaf, Purpose(purpose), self._at_ms)
        return self._climb((leaf,))

    def _climb(self, chain: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        """Extend a chain that holds so far by an issuer, up to a self-signed one."""
        top = chain[-1]
        complaint = CertificateError(
            Reason.UNKNOWN_ISSUER, f"no authority of the directory issued the certificate of {top.subject}"
        )
        if len(chain) > MAX_AUTHORITIES_ABOVE:
            raise complaint
        for issuer in self._known.get(top.parsed.issuer, ()):
            if issuer in chain or not _may_be_issuer(top, issuer):
                continue
            self._steps_left -= 1
            if self._steps_left < 0:
                raise CertificateError(Reason.UNKNOWN_ISSUER, "the directory's authorities are too tangled to search")
            try:
                return self._step(chain, issuer)
            except CertificateError as error:
                complaint = error
        raise complaint

    def _step(self, chain: tuple[Certificate, ...], issuer: Certificate) -> tuple[Certificate, ...]:
        """Put `issuer` on top of the chain if it may stand there, and go on from it."""
        top = chain[-1]
        _check_issued(top, issuer, authorities_below=len(chain) - 1)
        _check_common(issuer, self._at_ms)
        self._lists.check(top, issuer)
        if issuer.parsed.issuer == issuer.parsed.subject:
            _check_signature(issuer, issuer)
            return (*chain, issuer)
        return self._climb((*chain, issuer))


def _check_leaf(leaf: Certificate, purpose: Purpose, at_ms: int) -> None:
    """Refuse a leaf for what it says of itself."""
    if leaf.purpose is not purpose:
        raise CertificateError(
            Reason.WRONG_PURPOSE,
            f"the certificate of {leaf.subject} is not for {purpose.value}"
            + (f" but for {leaf.purpose.value}" if leaf.purpose is not None else ""),
        )
    if purpose is Purpose.SIGNING and leaf.alg is None:
        raise CertificateError(Reason.WEAK_KEY, f"the key of {leaf.subject} fits none of ES256, EdDSA and PS256")
    _check_common(leaf, at_ms)


def _check_common(certificate: Certificate, at_ms: int) -> None:
    """Check what every certificate of a chain must have."""
    if certificate.unknown_extension is not None:
        raise CertificateError(
            Reason.UNKNOWN_EXTENSION,
            f"the certificate of {certificate.subject} has the critical extension {certificate.unknown_extension}, "
            "which is not understood here",
        )
    certificate.check_validity(at_ms)


def _may_be_issuer(subject: Certificate, issuer: Certificate) -> bool:
    """Say whether the key identifiers, where both have one, let `issuer`, which has the name, be the issuer."""
    wanted = _key_identifier(subject, x509.AuthorityKeyIdentifier)
    given = _key_identifier(issuer, x509.SubjectKeyIdentifier)
    return wanted is None or given is None or wanted == given


def _key_identifier(
    certificate: Certificate, kind: type[x509.AuthorityKeyIdentifier | x509.SubjectKeyIdentifier]
) -> bytes | None:
    try:
        return certificate.parsed.extensions.get_extension_for_class(kind).value.key_identifier
    except x509.ExtensionNotFound:
        return None


def _check_issued(subject: Certificate, issuer: Certificate, *, authorities_below: int) -> None:
    """Check that `issuer` may issue certificates at this height and did issue `subject`."""
    if not issuer.is_authority or "key_cert_sign" not in issuer.usages:
        raise CertificateError(Reason.NOT_AN_AUTHORITY, f"{issuer.subject} may not issue certificates")
    if issuer.path_length is not None and issuer.path_length < authorities_below:
        raise CertificateError(
            Reason.NOT_AN_AUTHORITY, f"{issuer.subject} may not stand this high above an end certificate"
        )
    _check_signature(subject, issuer)


def _check_signature(subject: Certificate, issuer: Certificate) -> None:
    try:
        subject.parsed.verify_directly_issued_by(issuer.parsed)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        # ValueError and TypeError: the signature algorithm named does not fit the issuer's key.
        raise CertificateError(
            Reason.BAD_SIGNATURE, f"the certificate of {subject.subject} is not signed by {issuer.subject}"
        ) from None
