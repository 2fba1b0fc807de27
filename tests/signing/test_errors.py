"""The errors keep what machines and people ask of them."""

from __future__ import annotations

import pytest

from kopir.signing.errors import (
    CertificateError,
    KeyFileError,
    PassphraseError,
    Reason,
    SigningError,
    StampError,
    StampReason,
)


def test_reasons_and_messages_are_kept():
    certificate = CertificateError(Reason.EXPIRED, "too late")
    stamp = StampError(StampReason.WRONG_NONCE, "another")
    assert (certificate.reason, certificate.message, str(certificate)) == ("expired", "too late", "too late")
    assert (stamp.reason, stamp.message, str(stamp)) == ("wrong_nonce", "another", "another")


@pytest.mark.parametrize("kind", [CertificateError, KeyFileError, PassphraseError, StampError])
def test_one_base_catches_all(kind):
    assert issubclass(kind, SigningError)


@pytest.mark.parametrize("reasons", [Reason, StampReason])
def test_reasons_are_stable_words(reasons):
    assert all(reason.value == reason.name.lower() for reason in reasons)
