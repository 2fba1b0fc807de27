"""The development authority: what it issues holds, what it takes back does not, and it says what it is."""

from __future__ import annotations

import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

import pki
from kopir.signing.authority import MARK, WARNING, Authority, create_authority, open_authority
from kopir.signing.certificates import Purpose, check_chain
from kopir.signing.csr import Request, make_csr, parse_csr, parse_names, parse_subject
from kopir.signing.errors import CertificateError, KeyFileError, Reason
from kopir.signing.facts import load_certificate
from kopir.signing.keys import write_private_key

NOW_MS = pki.NOW_MS
DAY_MS = 86_400_000
SUBJECT = parse_subject("CN=Test authority,C=KZ")


@pytest.fixture
def authority(tmp_path) -> Authority:
    return create_authority(tmp_path / "ca", subject=SUBJECT, now_ms=NOW_MS)


def _request(*names: str) -> Request:
    return parse_csr(make_csr(pki.p256(), parse_subject("CN=Register,C=KZ"), parse_names(names)))


def _judge(authority: Authority, der: bytes, purpose: str, at_ms: int = NOW_MS, crls=()) -> None:
    check_chain(der, [authority.certificate.der], crls, at_ms, purpose)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_issued_certificates_hold_for_their_purpose_alone(authority, purpose):
    der = authority.issue(_request(), purpose=purpose, days=30, now_ms=NOW_MS)
    _judge(authority, der, purpose)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(CertificateError) as caught:
            _judge(authority, der, other)
        assert caught.value.reason is Reason.WRONG_PURPOSE


def test_subject_and_names_are_those_asked_for_or_those_given(authority):
    request = _request("node.kz")
    asked = load_certificate(authority.issue(request, purpose="tls", days=1, now_ms=NOW_MS))
    assert asked.subject == "CN=Register,C=KZ"
    assert _names(asked.parsed) == ["node.kz"]
    given = load_certificate(
        authority.issue(
            request,
            purpose="tls",
            days=1,
            now_ms=NOW_MS,
            subject=parse_subject("CN=Other"),
            names=parse_names(["10.0.0.1"]),
        )
    )
    assert given.subject == "CN=Other"
    assert _names(given.parsed) == ["10.0.0.1"]


def _names(parsed: x509.Certificate) -> list[str]:
    return [str(n.value) for n in parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value]


def test_only_tls_certificates_hold_host_names(authority):
    for purpose in ("signing", "stamp"):
        parsed = load_certificate(authority.issue(_request("node.kz"), purpose=purpose, days=1, now_ms=NOW_MS)).parsed
        with pytest.raises(x509.ExtensionNotFound):
            _names(parsed)
    parsed = load_certificate(authority.issue(_request(), purpose="tls", days=1, now_ms=NOW_MS)).parsed
    with pytest.raises(x509.ExtensionNotFound):
        _names(parsed)


def test_it_opens_again_with_its_index(authority):
    der = authority.issue(_request(), purpose="signing", days=1, now_ms=NOW_MS)
    again = open_authority(authority.folder)
    assert again.certificate == authority.certificate
    again.revoke(load_certificate(der).serial, now_ms=NOW_MS)


def test_revoked_certificates_are_in_the_next_list(authority):
    kept, taken = (authority.issue(_request(), purpose="signing", days=30, now_ms=NOW_MS) for _ in range(2))
    before = authority.make_crl(now_ms=NOW_MS, days=2)
    authority.revoke(load_certificate(taken).serial.upper(), now_ms=NOW_MS + 5_700)
    after = authority.make_crl(now_ms=NOW_MS + 6_000, days=2)
    assert (authority.folder / "ca.crl").read_bytes() == after
    _judge(authority, taken, "signing", NOW_MS + 6_000, [before])
    _judge(authority, kept, "signing", NOW_MS + 6_000, [after])
    _judge(authority, taken, "signing", NOW_MS + 4_999, [after])
    with pytest.raises(CertificateError) as caught:
        _judge(authority, taken, "signing", NOW_MS + 5_000, [after])
    assert caught.value.reason is Reason.REVOKED
    with pytest.raises(CertificateError) as caught:
        _judge(authority, kept, "signing", NOW_MS + 6_001 + 2 * DAY_MS, [after])
    assert caught.value.reason is Reason.STALE_REVOCATION_LIST


def test_lists_are_numbered(authority):
    numbers = []
    for _ in range(3):
        crl = x509.load_der_x509_crl(authority.make_crl(now_ms=NOW_MS, days=1))
        numbers.append(crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)
    assert numbers == [1, 2, 3]


def test_key_is_private_and_may_be_encrypted(tmp_path):
    create_authority(tmp_path / "ca", subject=SUBJECT, now_ms=NOW_MS, passphrase=b"secret")
    assert stat.S_IMODE((tmp_path / "ca" / "ca.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "ca").stat().st_mode) == 0o700
    assert open_authority(tmp_path / "ca", lambda _sentence: b"secret")
    with pytest.raises(KeyFileError, match="encrypted"):
        open_authority(tmp_path / "ca")


def test_it_says_what_it_is(authority):
    assert MARK in authority.certificate.subject
    assert WARNING.count("WARNING") == 2
    assert "NOT FOR PRODUCTION" in WARNING


def test_clocks_may_differ_a_little_and_nothing_outlives_the_authority(authority):
    certificate = load_certificate(authority.issue(_request(), purpose="tls", days=99_999, now_ms=NOW_MS))
    assert certificate.not_before_ms == NOW_MS - 900_000 == authority.certificate.not_before_ms
    assert certificate.not_after_ms == authority.certificate.not_after_ms


# ---- hostile


def test_authority_out_of_its_time_issues_nothing(tmp_path):
    authority = create_authority(tmp_path / "ca", subject=SUBJECT, now_ms=NOW_MS, days=1)
    with pytest.raises(CertificateError) as caught:
        authority.issue(_request(), purpose="tls", days=1, now_ms=NOW_MS + DAY_MS + 1)
    assert caught.value.reason is Reason.EXPIRED


def test_unknown_purpose_is_not_issued(authority):
    with pytest.raises(ValueError, match="ca"):
        authority.issue(_request(), purpose="ca", days=1, now_ms=NOW_MS)


def test_only_own_certificates_are_revoked_and_once(authority):
    serial = load_certificate(authority.issue(_request(), purpose="tls", days=1, now_ms=NOW_MS)).serial
    authority.revoke(serial, now_ms=NOW_MS)
    for wrong, reason in ((serial, Reason.REVOKED), ("ff", Reason.UNKNOWN_ISSUER)):
        with pytest.raises(CertificateError) as caught:
            authority.revoke(wrong, now_ms=NOW_MS)
        assert caught.value.reason is reason


def test_authority_is_never_overwritten(authority):
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_authority(authority.folder, subject=SUBJECT, now_ms=NOW_MS)
    with pytest.raises(KeyFileError, match="cannot be made"):
        create_authority(authority.folder / "ca.key" / "ca", subject=SUBJECT, now_ms=NOW_MS)


def test_broken_index_is_named(authority):
    (authority.folder / "index.json").write_bytes(b"{")
    with pytest.raises(KeyFileError, match=r"index\.json cannot be read"):
        authority.make_crl(now_ms=NOW_MS, days=1)


def test_open_key_or_foreign_key_is_refused(authority):
    (authority.folder / "ca.key").chmod(0o640)
    with pytest.raises(KeyFileError, match="open to others"):
        open_authority(authority.folder)
    (authority.folder / "ca.key").unlink()
    write_private_key(authority.folder / "ca.key", ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(KeyFileError, match="P-256"):
        open_authority(authority.folder)
    (authority.folder / "ca.key").unlink()
    write_private_key(authority.folder / "ca.key", pki.p256())
    with pytest.raises(KeyFileError, match="does not belong"):
        open_authority(authority.folder)
