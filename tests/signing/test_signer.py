"""The signer port: one that signs at once, one that is slow, and keys that do not fit their certificate."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

import pki
from kopir.signing.algorithms import ES256
from kopir.signing.errors import CertificateError, KeyFileError, Reason
from kopir.signing.facts import load_certificate
from kopir.signing.signer import LocalSigner, Signer, p256_key
from signers import BrokenSigner, SlowSigner

MADE = pki.make_certificate()


def _holds(signer: Signer, signature: bytes, data: bytes) -> bool:
    verifier = load_certificate(MADE.der).verifier
    return verifier is not None and verifier.verify(signer.alg, signature, data)


def test_signature_holds_under_the_certificate():
    signer = LocalSigner(MADE.key, MADE.der)
    assert (signer.alg, signer.kid) == (ES256, load_certificate(MADE.der).kid)
    assert signer.certificate_der == MADE.der
    assert _holds(signer, asyncio.run(signer.sign(b"root")), b"root")


def test_slow_and_broken_signers_fit_the_port():
    inner = LocalSigner(MADE.key, MADE.der)
    slow: Signer = SlowSigner(inner, 0.001)

    async def both() -> tuple[bytes, bytes]:
        return await asyncio.gather(slow.sign(b"one"), slow.sign(b"two"))

    one, two = asyncio.run(both())
    assert _holds(slow, one, b"one")
    assert _holds(slow, two, b"two")
    broken: Signer = BrokenSigner(inner)
    with pytest.raises(OSError, match="gone"):
        asyncio.run(broken.sign(b"one"))


def test_port_is_awaitable():
    assert inspect.iscoroutinefunction(Signer.sign)
    assert inspect.iscoroutinefunction(LocalSigner.sign)


def test_key_does_not_show_itself():
    assert not hasattr(LocalSigner(MADE.key, MADE.der), "__dict__")
    assert "private" not in repr(LocalSigner(MADE.key, MADE.der)).lower()


# ---- hostile


@pytest.mark.parametrize(
    "changes",
    [
        {"eku": pki.TLS},
        {"eku": pki.STAMP, "eku_critical": True},
        {"usages": None},
        {"authority": True, "usages": ("digital_signature", *pki.ISSUES)},
    ],
    ids=["tls", "stamp", "none", "authority"],
)
def test_certificates_for_something_else_do_not_sign(changes):
    made = pki.make_certificate(**changes)
    with pytest.raises(CertificateError) as caught:
        LocalSigner(made.key, made.der)
    assert caught.value.reason is Reason.WRONG_PURPOSE


def test_key_of_another_certificate():
    with pytest.raises(KeyFileError, match="does not belong to the certificate of CN=Register"):
        LocalSigner(pki.p256(), MADE.der)


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())])
def test_other_kinds_of_key_do_not_sign(key):
    made = pki.make_certificate(key=key)
    with pytest.raises(KeyFileError, match="P-256"):
        LocalSigner(key, made.der)
    with pytest.raises(KeyFileError, match="kopir key new"):
        p256_key(key)


def test_broken_certificate():
    with pytest.raises(CertificateError) as caught:
        LocalSigner(MADE.key, MADE.der[:-1])
    assert caught.value.reason is Reason.MALFORMED
