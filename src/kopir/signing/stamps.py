"""Time stamps (RFC 3161, RFC 5816): ask for one, check the answer, and judge the bare token that is kept. No network.

A token is believed when the signature of one of the given certificates, and of no other, covers our digest.
Certificates that a token brings along are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import new as new_hash
from typing import Final, TypeAlias

from asn1crypto import tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from .certificates import check_chain
from .errors import CertificateError, StampError, StampReason
from .facts import Certificate, Purpose, load_certificate
from .tokens import Token, read_response, read_token

NONCE_BITS: Final = 63  # positive in eight bytes, which every authority takes

_Hash: TypeAlias = type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]
_HASHES: Final[dict[str, _Hash]] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}


def make_request(digest: bytes, nonce: int) -> bytes:
    """Make a TimeStampReq (DER) for a SHA-256 digest. `nonce` is random, 0 < nonce < 2^63; no certificate is wanted."""
    if len(digest) != 32 or not 0 < nonce < 1 << NONCE_BITS:
        raise ValueError("a request needs a SHA-256 digest and a nonce of 1 to 63 bits")
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request: bytes = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce}).dump()
    return request


def accept_response(
    response: bytes,
    *,
    digest: bytes,
    nonce: int,
    tsa_certificates: Sequence[bytes],
    authorities: Sequence[bytes] | None = None,
) -> tuple[bytes, int]:
    """Check an authority's answer (TimeStampResp, DER); give the bare token to keep and its time in ms since 1970.

    Raises:
        StampError: REFUSED with the authority's own words, WRONG_NONCE, or what `check_token` finds.
    """
    token = read_response(response)
    gen_time_ms = check_token(token, digest, tsa_certificates, authorities)
    if read_token(token).nonce != nonce:
        raise StampError(StampReason.WRONG_NONCE, "the time stamp answers another request")
    return token, gen_time_ms


def check_token(
    token: bytes, digest: bytes, tsa_certificates: Sequence[bytes], authorities: Sequence[bytes] | None = None
) -> int:
    """Judge a bare TimeStampToken (ContentInfo, DER) over a SHA-256 digest; give its time, ms since 1970.

    Args:
        token: as kept in journals and evidence files.
        digest: what it must be of, 32 bytes.
        tsa_certificates: the certificates (DER) that may have signed it, from a country's directory.
        authorities: if given, the signer's chain must hold at the token's time too; without, being listed is enough.

    Raises:
        StampError: with the reason.
    """
    facts = read_token(token)
    if facts.digest != digest:
        raise StampError(StampReason.WRONG_IMPRINT, "the time stamp is of something else")
    signer = _signer(facts, tsa_certificates)
    _check_certificate(signer, facts.gen_time_ms, authorities)
    if new_hash(facts.hash_name, facts.content).digest() != facts.content_digest:
        raise StampError(StampReason.BAD_SIGNATURE, "the time stamp's content is not what was signed")
    if not _is_signed(facts, signer.public_key):
        raise StampError(StampReason.BAD_SIGNATURE, f"the time stamp is not signed by {signer.subject}")
    return facts.gen_time_ms


def _signer(facts: Token, tsa_certificates: Sequence[bytes]) -> Certificate:
    """Find the one certificate that the token names, by its identifier and by the hash of its bytes."""
    for der in tsa_certificates:
        if any(
            new_hash(name, der, usedforsecurity=name != "sha1").digest() != value
            for name, value in facts.certificate_hashes
        ):
            continue
        certificate = _load(der)
        if facts.signer in (_issuer_and_serial(certificate), _key_identifier(certificate)):
            return certificate
    raise StampError(StampReason.UNKNOWN_SIGNER, "the time stamp is of no time stamp authority of the directory")


def _load(der: bytes) -> Certificate:
    try:
        return load_certificate(der)
    except CertificateError as error:
        raise StampError(StampReason.BAD_CERTIFICATE, error.message) from None


def _issuer_and_serial(certificate: Certificate) -> tuple[bytes, int]:
    return certificate.parsed.issuer.public_bytes(), certificate.parsed.serial_number


def _key_identifier(certificate: Certificate) -> bytes | None:
    try:
        return certificate.parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def _check_certificate(signer: Certificate, at_ms: int, authorities: Sequence[bytes] | None) -> None:
    """Check what the signer's certificate is for and whether it was valid then."""
    if not signer.is_stamp:
        raise StampError(StampReason.WRONG_PURPOSE, f"the certificate of {signer.subject} is not for time stamps")
    try:
        if authorities is None:
            signer.check_validity(at_ms)
        else:
            check_chain(signer.der, authorities, (), at_ms, Purpose.STAMP)
    except CertificateError as error:
        raise StampError(StampReason.BAD_CERTIFICATE, error.message) from None


def _is_signed(facts: Token, key: object) -> bool:
    """Say whether the token's signature holds; its algorithm must be one of the key's kind (RFC 5753, 4055, 8419)."""
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            return _verify_ecdsa(facts, key)
        if isinstance(key, rsa.RSAPublicKey):
            return _verify_rsa(facts, key)
        return isinstance(key, ed25519.Ed25519PublicKey) and _verify_ed25519(facts, key)
    except InvalidSignature:
        return False


def _verify_ecdsa(facts: Token, key: ec.EllipticCurvePublicKey) -> bool:
    hash_class = _HASHES.get(facts.signature_name.removesuffix("_ecdsa"))
    if hash_class is None or facts.signature_parameters is not None:
        return False
    key.verify(facts.signature, facts.signed_bytes, ec.ECDSA(hash_class()))
    return True


def _verify_rsa(facts: Token, key: rsa.RSAPublicKey) -> bool:
    if facts.signature_name == "rsassa_pss":
        return _verify_pss(facts, key)
    # The plain name of PKCS #1 v1.5 leaves the hash to the digest algorithm (RFC 3370 §3.2).
    plain = facts.signature_name == "rsassa_pkcs1v15"
    hash_class = _HASHES.get(facts.hash_name if plain else facts.signature_name.removesuffix("_rsa"))
    if hash_class is None or facts.signature_parameters is not None:
        return False
    key.verify(facts.signature, facts.signed_bytes, padding.PKCS1v15(), hash_class())
    return True


def _verify_pss(facts: Token, key: rsa.RSAPublicKey) -> bool:
    """Verify PSS with the usual parameters: MGF1 with the same hash, salt as long as the hash (RFC 4055 §3.1)."""
    parameters = facts.signature_parameters or {}
    hash_class = _HASHES.get(parameters["hash_algorithm"]["algorithm"]) if parameters else None
    if hash_class is None:
        return False
    mask = parameters["mask_gen_algorithm"]
    if mask["parameters"]["algorithm"] != hash_class.name or parameters["salt_length"] != hash_class.digest_size:
        return False
    chosen = padding.PSS(mgf=padding.MGF1(hash_class()), salt_length=hash_class.digest_size)
    key.verify(facts.signature, facts.signed_bytes, chosen, hash_class())
    return True


def _verify_ed25519(facts: Token, key: ed25519.Ed25519PublicKey) -> bool:
    if facts.signature_name != "ed25519" or facts.signature_parameters is not None:
        return False
    key.verify(facts.signature, facts.signed_bytes)
    return True
