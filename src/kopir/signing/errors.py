"""The tree of what can go wrong with keys, certificates, signatures and time stamps.

    SigningError
    ├── KeyFileError        a key or certificate file that must not or cannot be used
    ├── PassphraseError     a passphrase that could not be had
    ├── CertificateError    a certificate, request or chain that does not hold; `reason` says which check
    └── StampError          a time stamp that does not hold; `reason` says which check

A signature that does not verify is no error but the answer `False`. Messages name the remedy where there is one.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a certificate or its chain does not hold. The values are stable: they stand in logs, metrics and verdicts."""

    MALFORMED = "malformed"
    WEAK_KEY = "weak_key"
    WEAK_SIGNATURE = "weak_signature"
    WRONG_PURPOSE = "wrong_purpose"
    UNKNOWN_EXTENSION = "unknown_extension"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_AN_AUTHORITY = "not_an_authority"
    BAD_SIGNATURE = "bad_signature"
    REVOKED = "revoked"
    BAD_REVOCATION_LIST = "bad_revocation_list"
    STALE_REVOCATION_LIST = "stale_revocation_list"


class StampReason(StrEnum):
    """Why a time stamp does not hold. Stable, like `Reason`."""

    MALFORMED = "malformed"
    REFUSED = "refused"
    WRONG_IMPRINT = "wrong_imprint"
    WRONG_NONCE = "wrong_nonce"
    UNKNOWN_SIGNER = "unknown_signer"
    WRONG_PURPOSE = "wrong_purpose"
    BAD_CERTIFICATE = "bad_certificate"
    BAD_SIGNATURE = "bad_signature"


class SigningError(Exception):
    """Base of all. The message is for people and never holds a secret."""


class KeyFileError(SigningError):
    """A file of a key or certificate that cannot or must not be used: the message names the file and the remedy."""


class PassphraseError(SigningError):
    """A passphrase that could not be had from where the configuration says."""


class CertificateError(SigningError):
    """A certificate, certificate request or chain that does not hold."""

    def __init__(self, reason: Reason, message: str) -> None:
        """Keep `reason` for machines and `message` for people."""
        super().__init__(message)
        self.reason = reason
        self.message = message


class StampError(SigningError):
    """A time stamp, or the answer of a time stamp authority, that does not hold."""

    def __init__(self, reason: StampReason, message: str) -> None:
        """Keep `reason` for machines and `message` for people."""
        super().__init__(message)
        self.reason = reason
        self.message = message
