"""The three signature algorithms that Kopir knows, by their COSE numbers: ES256 is made, all three are verified.

An algorithm is never chosen by the message: the key decides which one fits, and a signature that claims another is
refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .errors import CertificateError, Reason

ES256: Final = -7  # RFC 9053 §2.1: ECDSA with SHA-256; here on P-256 alone
EDDSA: Final = -8  # RFC 9053 §2.2; here Ed25519 alone
PS256: Final = -37  # RFC 8230 §2: RSASSA-PSS with SHA-256, MGF1 with SHA-256, salt of 32 bytes

ALGORITHM_NAMES: Final = {ES256: "ES256", EDDSA: "EdDSA", PS256: "PS256"}

RSA_MIN_BITS: Final = 2048
RSA_MAX_BITS: Final = 8192  # a larger key is only good for making verifiers slow
RSA_MIN_EXPONENT: Final = 65537

P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# Ed25519 points of small order, sign bit cleared: with such a public key one signature holds for any message, and the
# library takes it.
_ED25519_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(text)
    for text in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)

_ECDSA_SHA256: Final = ec.ECDSA(hashes.SHA256())
_PSS_SHA256: Final = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def alg_of_key(key: object) -> int:
    """Give the one algorithm that fits a public key.

    Raises:
        CertificateError: WEAK_KEY, for another kind of key, another curve, RSA outside 2048–8192 bits or with an
            exponent under 65537, and Ed25519 points of small order.
    """
    return _bind(key)[0]


def check_rsa(key: rsa.RSAPublicKey) -> None:
    """Refuse an RSA key that is too small, too large, or has a small exponent (NIST SP 800-56B §6.2)."""
    if not RSA_MIN_BITS <= key.key_size <= RSA_MAX_BITS:
        raise CertificateError(
            Reason.WEAK_KEY, f"an RSA key has {RSA_MIN_BITS} to {RSA_MAX_BITS} bits here, this one {key.key_size}"
        )
    exponent = key.public_numbers().e
    if exponent < RSA_MIN_EXPONENT:
        raise CertificateError(Reason.WEAK_KEY, f"the RSA exponent {exponent} is under {RSA_MIN_EXPONENT}")


def alg_fits_key(alg: int, key: object) -> bool:
    """Say whether `alg` is the algorithm of this public key; False for every key that does not serve here."""
    try:
        return alg_of_key(key) == alg
    except CertificateError:
        return False


class Verifier:
    """A loaded public key that answers whether a signature holds: made once, used for each message."""

    __slots__ = ("_check", "alg")

    def __init__(self, key: object) -> None:
        """Load `key`, a public key of the cryptography package.

        Raises:
            CertificateError: WEAK_KEY, as `alg_of_key`.
        """
        alg, check = _bind(key)
        self.alg: Final = alg
        self._check: Final = check

    def verify(self, alg: int, signature: bytes, data: bytes) -> bool:
        """Say whether `alg` is this key's algorithm and `signature` over `data` holds under it. Raises nothing."""
        return alg == self.alg and self._check(signature, data)


def verify(alg: int, public_key: object, signature: bytes, data: bytes) -> bool:
    """Say whether `signature` over `data` holds; False too for a key that does not serve or does not fit `alg`."""
    try:
        verifier = Verifier(public_key)
    except CertificateError:
        return False
    return verifier.verify(alg, signature, data)


def sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Sign with ES256: r‖s, each 32 bytes big endian (RFC 9053 §2.1). The caller checked that the key is on P-256."""
    r, s = decode_dss_signature(key.sign(data, _ECDSA_SHA256))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _bind(key: object) -> tuple[int, Callable[[bytes, bytes], bool]]:
    """Give the algorithm that fits `key` and a function of signature and data; refuse what `alg_of_key` says."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(key.curve, ec.SECP256R1):
            raise CertificateError(Reason.WEAK_KEY, f"the curve {key.curve.name} does not serve here: use P-256")
        return ES256, _es256_check(key)
    if isinstance(key, ed25519.Ed25519PublicKey):
        raw = key.public_bytes_raw()
        if raw[:31] + bytes([raw[31] & 0x7F]) in _ED25519_SMALL_ORDER:
            raise CertificateError(Reason.WEAK_KEY, "this Ed25519 key has small order: anyone can sign for it")
        return EDDSA, _eddsa_check(key)
    if isinstance(key, rsa.RSAPublicKey):
        check_rsa(key)
        return PS256, _ps256_check(key)
    raise CertificateError(Reason.WEAK_KEY, "this kind of key does not serve here: use P-256, Ed25519 or RSA")


def _es256_check(key: ec.EllipticCurvePublicKey) -> Callable[[bytes, bytes], bool]:
    verify_der = key.verify

    def check(signature: bytes, data: bytes) -> bool:
        if len(signature) != 64:
            return False
        r = int.from_bytes(signature[:32], "big")
        s = int.from_bytes(signature[32:], "big")
        # Low s is not demanded: COSE does not, and tokens give either. Nothing here takes a signature for a name.
        if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
            return False
        try:
            verify_der(encode_dss_signature(r, s), data, _ECDSA_SHA256)
        except InvalidSignature:
            return False
        return True

    return check


def _eddsa_check(key: ed25519.Ed25519PublicKey) -> Callable[[bytes, bytes], bool]:
    def check(signature: bytes, data: bytes) -> bool:
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return check


def _ps256_check(key: rsa.RSAPublicKey) -> Callable[[bytes, bytes], bool]:
    def check(signature: bytes, data: bytes) -> bool:
        try:
            key.verify(signature, data, _PSS_SHA256, hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    return check
