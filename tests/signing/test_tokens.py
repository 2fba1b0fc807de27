"""What a token says: read whole, or refused because some part is not as it must be."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from asn1crypto import algos, cms, core
from hypothesis import given, settings
from hypothesis import strategies as st

import pki
import stamping
from kopir.signing.errors import StampError, StampReason
from kopir.signing.tokens import MAX_TOKEN_BYTES, read_response, read_token
from stamping import DIGEST, NONCE, TSA, make_token


def _refused(data: bytes, reason: StampReason = StampReason.MALFORMED, reader=read_token) -> str:
    with pytest.raises(StampError) as caught:
        reader(data)
    assert caught.value.reason is reason
    return caught.value.message


def test_facts_are_read():
    token = read_token(make_token())
    assert (token.digest, token.nonce, token.gen_time_ms) == (DIGEST, NONCE, pki.NOW_MS)
    assert token.content_digest == sha256(token.content).digest()
    assert (token.hash_name, token.signature_name, token.signature_parameters) == ("sha256", "sha256_ecdsa", None)
    assert token.signer == (TSA.parsed.issuer.public_bytes(), TSA.parsed.serial_number)
    assert token.certificate_hashes == (("sha256", sha256(TSA.der).digest()),)
    assert token.signed_bytes[0] == 0x31, "the signature is over a SET, not over the tag that stands in the token"


def test_parts_that_may_be_absent_or_different():
    assert read_token(make_token(info=lambda info: info.pop("nonce"))).nonce is None
    assert read_token(make_token(at_ms=pki.NOW_MS + 123)).gen_time_ms == pki.NOW_MS + 123

    def by_key(signer):
        signer.update(version="v3", sid=cms.SignerIdentifier({"subject_key_identifier": b"key"}))

    assert read_token(make_token(signer=by_key)).signer == b"key"
    extension = {"extn_id": "1.3.6.1.4.1.32473.9", "critical": False, "extn_value": b"\x05\x00"}
    assert read_token(make_token(info=lambda info: info.update(extensions=[extension])))


def test_certificate_named_in_the_old_way_and_in_both():
    old = stamping.old_certificate_name(TSA)
    assert [name for name, _ in read_token(make_token(attributes=lambda a: a.append(old))).certificate_hashes] == [
        "sha256",
        "sha1",
    ]

    def replace(attributes):
        attributes[2] = old

    assert [name for name, _ in read_token(make_token(attributes=replace)).certificate_hashes] == ["sha1"]


@pytest.mark.parametrize("status", ["granted", "granted_with_mods"])
def test_answers_hold_the_token_as_it_is(status):
    token = make_token()
    assert read_response(stamping.make_response(token, status)) == token


# ---- hostile


@pytest.mark.parametrize("status", ["rejection", "waiting", "revocation_warning", "revocation_notification"])
def test_refusals_are_told_in_the_authoritys_words(status):
    for token in (None, make_token()):
        answer = stamping.make_response(token, status, ("come", "again"))
        assert "come again" in _refused(answer, StampReason.REFUSED, read_response)


def test_grant_without_a_token():
    _refused(stamping.make_response(None), StampReason.REFUSED, read_response)


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"hello", b"\x30\x80\x00\x00", make_token()])
def test_answers_that_are_none(data):
    _refused(data, reader=read_response)
    _refused(stamping.make_response(make_token()) + b"\x00", reader=read_response)


@pytest.mark.parametrize("reader", [read_token, read_response])
def test_too_long(reader):
    assert "at most" in _refused(b"\x00" * (MAX_TOKEN_BYTES + 1), reader=reader)


def _other_type(outer):
    outer.update(content_type="data", content=core.OctetString(b"x"))


def _two_signers(signed):
    second = dict(signed["signer_infos"][0], signature=b"other")
    signed["signer_infos"] = [signed["signer_infos"][0], second]


UNSIGNED = [{"type": "message_digest", "values": [b"x"]}]
CRITICAL = {"extn_id": "1.3.6.1.4.1.32473.9", "critical": True, "extn_value": b"\x05\x00"}

SHA256_WITH_PARAMETERS = algos.DigestAlgorithm.load(b"\x30\x0e\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x01\x00")

BENT: dict[str, dict[str, Any]] = {
    "no signed data": {"content_info": _other_type},
    "version is not 3": {"signed": lambda s: s.update(version="v4")},
    "exactly one signer": {"signed": _two_signers},
    "exactly one signer ": {"signed": lambda s: s.update(signer_infos=[])},
    "attributes that nobody signed": {"signer": lambda s: s.update(unsigned_attrs=UNSIGNED)},
    "hash is not SHA-256": {"signer": lambda s: s.update(digest_algorithm={"algorithm": "sha1"})},
    "hashes differ": {"signer": lambda s: s.update(digest_algorithm={"algorithm": "sha512"})},
    "hashes differ ": {"signed": lambda s: s.update(digest_algorithms=[])},
    "hashes differ  ": {"signed": lambda s: s.update(digest_algorithms=[{"algorithm": "sha256"}] * 2)},
    "hash has parameters": {"signer": lambda s: s.update(digest_algorithm=SHA256_WITH_PARAMETERS)},
    "no signed attributes": {"signer": lambda s: s.pop("signed_attrs")},
    "there twice": {"attributes": lambda a: a.append(a[1])},
    "there twice ": {"attributes": lambda a: a[1]["values"].append(b"other")},
    "content is not signed": {"attributes": lambda a: a.pop(0)},
    "content is not signed ": {"attributes": lambda a: a.pop(1)},
    "what is signed is no TSTInfo": {"attributes": lambda a: a[0].update(values=["data"])},
    "does not name its signer": {"attributes": lambda a: a.pop(2)},
    "holds no TSTInfo": {"signed": lambda s: s["encap_content_info"].update(content_type="data")},
    "TSTInfo is not of version 1": {"info": lambda i: i.update(version="v2")},
    "not of a SHA-256 digest": {"info": lambda i: i["message_imprint"].update(hash_algorithm={"algorithm": "sha512"})},
    "critical extension": {"info": lambda i: i.update(extensions=[CRITICAL])},
    "signer's version is not 1": {"signer": lambda s: s.update(version="v3")},
    "signer's version is not 3": {
        "signer": lambda s: s.update(sid=cms.SignerIdentifier({"subject_key_identifier": b"key"}))
    },
}


@pytest.mark.parametrize("complaint", BENT)
def test_bent_tokens(complaint):
    assert complaint.strip() in _refused(make_token(**BENT[complaint]))


def test_content_in_pieces():
    # BER lets an octet string come in pieces; DER, and so a token, does not.
    content = read_token(make_token()).content
    pieces = b"\x24\x80" + core.OctetString(content[:9]).dump() + core.OctetString(content[9:]).dump() + b"\x00\x00"
    inner = core.ObjectIdentifier("1.2.840.113549.1.9.16.1.4").dump() + b"\xa0" + bytes([len(pieces)]) + pieces
    enclosed = b"\x30" + bytes([len(inner)]) + inner
    loaded = cms.EncapsulatedContentInfo.load(enclosed)
    bent = make_token(signed=lambda s: s.update(encap_content_info=loaded))
    assert pieces in bent
    assert "in pieces" in _refused(bent)


def test_time_that_is_not_in_utc_or_in_no_calendar():
    token = make_token()
    stamp = b"\x18\x0f" + pki.instant(pki.NOW_MS).strftime("%Y%m%d%H%M%SZ").encode()
    assert token.count(stamp) == 1
    local = stamp[:-5] + b"+0500"
    assert len(local) == len(stamp)
    _refused(token.replace(stamp, local))
    _refused(token.replace(stamp, b"\x18\x0f00000101000000Z"))
    _refused(token.replace(stamp, b"\x18\x0f20271315000000Z"))


def test_truncated_and_extended():
    token = make_token()
    for length in range(len(token)):
        _refused(token[:length])
    _refused(token + b"\x00")


TOKEN = make_token()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.binary(min_size=1, max_size=6), st.integers(0, 12))
def test_broken_bytes_are_read_or_refused(index, change, drop):
    broken = TOKEN[:index] + change + TOKEN[index + drop :]
    for reader in (read_token, read_response):
        try:
            reader(broken)
        except StampError:
            pass


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data):
    for reader in (read_token, read_response):
        with pytest.raises(StampError):
            reader(data)
