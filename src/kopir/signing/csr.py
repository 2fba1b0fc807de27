"""Certificate requests (PKCS #10, RFC 2986): made where the private key lies, read where the certificate is issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from .algorithms import PrivateKey, alg_of_key
from .errors import CertificateError, KeyFileError, Reason
from .facts import check_whole_signature
from .signer import p256_key

MAX_REQUEST_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What a certificate request asks for. Its signature holds: the asker has the private key."""

    subject: x509.Name
    names: tuple[x509.GeneralName, ...]
    parsed: x509.CertificateSigningRequest


def parse_subject(text: str) -> x509.Name:
    """Read a subject such as `CN=Register,O=Ministry,C=KZ` (RFC 4514, so the most particular part stands first).

    Raises:
        CertificateError: MALFORMED for text that is no name, a name without CN, or one whose country is not two
        letters.
    """
    try:
        name = x509.Name.from_rfc4514_string(text)
    except ValueError as error:
        why = f": {error}" if str(error) else ""
        raise CertificateError(
            Reason.MALFORMED, f"the subject {text!r} is not of the form CN=…,O=…,C=KZ{why}"
        ) from None
    if not name.get_attributes_for_oid(NameOID.COMMON_NAME):
        raise CertificateError(Reason.MALFORMED, f"the subject {text!r} has no CN")
    return name


def parse_names(texts: Iterable[str]) -> tuple[x509.GeneralName, ...]:
    """Read alternative names, each an IP address or a host name.

    Raises:
        CertificateError: MALFORMED for text that is neither.
    """
    return tuple(_parse_name(text) for text in texts)


def make_csr(key: PrivateKey, subject: x509.Name, names: tuple[x509.GeneralName, ...] = ()) -> bytes:
    """Make a request for the public half of `key`; PEM. The private key stays where it is.

    Raises:
        KeyFileError: the key is not on P-256.
    """
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(p256_key(key), hashes.SHA256()).public_bytes(Encoding.PEM)


def read_request_file(path: Path) -> bytes:
    """Read the file of a request.

    Raises:
        KeyFileError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_REQUEST_BYTES)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None


def parse_csr(pem: bytes) -> Request:
    """Read a request and check that who made it has the private key.

    Raises:
        CertificateError: MALFORMED, BAD_SIGNATURE, or WEAK_KEY for a key that may not have a certificate here.
    """
    try:
        parsed = x509.load_pem_x509_csr(pem)
        check_whole_signature(parsed, parsed.public_bytes(Encoding.DER))
        is_signed = parsed.is_signature_valid
        subject = parsed.subject
        names = _names(parsed)
        key = parsed.public_key()
    except Exception as error:  # noqa: BLE001 - hostile bytes: see `load_certificate`
        raise CertificateError(Reason.MALFORMED, f"this is no certificate request that can be read: {error}") from None
    if not is_signed:
        raise CertificateError(Reason.BAD_SIGNATURE, "the request is not signed by the key that it names")
    alg_of_key(key)
    return Request(subject=subject, names=names, parsed=parsed)


def _parse_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        pass
    if not _is_host_name(text):
        raise CertificateError(Reason.MALFORMED, f"{text!r} is neither an IP address nor a host name in ASCII")
    return x509.DNSName(text)


def _is_host_name(text: str) -> bool:
    """Say whether `text` is a host name of letters, digits and inner hyphens (RFC 1123 §2.1); no wildcard."""
    labels = text.split(".")
    return len(text) <= 253 and all(
        0 < len(label) <= 63
        and label.isascii()
        and label.replace("-", "a").isalnum()
        and not (label.startswith("-") or label.endswith("-"))
        for label in labels
    )


def _names(parsed: x509.CertificateSigningRequest) -> tuple[x509.GeneralName, ...]:
    try:
        return tuple(parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return ()
