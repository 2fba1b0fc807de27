"""A certificate authority for development and for the stand: one key, no approval, no audit. NOT for production.

A country uses its national authority, which reads the same requests (`csr`) and gives the same three kinds of
certificate. This one writes what it is into its own name, so that nobody can take its certificates for real ones.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import NameOID

from .csr import Request
from .errors import CertificateError, KeyFileError, Reason
from .facts import Certificate, Purpose, load_certificate, read_certificate_file
from .keys import load_private_key, new_private_key, write_private_key
from .passphrases import PassphraseSource
from .signer import p256_key_of

WARNING: Final = (
    "WARNING: this is a development authority. It asks nobody and protects nothing.\n"
    "WARNING: never let a country's directory name it for real exchange: NOT FOR PRODUCTION.\n"
)
MARK: Final = "DEVELOPMENT - NOT FOR PRODUCTION"

AUTHORITY_DAYS: Final = 3650
BACKDATE: Final = timedelta(minutes=15)  # clocks differ, by more than the five minutes that a record may be late
DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336

_EKU: Final = {
    Purpose.SIGNING: ((DOCUMENT_SIGNING,), False),
    Purpose.TLS: ((Eku.SERVER_AUTH, Eku.CLIENT_AUTH), False),
    Purpose.STAMP: ((Eku.TIME_STAMPING,), True),
}
_INDEX: Final = "index.json"


@dataclass(frozen=True, slots=True)
class Authority:
    """An open authority: its folder holds `ca.key` (0600), `ca.crt`, `index.json` and, once made, `ca.crl`."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: Certificate

    def issue(
        self,
        request: Request,
        *,
        purpose: str,
        days: int,
        now_ms: int,
        subject: x509.Name | None = None,
        names: tuple[x509.GeneralName, ...] | None = None,
    ) -> bytes:
        """Issue a certificate (DER) for a request whose signature `parse_csr` has checked; note it in the index.

        `subject` and `names` stand in place of what the request asks for. Alternative names go into TLS certificates
        alone.

        Raises:
            CertificateError: EXPIRED if the authority itself is out of its time.
        """
        self.certificate.check_validity(now_ms)
        kind = Purpose(purpose)
        wanted = names if names is not None else request.names
        not_after = min(_instant(now_ms) + timedelta(days=days), _instant(self.certificate.not_after_ms))
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject or request.subject)
            .issuer_name(self.certificate.parsed.subject)
            .public_key(request.parsed.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(max(_instant(now_ms) - BACKDATE, _instant(self.certificate.not_before_ms)))
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(kind), critical=True)
            .add_extension(x509.ExtendedKeyUsage(_EKU[kind][0]), critical=_EKU[kind][1])
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.parsed.public_key()), critical=False)
            .add_extension(_authority_key_identifier(self.key), critical=False)
        )
        if kind is Purpose.TLS and wanted:
            builder = builder.add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        index = self._read_index()
        index["certificates"][f"{certificate.serial_number:x}"] = {
            "subject": certificate.subject.rfc4514_string(),
            "purpose": kind.value,
            "revoked_at_ms": None,
        }
        self._write_index(index)
        return certificate.public_bytes(Encoding.DER)

    def revoke(self, serial: str, *, now_ms: int) -> None:
        """Take a certificate back, by its serial in hexadecimal. Takes effect with the next list that is published.

        Raises:
            CertificateError: UNKNOWN_ISSUER if this authority issued no such certificate; REVOKED if it is taken back
            already.
        """
        index = self._read_index()
        entry = index["certificates"].get(serial.lower())
        if entry is None:
            raise CertificateError(Reason.UNKNOWN_ISSUER, f"this authority issued no certificate with serial {serial}")
        if entry["revoked_at_ms"] is not None:
            raise CertificateError(Reason.REVOKED, f"the certificate with serial {serial} is revoked already")
        entry["revoked_at_ms"] = now_ms
        self._write_index(index)

    def make_crl(self, *, now_ms: int, days: int) -> bytes:
        """Make the revocation list (DER) of this moment, keep it as `ca.crl`, and give it."""
        index = self._read_index()
        index["crl_number"] += 1
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.parsed.subject)
            .last_update(_instant(now_ms))
            .next_update(_instant(now_ms) + timedelta(days=days))
            .add_extension(x509.CRLNumber(index["crl_number"]), critical=False)
            .add_extension(_authority_key_identifier(self.key), critical=False)
        )
        for serial, entry in index["certificates"].items():
            if entry["revoked_at_ms"] is not None:
                builder = builder.add_revoked_certificate(
                    x509.RevokedCertificateBuilder()
                    .serial_number(int(serial, 16))
                    .revocation_date(_instant(entry["revoked_at_ms"]))
                    .build()
                )
        der = builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        _replace(self.folder / "ca.crl", der)
        self._write_index(index)
        return der

    def _read_index(self) -> dict[str, Any]:
        path = self.folder / _INDEX
        try:
            index: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise KeyFileError(f"{path} cannot be read: {error}") from None
        return index

    def _write_index(self, index: dict[str, Any]) -> None:
        _replace(self.folder / _INDEX, json.dumps(index, indent=1).encode())


def create_authority(
    folder: Path, *, subject: x509.Name, now_ms: int, passphrase: bytes | None = None, days: int = AUTHORITY_DAYS
) -> Authority:
    """Make an authority in `folder`, which is made if need be; its subject gets `MARK` as an organizational unit.

    Raises:
        KeyFileError: there is an authority already, or the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"{folder} cannot be made: {error.strerror}") from None
    key = new_private_key()
    write_private_key(folder / "ca.key", key, passphrase)
    name = x509.Name(
        [*subject.rdns, x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK)])]
    )
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_instant(now_ms) - BACKDATE)
        .not_valid_after(_instant(now_ms) + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    _replace(folder / "ca.crt", certificate.public_bytes(Encoding.PEM))
    authority = Authority(folder, key, load_certificate(certificate.public_bytes(Encoding.DER)))
    authority._write_index({"crl_number": 0, "certificates": {}})  # noqa: SLF001 - its own module
    return authority


def open_authority(folder: Path, passphrase: PassphraseSource | None = None) -> Authority:
    """Open the authority in `folder`.

    Raises:
        KeyFileError, PassphraseError, CertificateError: its key or certificate cannot or must not be used.
    """
    key = load_private_key(folder / "ca.key", passphrase)
    certificate = load_certificate(read_certificate_file(folder / "ca.crt"))
    return Authority(folder, p256_key_of(certificate, key), certificate)


def _key_usage(kind: Purpose | None) -> x509.KeyUsage:
    """Give the usages of an end certificate, or of an authority where `kind` is None."""
    return x509.KeyUsage(
        digital_signature=kind is not None,
        content_commitment=kind is Purpose.SIGNING,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=kind is None,
        crl_sign=kind is None,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_key_identifier(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
