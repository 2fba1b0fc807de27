"""X.509 certificates as facts: what a certificate says of itself, read once; `certificates` judges trust.

A certificate serves for one purpose, and only when its KeyUsage and ExtendedKeyUsage say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import SignatureAlgorithmOID

from .algorithms import ALGORITHM_NAMES, PublicKey, Verifier, alg_of_key
from .errors import CertificateError, KeyFileError, Reason

MAX_CERTIFICATE_BYTES: Final = 16 * 1024


class Purpose(StrEnum):
    """What a certificate is for. One certificate serves one purpose."""

    SIGNING = "signing"
    TLS = "tls"
    STAMP = "stamp"


# What a signing certificate must not also be for: who proves to speak on a line must not thereby have said something.
_NOT_FOR_SIGNING: Final = frozenset(
    {Eku.SERVER_AUTH, Eku.CLIENT_AUTH, Eku.TIME_STAMPING, Eku.OCSP_SIGNING, Eku.ANY_EXTENDED_KEY_USAGE}
)
_TLS: Final = frozenset({Eku.SERVER_AUTH, Eku.CLIENT_AUTH})
_STAMP: Final = frozenset({Eku.TIME_STAMPING})

_UNDERSTOOD: Final = frozenset(
    {
        x509.BasicConstraints.oid,
        x509.KeyUsage.oid,
        x509.ExtendedKeyUsage.oid,
        x509.SubjectAlternativeName.oid,
        x509.SubjectKeyIdentifier.oid,
        x509.AuthorityKeyIdentifier.oid,
    }
)

_STRONG_SIGNATURES: Final = frozenset(
    {
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA512,
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA384,
        SignatureAlgorithmOID.RSA_WITH_SHA512,
        SignatureAlgorithmOID.RSASSA_PSS,
        SignatureAlgorithmOID.ED25519,
    }
)
_STRONG_HASHES: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)

_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
_DER_SEQUENCE: Final = b"\x30"
_SIGNS_DATA: Final = frozenset({"digital_signature", "content_commitment"})


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says of itself. Make it with `load_certificate`; two are equal when their bytes are.

    `alg` and `verifier` are None where the key cannot make a signature of ours (an authority on P-384, say). `serial`
    is lower-case hexadecimal, times are milliseconds since 1970, both ends included.
    """

    der: bytes
    kid: bytes = field(compare=False)
    spki_sha256: bytes = field(compare=False)
    alg: int | None = field(compare=False)
    verifier: Verifier | None = field(compare=False, repr=False)
    subject: str = field(compare=False)
    issuer: str = field(compare=False)
    serial: str = field(compare=False)
    not_before_ms: int = field(compare=False)
    not_after_ms: int = field(compare=False)
    usages: frozenset[str] = field(compare=False)
    purpose: Purpose | None = field(compare=False)
    is_authority: bool = field(compare=False)
    path_length: int | None = field(compare=False)
    unknown_extension: str | None = field(compare=False)
    parsed: x509.Certificate = field(compare=False, repr=False)

    @property
    def is_signing(self) -> bool:
        """Whether this certificate's usages let it sign records."""
        return self.purpose is Purpose.SIGNING

    @property
    def is_tls(self) -> bool:
        """Whether this certificate's usages let a node show it on the peer leg, to either side."""
        return self.purpose is Purpose.TLS

    @property
    def is_stamp(self) -> bool:
        """Whether this certificate's usages let it sign time stamps (RFC 3161 §2.3)."""
        return self.purpose is Purpose.STAMP

    @property
    def public_key(self) -> PublicKey:
        """The loaded public key; `load_certificate` has checked its kind and size."""
        return self.parsed.public_key()  # type: ignore[return-value]

    def describe(self) -> str:
        """Give the facts for a person, a line each; nothing in a certificate is secret."""
        kind = "authority" if self.is_authority else self.purpose.value if self.purpose else "none that serves here"
        return "\n".join(
            (
                f"certificate of: {self.subject}",
                f"issued by: {self.issuer}",
                f"serial: {self.serial}",
                f"purpose: {kind}",
                f"algorithm: {ALGORITHM_NAMES[self.alg] if self.alg is not None else 'none that signs here'}",
                f"valid: {_iso(self.not_before_ms)} to {_iso(self.not_after_ms)}",
                f"SHA-256 (kid): {self.kid.hex()}",
                f"SHA-256 of the public key: {self.spki_sha256.hex()}",
            )
        )

    def check_validity(self, at_ms: int) -> None:
        """Refuse an instant outside the validity period.

        Raises:
            CertificateError: NOT_YET_VALID or EXPIRED.
        """
        if at_ms < self.not_before_ms:
            raise CertificateError(
                Reason.NOT_YET_VALID, f"the certificate of {self.subject} is valid from {_iso(self.not_before_ms)}"
            )
        if at_ms > self.not_after_ms:
            raise CertificateError(
                Reason.EXPIRED, f"the certificate of {self.subject} expired at {_iso(self.not_after_ms)}"
            )


@lru_cache(maxsize=1024)
def load_certificate(der: bytes) -> Certificate:
    """Read one certificate from its DER; remembered, for it is a pure function of the bytes.

    Raises:
        CertificateError: MALFORMED for bytes that are no X.509 v3 certificate, or one whose serial or extensions are
            broken; WEAK_KEY or WEAK_SIGNATURE for cryptography that does not serve even for an authority.
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise CertificateError(Reason.MALFORMED, f"a certificate has at most {MAX_CERTIFICATE_BYTES} bytes")
    try:
        parsed = x509.load_der_x509_certificate(der)
        extensions = parsed.extensions
        return _facts(parsed, extensions, der)
    except CertificateError:
        raise
    except Exception as error:  # noqa: BLE001 - on hostile bytes the library raises a dozen kinds, TypeError among them
        raise CertificateError(Reason.MALFORMED, f"this is no certificate that can be read: {error}") from None


def read_certificate_file(path: Path) -> bytes:
    """Read the one certificate in a file, PEM or DER, and give its DER.

    Raises:
        KeyFileError: the file cannot be read.
        CertificateError: MALFORMED, if it holds anything but exactly one certificate.
    """
    try:
        with path.open("rb") as file:
            data = file.read(4 * MAX_CERTIFICATE_BYTES)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None
    if b"-----BEGIN" not in data:
        if not data.startswith(_DER_SEQUENCE):
            raise CertificateError(Reason.MALFORMED, f"{path} is no certificate, neither in PEM nor in DER")
        return load_certificate(data).der
    try:
        found = x509.load_pem_x509_certificates(data)
    except ValueError:
        raise CertificateError(Reason.MALFORMED, f"{path} holds no certificate that can be read") from None
    if len(found) != 1:
        raise CertificateError(Reason.MALFORMED, f"{path} holds {len(found)} certificates: one is wanted")
    return load_certificate(found[0].public_bytes(Encoding.DER)).der


def to_pem(der: bytes) -> bytes:
    """Give a certificate's DER as PEM."""
    return load_certificate(der).parsed.public_bytes(Encoding.PEM)


def kid_of(certificate_der: bytes) -> bytes:
    """Give the key identifier that receipts carry: SHA-256 of the certificate's DER."""
    return sha256(certificate_der).digest()


def spki_of(key: PublicKey) -> bytes:
    """Give the DER of a public key's SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def describe_key(key: PublicKey) -> str:
    """Name a public key for a person: its algorithm and the hash that directories and anchors know it by.

    Raises:
        CertificateError: WEAK_KEY.
    """
    return f"{ALGORITHM_NAMES[alg_of_key(key)]}, SHA-256 of the public key {sha256(spki_of(key)).hexdigest()}"


def load_spki(der: bytes) -> Verifier:
    """Load a bare public key, as directories and anchors give it, for verifying.

    Raises:
        CertificateError: MALFORMED or WEAK_KEY.
    """
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(Reason.MALFORMED, f"this is no public key that can be read: {error}") from None
    verifier = Verifier(key)
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != der:
        # One key must have one name: its identifier is the hash of these bytes.
        raise CertificateError(Reason.MALFORMED, "this public key is not in its one DER form")
    return verifier


def milliseconds(instant: datetime) -> int:
    """Give the milliseconds since 1970 of an aware instant."""
    return round(instant.timestamp() * 1000)


def check_whole_signature(
    signed: x509.Certificate | x509.CertificateRevocationList | x509.CertificateSigningRequest, der: bytes
) -> None:
    """Refuse a signature whose last bits are declared unused: the library passes over that, and there were two forms.

    Raises:
        ValueError: the octet before the signature, which is the last field, is not 0.
    """
    if der[-len(signed.signature) - 1] != 0:
        raise ValueError("its signature is not of whole bytes")


def check_signature_algorithm(signed: x509.Certificate | x509.CertificateRevocationList) -> None:
    """Refuse a signature made with a broken hash (SHA-1, MD5) or an algorithm outside the list.

    Raises:
        CertificateError: WEAK_SIGNATURE.
    """
    oid = signed.signature_algorithm_oid
    if oid not in _STRONG_SIGNATURES:
        raise CertificateError(Reason.WEAK_SIGNATURE, f"the signature algorithm {oid.dotted_string} does not serve")
    if oid != SignatureAlgorithmOID.ED25519 and not isinstance(signed.signature_hash_algorithm, _STRONG_HASHES):
        raise CertificateError(Reason.WEAK_SIGNATURE, "a certificate must be signed over SHA-256, SHA-384 or SHA-512")


def _facts(parsed: x509.Certificate, extensions: x509.Extensions, der: bytes) -> Certificate:
    """Gather the facts of a certificate that could be read."""
    if parsed.version is not x509.Version.v3:
        raise ValueError("it is not of version 3")
    if parsed.serial_number <= 0:
        raise ValueError("its serial number is not positive")
    check_whole_signature(parsed, der)
    check_signature_algorithm(parsed)
    key = parsed.public_key()
    alg, verifier = _algorithm(key)
    usages = _usages(extensions)
    is_authority, path_length = _authority(extensions)
    unknown = next((e.oid.dotted_string for e in extensions if e.critical and e.oid not in _UNDERSTOOD), None)
    return Certificate(
        der=der,
        kid=kid_of(der),
        spki_sha256=sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest(),
        alg=alg,
        verifier=verifier,
        subject=parsed.subject.rfc4514_string(),
        issuer=parsed.issuer.rfc4514_string(),
        serial=f"{parsed.serial_number:x}",
        not_before_ms=milliseconds(parsed.not_valid_before_utc),
        not_after_ms=milliseconds(parsed.not_valid_after_utc),
        usages=usages,
        purpose=None if is_authority else _purpose(usages, extensions),
        is_authority=is_authority,
        path_length=path_length,
        unknown_extension=unknown,
        parsed=parsed,
    )


def _algorithm(key: object) -> tuple[int | None, Verifier | None]:
    """Give what `key` serves for: our algorithms, or nothing but an authority's signatures (other NIST curves)."""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1 | ec.SECP521R1):
        return None, None
    verifier = Verifier(key)
    return verifier.alg, verifier


def _usages(extensions: x509.Extensions) -> frozenset[str]:
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(name for name in _KEY_USAGES if getattr(usage, name))


def _authority(extensions: x509.Extensions) -> tuple[bool, int | None]:
    try:
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False, None
    return constraints.ca, constraints.path_length


def _purpose(usages: frozenset[str], extensions: x509.Extensions) -> Purpose | None:
    """Decide the one purpose of an end certificate, or None. Every purpose needs a KeyUsage with digitalSignature."""
    if "digital_signature" not in usages:
        return None
    try:
        extension = extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return Purpose.SIGNING if usages <= _SIGNS_DATA else None
    purposes = frozenset(extension.value)
    if purposes == _TLS and "key_cert_sign" not in usages:
        return Purpose.TLS
    if not usages <= _SIGNS_DATA:
        return None
    if purposes == _STAMP and extension.critical:
        return Purpose.STAMP
    return None if purposes & _NOT_FOR_SIGNING else Purpose.SIGNING


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()
