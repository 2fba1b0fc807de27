"""Time stamps judged: those of two independent makers hold, and everything that is nearly one does not."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from rfc3161_client import VerifierBuilder, decode_timestamp_response

import pki
import stamping
from kopir.signing.errors import StampError, StampReason
from kopir.signing.stamps import accept_response, check_token, make_request
from stamping import DIGEST, NONCE, ROOT, TSA, make_response, make_token

RSA = rsa.generate_private_key(65537, 2048)


def _tsa(**changes) -> pki.Made:
    usual: dict[str, Any] = {"issuer": ROOT, "usages": ("digital_signature",), "eku": pki.STAMP, "eku_critical": True}
    return pki.make_certificate("CN=Clock,C=KZ", **(usual | changes))


def _refused(reason: StampReason, token: bytes, digest: bytes = DIGEST, listed=(TSA.der,), authorities=None) -> str:
    with pytest.raises(StampError) as caught:
        check_token(token, digest, listed, authorities)
    assert caught.value.reason is reason
    return caught.value.message


def test_token_holds():
    assert check_token(make_token(), DIGEST, [TSA.der]) == pki.NOW_MS
    assert check_token(make_token(), DIGEST, [_tsa().der, TSA.der], [ROOT.der]) == pki.NOW_MS


def test_request_says_what_is_asked():
    request = tsp.TimeStampReq.load(make_request(DIGEST, NONCE), strict=True)
    assert request["version"].native == "v1"
    assert request["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert request["message_imprint"]["hashed_message"].native == DIGEST
    assert request["nonce"].native == NONCE
    assert request["cert_req"].native is False


def test_answer_gives_token_and_time():
    token = make_token()
    answer = accept_response(make_response(token), digest=DIGEST, nonce=NONCE, tsa_certificates=[TSA.der])
    assert answer == (token, pki.NOW_MS)


MAKERS = {
    "p256": (pki.p256(), "sha256", False),
    "p256-sha512": (pki.p256(), "sha512", False),
    "p384": (ec.generate_private_key(ec.SECP384R1()), "sha384", False),
    "rsa": (RSA, "sha256", False),
    "rsa-sha512": (RSA, "sha512", False),
    "rsa-pss": (RSA, "sha256", True),
    "ed25519": (ed25519.Ed25519PrivateKey.generate(), "sha512", False),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_tokens_of_certomancer_hold(maker):
    key, hash_name, pss = MAKERS[maker]
    tsa = _tsa(key=key)
    answer = stamping.ask_certomancer(make_request(DIGEST, NONCE), tsa, hash_name=hash_name, pss=pss)
    token, at_ms = accept_response(
        answer, digest=DIGEST, nonce=NONCE, tsa_certificates=[tsa.der], authorities=[ROOT.der]
    )
    assert at_ms == pki.NOW_MS
    _refused(StampReason.WRONG_IMPRINT, token, sha256(b"other").digest(), [tsa.der])
    _refused(StampReason.UNKNOWN_SIGNER, token)
    broken = token[:-1] + bytes([token[-1] ^ 1])
    _refused(StampReason.BAD_SIGNATURE, broken, listed=[tsa.der])


def test_another_verifier_agrees():
    builder = VerifierBuilder(tsa_certificate=TSA.parsed, roots=[ROOT.parsed], nonce=NONCE)
    assert builder.build().verify(decode_timestamp_response(make_response(make_token())), DIGEST)


def test_plain_name_of_rsa_and_key_identifier():
    tsa = _tsa(key=RSA)

    def sign_plainly(signer):
        signature = RSA.sign(signer["signed_attrs"].dump(), padding.PKCS1v15(), hashes.SHA256())
        signer.update(signature_algorithm={"algorithm": "rsassa_pkcs1v15"}, signature=signature)

    assert check_token(_rsa_token(tsa, sign_plainly), DIGEST, [tsa.der]) == pki.NOW_MS

    identifier = TSA.parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest

    def name_by_key(signer):
        signer.update(version="v3", sid=cms.SignerIdentifier({"subject_key_identifier": identifier}))

    assert check_token(make_token(signer=name_by_key), DIGEST, [TSA.der]) == pki.NOW_MS


# ---- hostile


def test_wrong_imprint():
    _refused(StampReason.WRONG_IMPRINT, make_token(digest=sha256(b"other head").digest()))
    _refused(StampReason.WRONG_IMPRINT, make_token(digest=DIGEST[:31]))
    _refused(StampReason.WRONG_IMPRINT, make_token(), digest=b"")


@pytest.mark.parametrize("nonce", [None, NONCE + 1, 0, -NONCE])
def test_wrong_nonce(nonce):
    bend = (lambda info: info.pop("nonce")) if nonce is None else (lambda info: info.update(nonce=nonce))
    with pytest.raises(StampError) as caught:
        accept_response(make_response(make_token(info=bend)), digest=DIGEST, nonce=NONCE, tsa_certificates=[TSA.der])
    assert caught.value.reason is StampReason.WRONG_NONCE


def test_answer_is_judged_like_a_token():
    with pytest.raises(StampError) as caught:
        accept_response(make_response(make_token()), digest=DIGEST, nonce=NONCE, tsa_certificates=[])
    assert caught.value.reason is StampReason.UNKNOWN_SIGNER


@pytest.mark.parametrize(
    ("digest", "nonce"), [(b"", 1), (DIGEST + b"x", 1), (DIGEST, 0), (DIGEST, -1), (DIGEST, 1 << 63)]
)
def test_requests_that_are_none(digest, nonce):
    with pytest.raises(ValueError, match="SHA-256 digest and a nonce"):
        make_request(digest, nonce)


def test_certificate_that_is_not_listed():
    _refused(StampReason.UNKNOWN_SIGNER, make_token(), listed=[])
    _refused(StampReason.UNKNOWN_SIGNER, make_token(), listed=[ROOT.der])


def test_another_certificate_of_the_same_key_and_name():
    twin = _tsa(key=TSA.key)
    same_serial = _tsa(key=TSA.key, serial=TSA.parsed.serial_number, to_ms=pki.TO_MS + 1000)
    for other in (twin, same_serial):
        _refused(StampReason.UNKNOWN_SIGNER, make_token(), listed=[other.der])


def test_names_of_the_certificate_must_all_agree():
    old = stamping.old_certificate_name(TSA)
    assert check_token(make_token(attributes=lambda a: a.append(old)), DIGEST, [TSA.der])
    wrong = stamping.old_certificate_name(TSA, b"\x00" * 20)
    _refused(StampReason.UNKNOWN_SIGNER, make_token(attributes=lambda a: a.append(wrong)))


def test_identifier_of_another_signer():
    def other_serial(signer):
        name = {"issuer": signer["sid"].chosen["issuer"], "serial_number": 1}
        signer.update(sid=cms.SignerIdentifier({"issuer_and_serial_number": name}))

    _refused(StampReason.UNKNOWN_SIGNER, make_token(signer=other_serial))
    keyless = _tsa(identifiers=False)
    by_key = cms.SignerIdentifier({"subject_key_identifier": b"key"})
    token = make_token(tsa=keyless, signer=lambda s: s.update(version="v3", sid=by_key))
    _refused(StampReason.UNKNOWN_SIGNER, token, listed=[keyless.der])


@pytest.mark.parametrize(
    "changes",
    [
        {"eku_critical": False},
        {"eku": pki.TLS},
        {"eku": ()},
        {"eku": (*pki.STAMP, *pki.TLS)},
        {"usages": None},
        {"authority": True},
    ],
    ids=["not-critical", "tls", "signing", "both", "no-usage", "authority"],
)
def test_certificate_for_something_else(changes):
    tsa = _tsa(**changes)
    _refused(StampReason.WRONG_PURPOSE, make_token(tsa=tsa), listed=[tsa.der])


def test_expired_by_a_millisecond():
    assert check_token(make_token(at_ms=pki.TO_MS), DIGEST, [TSA.der], [ROOT.der]) == pki.TO_MS
    for authorities in (None, [ROOT.der]):
        _refused(StampReason.BAD_CERTIFICATE, make_token(at_ms=pki.TO_MS + 1), authorities=authorities)
        _refused(StampReason.BAD_CERTIFICATE, make_token(at_ms=pki.FROM_MS - 1), authorities=authorities)


def test_chain_that_does_not_hold():
    _refused(StampReason.BAD_CERTIFICATE, make_token(), authorities=[])
    _refused(StampReason.BAD_CERTIFICATE, make_token(), authorities=[pki.make_root().der])


def test_listed_certificate_that_cannot_be_read():
    rubbish = b"\x30\x00"

    def name_it(attributes):
        attributes[2]["values"] = [{"certs": [{"cert_hash": sha256(rubbish).digest()}]}]

    _refused(StampReason.BAD_CERTIFICATE, make_token(attributes=name_it), listed=[rubbish])


def test_content_that_is_not_what_was_signed():
    # The whole signature of an honest token around another content: the oldest trick.
    def swap(signed):
        other = cms.ContentInfo.load(make_token(at_ms=pki.NOW_MS - 5000))
        signed["encap_content_info"] = other["content"]["encap_content_info"]

    _refused(StampReason.BAD_SIGNATURE, make_token(signed=swap))


def test_signature_of_another_key():
    thief = pki.Made(pki.p256(), TSA.der)
    _refused(StampReason.BAD_SIGNATURE, make_token(tsa=thief))


def _algorithm(name: str, **parameters):
    return lambda signer: signer.update(signature_algorithm={"algorithm": name, **parameters})


@pytest.mark.parametrize(
    "name", ["sha1_ecdsa", "sha384_ecdsa", "sha256_rsa", "rsassa_pkcs1v15", "ed25519", "sha256_dsa"]
)
def test_algorithm_that_does_not_fit_an_ecdsa_key(name):
    _refused(StampReason.BAD_SIGNATURE, make_token(signer=_algorithm(name)))


@pytest.mark.parametrize("name", ["sha1_rsa", "sha384_rsa", "sha256_ecdsa", "ed25519", "rsassa_pss"])
def test_algorithm_that_does_not_fit_an_rsa_key(name):
    tsa = _tsa(key=RSA)
    token = _rsa_token(tsa, _algorithm(name))
    _refused(StampReason.BAD_SIGNATURE, token, listed=[tsa.der])


@pytest.mark.parametrize("name", ["sha256_ecdsa", "sha256_rsa"])
def test_algorithm_that_does_not_fit_an_ed25519_key(name):
    tsa = _tsa(key=ed25519.Ed25519PrivateKey.generate())
    token = _token_by(tsa, tsa.key.sign, _algorithm(name))
    _refused(StampReason.BAD_SIGNATURE, token, listed=[tsa.der])


def _pss_parameters(hash_name="sha256", mask="sha256", salt=32):
    return {
        "hash_algorithm": {"algorithm": hash_name},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask}},
        "salt_length": salt,
    }


@pytest.mark.parametrize(
    ("changes", "holds"),
    [({}, True), ({"hash_name": "sha1"}, False), ({"mask": "sha1"}, False), ({"salt": 20}, False)],
)
def test_only_the_usual_pss(changes, holds):
    tsa = _tsa(key=RSA)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    bend = _algorithm("rsassa_pss", parameters=_pss_parameters(**changes))
    token = _token_by(tsa, lambda data: RSA.sign(data, pss, hashes.SHA256()), bend)
    if holds:
        assert check_token(token, DIGEST, [tsa.der]) == pki.NOW_MS
    else:
        _refused(StampReason.BAD_SIGNATURE, token, listed=[tsa.der])


def test_every_flipped_bit_is_refused():
    token = make_token()
    for index in range(len(token)):
        for bit in (0x01, 0x10, 0x80):
            broken = bytearray(token)
            broken[index] ^= bit
            with pytest.raises(StampError):
                check_token(bytes(broken), DIGEST, [TSA.der])


def _rsa_token(tsa: pki.Made, bend) -> bytes:
    return _token_by(tsa, lambda data: RSA.sign(data, padding.PKCS1v15(), hashes.SHA256()), bend)


def _token_by(tsa: pki.Made, sign, bend) -> bytes:
    """Make a token whose signature `sign` makes over the signed attributes."""

    def resign(signer):
        signer["signature"] = sign(signer["signed_attrs"].dump())
        bend(signer)

    return make_token(tsa=pki.Made(_Unused(), tsa.der), signer=resign)


class _Unused:
    def sign(self, *_args) -> bytes:
        return b"replaced"
