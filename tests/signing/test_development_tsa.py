"""The stand's time stamp authority: what it answers holds, here and under another verifier."""

from __future__ import annotations

import pytest
from asn1crypto import tsp
from rfc3161_client import VerifierBuilder, decode_timestamp_response

import pki
from kopir.signing.development_tsa import make_response
from kopir.signing.errors import StampError, StampReason
from kopir.signing.stamps import accept_response, make_request
from kopir.signing.tokens import read_token
from stamping import DIGEST, NONCE, ROOT, TSA


def _answer(request: bytes, now_ms: int = pki.NOW_MS) -> bytes:
    return make_response(request, key=TSA.key, certificate_der=TSA.der, now_ms=now_ms, serial=7)


@pytest.mark.parametrize("at_ms", [pki.NOW_MS, pki.NOW_MS + 1, pki.NOW_MS + 990, pki.NOW_MS + 999])
def test_answer_holds_to_the_millisecond(at_ms):
    answer = _answer(make_request(DIGEST, NONCE), at_ms)
    _, stamped_ms = accept_response(
        answer, digest=DIGEST, nonce=NONCE, tsa_certificates=[TSA.der], authorities=[ROOT.der]
    )
    assert stamped_ms == at_ms


def test_another_verifier_agrees():
    answer = decode_timestamp_response(_answer(make_request(DIGEST, NONCE)))
    verifier = VerifierBuilder(tsa_certificate=TSA.parsed, roots=[ROOT.parsed], nonce=NONCE).build()
    assert verifier.verify(answer, DIGEST)
    assert not answer.signed_data.certificates


def test_request_without_a_nonce_is_answered_without():
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    answer = _answer(tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump())
    token = tsp.TimeStampResp.load(answer)["time_stamp_token"].dump()
    assert read_token(token).nonce is None


def _request(hash_name: str, digest: bytes) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": hash_name}, "hashed_message": digest}
    request: bytes = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump()
    return request


@pytest.mark.parametrize(
    "request_der",
    [
        b"",
        b"\x30\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        make_request(DIGEST, NONCE) + b"\x00",
        make_request(DIGEST, NONCE)[:-1],
        _request("sha512", DIGEST * 2),
        _request("sha256", DIGEST[:31]),
    ],
)
def test_other_requests_are_refused(request_der):
    with pytest.raises(StampError) as caught:
        _answer(request_der)
    assert caught.value.reason is StampReason.MALFORMED
