"""A time stamp authority for development and the stand: it signs whatever it is asked. NOT for production.

A country names a real authority in its directory; this one only makes what such an authority would answer (RFC 3161,
RFC 5816).
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from asn1crypto import cms, tsp
from asn1crypto.x509 import Name
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from .errors import StampError, StampReason
from .facts import load_certificate

POLICY: Final = "1.3.6.1.4.1.32473.1.1"  # under the arc that RFC 5612 keeps for examples: nobody's policy


def make_response(
    request: bytes, *, key: ec.EllipticCurvePrivateKey, certificate_der: bytes, now_ms: int, serial: int
) -> bytes:
    """Answer a TimeStampReq (DER) over SHA-256 with a TimeStampResp (DER); the certificate is not sent along.

    Raises:
        StampError: MALFORMED, for bytes that are no such request; a real authority would answer with a refusal.
    """
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint, nonce = asked["message_imprint"].untag(), asked["nonce"].native
        if imprint["hash_algorithm"]["algorithm"].native != "sha256" or len(imprint["hashed_message"].native) != 32:
            raise ValueError("it is not over a SHA-256 digest")
    except (ValueError, TypeError, KeyError) as error:
        raise StampError(StampReason.MALFORMED, f"this is no request for a time stamp: {error}") from None
    content = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": imprint,
            "serial_number": serial,
            "gen_time": datetime.fromtimestamp(now_ms / 1000, UTC),
            **({} if nonce is None else {"nonce": nonce}),
        }
    ).dump()
    token = _sign(content, key, certificate_der)
    answer: bytes = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
    return answer


def _sign(content: bytes, key: ec.EllipticCurvePrivateKey, certificate_der: bytes) -> Any:  # noqa: ANN401 - no types there
    """Wrap a TSTInfo into signed data (RFC 5652) whose signer names its certificate by SHA-256."""
    parsed = load_certificate(certificate_der).parsed
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [sha256(content).digest()]},
            {
                "type": "signing_certificate_v2",
                "values": [{"certs": [{"cert_hash": sha256(certificate_der).digest()}]}],
            },
        ]
    )
    issuer = {"issuer": _name(parsed.issuer), "serial_number": parsed.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
    }
    signed = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _name(name: x509.Name) -> Any:  # noqa: ANN401 - no types there

    return Name.load(name.public_bytes())
