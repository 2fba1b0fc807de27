"""Certificate requests: made, read back, and those that nobody may ask with."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

import pki
from kopir.signing.csr import make_csr, parse_csr, parse_names, parse_subject, read_request_file
from kopir.signing.errors import CertificateError, KeyFileError, Reason
from kopir.signing.facts import spki_of

SUBJECT = parse_subject("CN=Register,O=Ministry,C=KZ")


def test_request_comes_back():
    key = pki.p256()
    request = parse_csr(make_csr(key, SUBJECT, parse_names(["node.kz", "127.0.0.1", "::1"])))
    assert request.subject == SUBJECT
    assert [str(name.value) for name in request.names] == ["node.kz", "127.0.0.1", "::1"]
    assert spki_of(request.parsed.public_key()) == spki_of(key.public_key())  # type: ignore[arg-type]


def test_request_without_names():
    assert parse_csr(make_csr(pki.p256(), SUBJECT)).names == ()


def test_request_holds_no_private_key():
    pem = make_csr(pki.p256(), SUBJECT)
    assert b"PRIVATE" not in pem
    with pytest.raises(ValueError, match="private key"):
        load_pem_private_key(pem, None)


def test_requests_are_read_from_files(tmp_path):
    (tmp_path / "a.csr").write_bytes(b"bytes")
    assert read_request_file(tmp_path / "a.csr") == b"bytes"
    with pytest.raises(KeyFileError, match=r"b\.csr cannot be read: No such file"):
        read_request_file(tmp_path / "b.csr")


def test_subjects_are_read_in_any_script():
    assert parse_subject("CN=Көпір,C=KZ").rfc4514_string() == "CN=Көпір,C=KZ"


@pytest.mark.parametrize("text", ["", "Register", "CN=", "O=Ministry,C=KZ", "CN=A,C=KAZ", "CN=A,,C=KZ", "=A", "CN"])
def test_subjects_that_are_none(text):
    with pytest.raises(CertificateError) as caught:
        parse_subject(text)
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("text", ["localhost", "a.b-c.kz", "A1", "10.0.0.1", "2001:db8::1", "x" * 63])
def test_names_that_serve(text):
    assert len(parse_names([text])) == 1


@pytest.mark.parametrize(
    "text",
    ["", ".", "a..b", "a.", "*.kz", "-a.kz", "a-.kz", "a_b", "a b", "a/b", "көпір.kz", "x" * 64, ".".join(["ab"] * 90)],
)
def test_names_that_do_not(text):
    with pytest.raises(CertificateError) as caught:
        parse_names(["good.kz", text])
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())])
def test_only_keys_that_sign_here_ask_here(key):
    with pytest.raises(KeyFileError, match="P-256"):
        make_csr(key, SUBJECT)


def _request(key, hash_of_signature=None) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(SUBJECT)
    return builder.sign(key, hash_of_signature or hashes.SHA256()).public_bytes(Encoding.PEM)


def test_members_may_ask_with_rsa():
    assert parse_csr(_request(rsa.generate_private_key(65537, 2048))).subject == SUBJECT


def test_weak_keys_get_nothing():
    with pytest.raises(CertificateError) as caught:
        parse_csr(_request(ec.generate_private_key(ec.SECP384R1())))
    assert caught.value.reason is Reason.WEAK_KEY


def test_request_for_another_ones_key():
    # The victim's public key in the attacker's request: the signature is made with the attacker's.
    attacker, victim = pki.p256(), pki.p256()
    der = x509.load_pem_x509_csr(_request(attacker)).public_bytes(Encoding.DER)
    stolen = der.replace(spki_of(attacker.public_key()), spki_of(victim.public_key()))
    assert stolen != der
    with pytest.raises(CertificateError) as caught:
        parse_csr(_as_pem(stolen))
    assert caught.value.reason is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("pem", [b"", b"hello", b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"])
def test_malformed_requests(pem):
    with pytest.raises(CertificateError) as caught:
        parse_csr(pem)
    assert caught.value.reason is Reason.MALFORMED


def test_every_flipped_byte_is_refused():
    der = x509.load_pem_x509_csr(make_csr(pki.p256(), SUBJECT, parse_names(["node.kz"]))).public_bytes(Encoding.DER)
    for index in range(len(der)):
        broken = bytearray(der)
        broken[index] ^= 0x02
        with pytest.raises(CertificateError):
            parse_csr(_as_pem(bytes(broken)))


def _as_pem(der: bytes) -> bytes:
    from base64 import encodebytes

    return b"-----BEGIN CERTIFICATE REQUEST-----\n" + encodebytes(der) + b"-----END CERTIFICATE REQUEST-----\n"
