"""Time stamp tokens with one part bent, each signed as if nothing were wrong; and certomancer's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha1, sha256
from typing import Any

from asn1crypto import algos, cms, core, keys, tsp
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import pki

DIGEST = sha256(b"head of the journal").digest()
NONCE = 0x1234_5678_9ABC
ROOT = pki.make_root()
TSA = pki.make_certificate(
    "CN=Clock,C=KZ", issuer=ROOT, usages=("digital_signature",), eku=pki.STAMP, eku_critical=True
)

Bend = Callable[[Any], None]


def _nothing(_part: Any) -> None:
    """Leave a part as it is."""


def make_token(
    *,
    tsa: pki.Made = TSA,
    digest: bytes = DIGEST,
    at_ms: int = pki.NOW_MS,
    info: Bend = _nothing,
    attributes: Bend = _nothing,
    signer: Bend = _nothing,
    signed: Bend = _nothing,
    content_info: Bend = _nothing,
) -> bytes:
    """Make a token of `tsa` over `digest`; each of the last five bends one part before what encloses it is signed."""
    facts: dict[str, Any] = {
        "version": "v1",
        "policy": "1.3.6.1.4.1.32473.1",
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
        "serial_number": 7,
        "gen_time": datetime.fromtimestamp(at_ms / 1000, UTC),
        "nonce": NONCE,
    }
    info(facts)
    content = tsp.TSTInfo(facts).dump()
    listed: list[dict[str, Any]] = [
        {"type": "content_type", "values": ["tst_info"]},
        {"type": "message_digest", "values": [sha256(content).digest()]},
        {"type": "signing_certificate_v2", "values": [{"certs": [{"cert_hash": sha256(tsa.der).digest()}]}]},
    ]
    attributes(listed)
    signed_attributes = cms.CMSAttributes(listed)
    asn1_certificate = asn1_x509.Certificate.load(tsa.der)
    name = {"issuer": asn1_certificate.issuer, "serial_number": asn1_certificate.serial_number}
    one: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": name}),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": signed_attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": tsa.key.sign(signed_attributes.dump(), ec.ECDSA(hashes.SHA256())),
    }
    signer(one)
    whole: dict[str, Any] = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "signer_infos": [one],
    }
    signed(whole)
    outer: dict[str, Any] = {"content_type": "signed_data", "content": cms.SignedData(whole)}
    content_info(outer)
    token: bytes = cms.ContentInfo(outer).dump()
    return token


def make_response(token: bytes | None, status: str = "granted", words: tuple[str, ...] = ()) -> bytes:
    """Wrap a token, or none, into an authority's answer."""

    class Response(core.Sequence):  # type: ignore[misc]
        _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012

    parts: dict[str, Any] = {"status": {"status": status, **({"status_string": list(words)} if words else {})}}
    if token is not None:
        parts["token"] = cms.ContentInfo.load(token)
    answer: bytes = Response(parts).dump()
    return answer


def ask_certomancer(request: bytes, tsa: pki.Made, *, hash_name: str = "sha256", pss: bool = False) -> bytes:
    """Let certomancer answer a TimeStampReq."""
    certificate = asn1_x509.Certificate.load(tsa.der)
    pkcs8 = tsa.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chosen = None
    if pss:
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": hash_name}}
        parameters = {"hash_algorithm": {"algorithm": hash_name}, "mask_gen_algorithm": mask, "salt_length": 32}
        chosen = algos.SignedDigestAlgorithm(
            {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}
        )
    stamper = TimeStamper(
        certificate,
        keys.PrivateKeyInfo.load(pkcs8),
        signature_algo=chosen,
        fixed_dt=datetime.fromtimestamp(pki.NOW_MS / 1000, UTC),
        md_algorithm=hash_name,
    )
    answer: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
    return answer


def old_certificate_name(tsa: pki.Made, digest: bytes | None = None) -> dict[str, Any]:
    """Name the signer's certificate as RFC 3161 prescribes, by SHA-1."""
    chosen = digest if digest is not None else sha1(tsa.der, usedforsecurity=False).digest()
    return {"type": "signing_certificate", "values": [{"certs": [{"cert_hash": chosen}]}]}
