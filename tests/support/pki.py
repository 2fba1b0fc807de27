"""Certificates of every kind, the broken ones too, made at once. The rooms' own authority makes good ones only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

NOW_MS = 1_800_000_000_000  # 2027-01-15
FROM_MS = NOW_MS - 86_400_000
TO_MS = NOW_MS + 86_400_000

SIGNS = ("digital_signature", "content_commitment")
ISSUES = ("key_cert_sign", "crl_sign")
TLS = (Eku.SERVER_AUTH, Eku.CLIENT_AUTH)
STAMP = (Eku.TIME_STAMPING,)
UNKNOWN_EXTENSION = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.9"), b"\x05\x00")

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Made:
    """A certificate and its private key."""

    key: Any
    der: bytes

    @property
    def parsed(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.der)


def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make_certificate(
    subject: str = "CN=Register,C=KZ",
    *,
    issuer: Made | None = None,
    key: Key | None = None,
    public_key: Any = None,
    usages: Sequence[str] | None = SIGNS,
    eku: Iterable[x509.ObjectIdentifier] = (),
    eku_critical: bool = False,
    authority: bool | None = False,
    path_length: int | None = None,
    from_ms: int = FROM_MS,
    to_ms: int = TO_MS,
    extra: Iterable[tuple[x509.ExtensionType, bool]] = (),
    identifiers: bool = True,
    serial: int | None = None,
    hash_of_signature: Any = None,
    padding_of_signature: padding.PSS | None = None,
) -> Made:
    """Make a certificate; without an issuer it signs itself. What is None is left out."""
    key = key or p256()
    name = x509.Name.from_rfc4514_string(subject)
    signing_key = issuer.key if issuer else key
    public = public_key or key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.parsed.subject if issuer else name)
        .public_key(public)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(instant(from_ms))
        .not_valid_after(instant(to_ms))
    )
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(authority, path_length), critical=True)
    if usages is not None:
        builder = builder.add_extension(key_usage(usages), critical=True)
    if eku:
        builder = builder.add_extension(x509.ExtendedKeyUsage(eku), critical=eku_critical)
    if identifiers:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
        builder = builder.add_extension(above, critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    chosen = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else hash_of_signature or hashes.SHA256()
    certificate = builder.sign(signing_key, chosen, rsa_padding=padding_of_signature)
    return Made(key, certificate.public_bytes(Encoding.DER))


def make_root(subject: str = "CN=Authority,C=KZ", **changes: Any) -> Made:
    wanted: dict[str, Any] = {"usages": ISSUES, "authority": True} | changes
    return make_certificate(subject, **wanted)


def make_crl(
    issuer: Made,
    revoked: dict[int, int] | None = None,
    *,
    key: Key | None = None,
    this_ms: int = FROM_MS,
    next_ms: int | None = TO_MS,
    extra: Iterable[tuple[x509.ExtensionType, bool]] = (),
    hash_of_signature: Any = None,
) -> bytes:
    """Make a revocation list: serial -> since when, ms."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.parsed.subject)
        .last_update(instant(this_ms))
        .next_update(instant(next_ms or TO_MS))
    )
    for serial, since_ms in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(instant(since_ms))
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key or issuer.key, hash_of_signature or hashes.SHA256()).public_bytes(Encoding.DER)


def key_usage(usages: Sequence[str]) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in usages for name in names})


def instant(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
