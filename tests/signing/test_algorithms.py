"""ES256, EdDSA and PS256: what holds, and everything that nearly does."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.signing import algorithms
from kopir.signing.algorithms import EDDSA, ES256, P256_ORDER, PS256, Verifier, alg_fits_key, alg_of_key, sign, verify
from kopir.signing.errors import CertificateError, Reason

P256 = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
DATA = b"a record"


def _pss(key: rsa.RSAPrivateKey, salt: int = 32, mask: hashes.HashAlgorithm | None = None) -> bytes:
    return key.sign(DATA, padding.PSS(padding.MGF1(mask or hashes.SHA256()), salt), hashes.SHA256())


GOOD = [
    (ES256, P256.public_key(), sign(P256, DATA)),
    (EDDSA, ED.public_key(), ED.sign(DATA)),
    (PS256, RSA.public_key(), _pss(RSA)),
]


@pytest.mark.parametrize(("alg", "key", "signature"), GOOD)
def test_good_signature_holds(alg, key, signature):
    assert verify(alg, key, signature, DATA)
    verifier = Verifier(key)
    assert verifier.alg == alg == alg_of_key(key)
    assert verifier.verify(alg, signature, DATA)
    assert verifier.verify(alg, signature, DATA), "a verifier serves many times"


def test_numbers_are_those_of_the_registry():
    assert (ES256, EDDSA, PS256) == (-7, -8, -37)
    assert algorithms.ALGORITHM_NAMES == {-7: "ES256", -8: "EdDSA", -37: "PS256"}


def test_a_signature_is_64_bytes_and_reads_back():
    for _ in range(50):  # r or s is short every 128 times
        signature = sign(P256, DATA)
        assert len(signature) == 64
        assert verify(ES256, P256.public_key(), signature, DATA)


def test_example_of_rfc_6979_holds():
    # RFC 6979 A.2.5, P-256 with SHA-256, message "sample"
    x = 0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
    y = 0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
    r = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    s = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    assert verify(ES256, key, bytes.fromhex(r + s), b"sample")
    assert not verify(ES256, key, bytes.fromhex(r + s), b"Sample")


def test_high_and_low_s_both_hold():
    r, s = _halves(sign(P256, DATA))
    assert verify(ES256, P256.public_key(), _raw(r, P256_ORDER - s), DATA)


@pytest.mark.parametrize(("alg", "key", "signature"), GOOD)
def test_other_data_is_refused(alg, key, signature):
    assert not verify(alg, key, signature, DATA + b" ")
    assert not verify(alg, key, signature, b"")


@pytest.mark.parametrize(("alg", "key", "signature"), GOOD)
def test_another_algorithm_than_the_keys_is_refused(alg, key, signature):
    for other in (ES256, EDDSA, PS256, -35, -257, 0, 7):
        assert alg_fits_key(other, key) is (other == alg)
        assert verify(other, key, signature, DATA) is (other == alg)


def test_another_key_of_the_same_kind_is_refused():
    assert not verify(ES256, ec.generate_private_key(ec.SECP256R1()).public_key(), sign(P256, DATA), DATA)
    assert not verify(EDDSA, ed25519.Ed25519PrivateKey.generate().public_key(), ED.sign(DATA), DATA)


@pytest.mark.parametrize(("alg", "key", "signature"), GOOD)
def test_every_flipped_byte_truncation_and_extension_is_refused(alg, key, signature):
    verifier = Verifier(key)
    for index in range(len(signature)):
        broken = bytearray(signature)
        broken[index] ^= 0x01
        assert not verifier.verify(alg, bytes(broken), DATA)
        assert not verifier.verify(alg, signature[:index], DATA)
    assert not verifier.verify(alg, signature + b"\x00", DATA)
    assert not verifier.verify(alg, b"\x00" + signature, DATA)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("value", [0, P256_ORDER, P256_ORDER + 1, (1 << 256) - 1])
def test_r_and_s_outside_their_range_are_refused(monkeypatch, place, value):
    monkeypatch.setattr(algorithms, "encode_dss_signature", _never)
    halves = list(_halves(sign(P256, DATA)))
    halves[place] = value
    assert not verify(ES256, P256.public_key(), _raw(*halves), DATA)


def test_longer_s_of_the_same_value_is_refused():
    signature = sign(P256, DATA)
    assert not verify(ES256, P256.public_key(), signature[:32] + b"\x00" + signature[32:], DATA)


def test_der_in_place_of_raw_is_refused():
    assert not verify(ES256, P256.public_key(), P256.sign(DATA, ec.ECDSA(hashes.SHA256())), DATA)


def test_another_hash_is_refused():
    r, s = decode_dss_signature(P256.sign(DATA, ec.ECDSA(hashes.SHA384())))
    assert not verify(ES256, P256.public_key(), _raw(r, s), DATA)


@pytest.mark.parametrize(
    "signature",
    [_pss(RSA, salt=20), _pss(RSA, mask=hashes.SHA1()), RSA.sign(DATA, padding.PKCS1v15(), hashes.SHA256())],  # noqa: S303
)
def test_other_rsa_paddings_are_refused(signature):
    assert not verify(PS256, RSA.public_key(), signature, DATA)


def _weak_keys() -> list[object]:
    return [
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        ec.generate_private_key(ec.SECP256K1()).public_key(),
        rsa.RSAPublicNumbers(65537, (1 << 2046) + 1).public_key(),
        rsa.RSAPublicNumbers(65537, (1 << 8192) + 1).public_key(),
        rsa.RSAPublicNumbers(3, RSA.public_key().public_numbers().n).public_key(),
        x25519.X25519PrivateKey.generate().public_key(),
        dsa.generate_private_key(2048).public_key(),
        P256,
        None,
    ]


@pytest.mark.parametrize("key", _weak_keys(), ids=lambda key: type(key).__name__)
def test_weak_and_foreign_keys_are_refused(key):
    with pytest.raises(CertificateError) as caught:
        alg_of_key(key)
    assert caught.value.reason is Reason.WEAK_KEY
    for alg in (ES256, EDDSA, PS256):
        assert not alg_fits_key(alg, key)
        assert not verify(alg, key, b"\x00" * 64, DATA)


def test_ed25519_key_for_which_anyone_can_sign_is_refused():
    neutral = b"\x01" + b"\x00" * 31
    key = ed25519.Ed25519PublicKey.from_public_bytes(neutral)
    forged = neutral + b"\x00" * 32
    key.verify(forged, DATA)  # the library takes it: the rule is ours
    assert not verify(EDDSA, key, forged, DATA)
    for sign_bit in (0x00, 0x80):
        point = neutral[:31] + bytes([sign_bit])
        with pytest.raises(CertificateError, match="small order"):
            alg_of_key(ed25519.Ed25519PublicKey.from_public_bytes(point))


@settings(max_examples=60, deadline=None)
@given(signature=st.binary(max_size=300), data=st.binary(max_size=40))
def test_random_bytes_never_hold_and_never_raise(signature, data):
    for alg, key, _ in GOOD:
        assert not verify(alg, key, signature, data)


def _never(*_args):
    raise AssertionError("the range is checked before the signature is handed on")


def _halves(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def _raw(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
