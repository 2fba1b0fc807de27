"""The signer port: who holds a private key and signs with it. In this process, or in a token that takes its time.

A caller keeps one signature per key under way and gathers what arrives meanwhile into the next tree; no signer queues.
"""

from __future__ import annotations

from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from .algorithms import ES256, PrivateKey, sign
from .errors import CertificateError, KeyFileError, Reason
from .facts import Certificate, load_certificate, spki_of


class Signer(Protocol):
    """Something that signs for one certificate."""

    @property
    def alg(self) -> int:
        """The COSE number of the algorithm; always ES256 now."""

    @property
    def kid(self) -> bytes:
        """SHA-256 of the signing certificate's DER, 32 bytes."""

    async def sign(self, data: bytes) -> bytes:
        """Sign `data`; ES256 gives r‖s, 64 bytes. May take tens of milliseconds, and may raise if the token is gone."""


class LocalSigner:
    """A signer whose key lies in this process. It signs at once: 25 µs are not worth a thread."""

    __slots__ = ("_key", "alg", "certificate_der", "kid")

    def __init__(self, key: PrivateKey, certificate_der: bytes) -> None:
        """Bind a private key to its certificate.

        Raises:
            CertificateError: the certificate cannot be read, or its usages do not let it sign records.
            KeyFileError: the key is not on P-256, or is another key than the certificate's.
        """
        certificate = load_certificate(certificate_der)
        if not certificate.is_signing:
            raise CertificateError(Reason.WRONG_PURPOSE, f"the certificate of {certificate.subject} is not for signing")
        self._key: Final = p256_key_of(certificate, key)
        self.alg: Final = ES256
        self.kid: Final = certificate.kid
        self.certificate_der: Final = certificate_der

    async def sign(self, data: bytes) -> bytes:
        """Sign `data` with ES256: r‖s, 64 bytes."""
        return sign(self._key, data)

    def sign_now(self, data: bytes) -> bytes:
        """Sign `data` as `sign` does, for a caller that need not wait."""
        return sign(self._key, data)


def p256_key(key: PrivateKey) -> ec.EllipticCurvePrivateKey:
    """Give `key` back if it can make ES256, the one algorithm that is made here.

    Raises:
        KeyFileError: another kind of key.
    """
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise KeyFileError("only keys on P-256 can sign here: make one with `kopir key new`")


def p256_key_of(certificate: Certificate, key: PrivateKey) -> ec.EllipticCurvePrivateKey:
    """Give `key` back if it can make ES256 and is the one of `certificate`.

    Raises:
        KeyFileError: another kind of key, or another key.
    """
    own = p256_key(key)
    if spki_of(own.public_key()) != spki_of(certificate.public_key):
        raise KeyFileError(
            f"the private key does not belong to the certificate of {certificate.subject}: "
            "use the key from which its request was made"
        )
    return own
