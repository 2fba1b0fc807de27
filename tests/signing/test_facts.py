"""What a certificate says of itself: the purposes as a table, and certificates that nobody should be able to show."""

from __future__ import annotations

import itertools
from hashlib import sha256

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from hypothesis import given, settings
from hypothesis import strategies as st

import pki
from kopir.signing import facts
from kopir.signing.algorithms import EDDSA, ES256, PS256, sign
from kopir.signing.errors import CertificateError, KeyFileError, Reason
from kopir.signing.facts import Purpose, load_certificate, load_spki, read_certificate_file

RSA = rsa.generate_private_key(65537, 2048)
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


def test_facts_are_read():
    made = pki.make_certificate("CN=Register,O=Ministry,C=KZ", serial=0xABC)
    certificate = load_certificate(made.der)
    assert certificate.der == made.der
    assert certificate.kid == facts.kid_of(made.der) == sha256(made.der).digest()
    assert certificate.spki_sha256 == sha256(facts.spki_of(made.key.public_key())).digest()
    assert certificate.subject == certificate.issuer == "CN=Register,O=Ministry,C=KZ"
    assert certificate.serial == "abc"
    assert (certificate.not_before_ms, certificate.not_after_ms) == (pki.FROM_MS, pki.TO_MS)
    assert certificate.alg == ES256
    assert certificate.usages == {"digital_signature", "content_commitment"}
    assert (certificate.is_signing, certificate.is_tls, certificate.is_stamp) == (True, False, False)
    assert not certificate.is_authority
    assert certificate.unknown_extension is None
    assert facts.spki_of(certificate.public_key) == facts.spki_of(made.key.public_key())
    assert certificate.verifier is not None
    assert certificate.verifier.verify(ES256, sign(made.key, b"data"), b"data")


def test_the_same_bytes_are_read_once():
    made = pki.make_certificate()
    assert load_certificate(made.der) is load_certificate(bytes(bytearray(made.der)))
    assert load_certificate(made.der) != load_certificate(pki.make_certificate().der)
    assert len({load_certificate(made.der), load_certificate(made.der)}) == 1


def test_description_tells_purpose_and_key():
    text = load_certificate(pki.make_certificate("CN=Register", eku=pki.TLS).der).describe()
    assert "purpose: tls" in text
    assert "algorithm: ES256" in text
    assert "purpose: authority" in load_certificate(pki.make_root().der).describe()
    curve = ec.generate_private_key(ec.SECP384R1())
    text = load_certificate(pki.make_certificate(key=curve, usages=None).der).describe()
    assert "purpose: none that serves here" in text
    assert "algorithm: none that signs here" in text


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (pki.p256(), ES256),
        (ed25519.Ed25519PrivateKey.generate(), EDDSA),
        (RSA, PS256),
        (ec.generate_private_key(ec.SECP384R1()), None),
        (ec.generate_private_key(ec.SECP521R1()), None),
    ],
)
def test_algorithm_follows_the_key(key, alg):
    certificate = load_certificate(pki.make_certificate(key=key).der)
    assert certificate.alg == alg
    assert (certificate.verifier is None) is (alg is None)


DS, CC = "digital_signature", "content_commitment"
PURPOSES = [
    # usages, extended usages, critical -> purpose
    ((DS,), (), False, Purpose.SIGNING),
    ((DS, CC), (), False, Purpose.SIGNING),
    ((DS, CC), (DOCUMENT_SIGNING,), False, Purpose.SIGNING),
    ((DS,), (Eku.EMAIL_PROTECTION,), True, Purpose.SIGNING),
    ((DS,), pki.TLS, False, Purpose.TLS),
    ((DS, "key_encipherment"), pki.TLS, False, Purpose.TLS),
    ((DS, "key_agreement"), pki.TLS, True, Purpose.TLS),
    ((DS,), pki.STAMP, True, Purpose.STAMP),
    ((DS, CC), pki.STAMP, True, Purpose.STAMP),
    # the almost-right
    (None, (), False, None),
    ((CC,), (), False, None),
    ((DS, "key_encipherment"), (), False, None),
    ((DS, "key_encipherment"), (DOCUMENT_SIGNING,), False, None),
    ((DS, "key_cert_sign"), (), False, None),
    ((DS, "crl_sign"), (), False, None),
    ((DS,), (Eku.SERVER_AUTH,), False, None),
    ((DS,), (Eku.CLIENT_AUTH,), False, None),
    ((DS,), (Eku.CLIENT_AUTH, DOCUMENT_SIGNING), False, None),
    ((DS,), (*pki.TLS, DOCUMENT_SIGNING), False, None),
    ((DS,), (*pki.TLS, Eku.TIME_STAMPING), True, None),
    ((DS, "key_cert_sign"), pki.TLS, False, None),
    (("key_encipherment",), pki.TLS, False, None),
    (None, pki.TLS, False, None),
    ((DS,), pki.STAMP, False, None),
    ((DS,), (Eku.TIME_STAMPING, DOCUMENT_SIGNING), True, None),
    ((DS, "key_encipherment"), pki.STAMP, True, None),
    ((DS,), (Eku.OCSP_SIGNING,), False, None),
    ((DS,), (Eku.ANY_EXTENDED_KEY_USAGE,), False, None),
]


@pytest.mark.parametrize(("usages", "eku", "critical", "purpose"), PURPOSES)
def test_purposes(usages, eku, critical, purpose):
    certificate = load_certificate(pki.make_certificate(usages=usages, eku=eku, eku_critical=critical).der)
    assert certificate.purpose is purpose
    assert certificate.is_signing is (purpose is Purpose.SIGNING)
    assert certificate.is_tls is (purpose is Purpose.TLS)
    assert certificate.is_stamp is (purpose is Purpose.STAMP)


def test_an_authority_has_no_other_purpose():
    for eku, usages in itertools.product(((), pki.TLS, pki.STAMP), ((DS,), (DS, *pki.ISSUES))):
        length = 1 if "key_cert_sign" in usages else None
        made = pki.make_certificate(authority=True, path_length=length, usages=usages, eku=eku, eku_critical=True)
        certificate = load_certificate(made.der)
        assert certificate.is_authority
        assert certificate.path_length == length
        assert certificate.purpose is None


def test_without_constraints_it_is_no_authority():
    certificate = load_certificate(pki.make_certificate(authority=None).der)
    assert not certificate.is_authority
    assert certificate.is_signing


def test_validity_has_both_ends():
    certificate = load_certificate(pki.make_certificate().der)
    certificate.check_validity(pki.FROM_MS)
    certificate.check_validity(pki.TO_MS)
    for at_ms, reason in ((pki.FROM_MS - 1, Reason.NOT_YET_VALID), (pki.TO_MS + 1, Reason.EXPIRED)):
        with pytest.raises(CertificateError) as caught:
            certificate.check_validity(at_ms)
        assert caught.value.reason is reason


def test_files_hold_pem_or_der(tmp_path):
    der = pki.make_certificate().der
    (tmp_path / "a.der").write_bytes(der)
    (tmp_path / "a.pem").write_bytes(facts.to_pem(der))
    assert read_certificate_file(tmp_path / "a.der") == read_certificate_file(tmp_path / "a.pem") == der


def test_public_keys_load_bare():
    key = pki.p256()
    verifier = load_spki(facts.spki_of(key.public_key()))
    assert verifier.verify(ES256, sign(key, b"data"), b"data")
    assert facts.describe_key(key.public_key()).startswith("ES256, SHA-256 of the public key ")


def test_critical_extension_that_nobody_knows_is_noted():
    made = pki.make_certificate(extra=[(pki.UNKNOWN_EXTENSION, True)])
    assert load_certificate(made.der).unknown_extension == "1.3.6.1.4.1.32473.9"
    assert load_certificate(pki.make_certificate(extra=[(pki.UNKNOWN_EXTENSION, False)]).der).unknown_extension is None


def _small_order() -> ed25519.Ed25519PublicKey:
    return ed25519.Ed25519PublicKey.from_public_bytes(b"\x01" + b"\x00" * 31)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": rsa.generate_private_key(65537, 1024)},  # noqa: S505 - it must be refused
        {"key": ec.generate_private_key(ec.SECP256K1())},
        {"public_key": _small_order()},
    ],
    ids=["rsa-1024", "k1", "small-order"],
)
def test_weak_keys_are_refused(changes):
    with pytest.raises(CertificateError) as caught:
        load_certificate(pki.make_certificate(**changes).der)
    assert caught.value.reason is Reason.WEAK_KEY


def test_rsa_signatures_of_both_paddings_are_read():
    load_certificate(pki.make_certificate(key=RSA).der)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    load_certificate(pki.make_certificate(key=RSA, padding_of_signature=pss).der)


@pytest.mark.parametrize(
    "changes",
    [
        {"hash_of_signature": hashes.SHA224()},
        {"hash_of_signature": hashes.SHA3_256()},
        {
            "key": RSA,
            "hash_of_signature": hashes.SHA224(),
            "padding_of_signature": padding.PSS(padding.MGF1(hashes.SHA224()), 28),
        },
    ],
    ids=["sha224", "sha3", "pss-sha224"],
)
def test_weak_signatures_are_refused(changes):
    with pytest.raises(CertificateError) as caught:
        load_certificate(pki.make_certificate(**changes).der)
    assert caught.value.reason is Reason.WEAK_SIGNATURE


def _doubled_extension(der: bytes) -> bytes:
    """Turn the key identifier's OID (2.5.29.14) into that of KeyUsage (2.5.29.15), which is there already."""
    assert der.count(b"\x06\x03\x55\x1d\x0e") == 1
    return der.replace(b"\x06\x03\x55\x1d\x0e", b"\x06\x03\x55\x1d\x0f")


def _version_1(der: bytes) -> bytes:
    """Set the version number to 0, which says v1, while the extensions stay."""
    assert der.count(b"\xa0\x03\x02\x01\x02") == 1
    return der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x00")


def _version_9(der: bytes) -> bytes:
    return der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09")


@pytest.mark.parametrize(
    "breaker",
    [
        _doubled_extension,
        _version_1,
        _version_9,
        lambda der: der + b"\x00",
        lambda der: der[:-1],
        lambda der: b"",
        facts.to_pem,
        lambda der: der + b"\x00" * facts.MAX_CERTIFICATE_BYTES,
    ],
    ids=["doubled", "v1", "v9", "longer", "shorter", "empty", "pem", "huge"],
)
def test_malformed_certificates_are_refused(breaker):
    with pytest.raises(CertificateError) as caught:
        load_certificate(breaker(pki.make_certificate().der))
    assert caught.value.reason is Reason.MALFORMED


def test_certificates_of_version_1_are_refused():
    parsed = asn1_x509.Certificate.load(pki.make_certificate().der)
    body = parsed["tbs_certificate"].copy()
    body["version"] = "v1"
    body["extensions"] = None
    with pytest.raises(CertificateError, match="not of version 3"):
        load_certificate(asn1_x509.Certificate({**_outer(parsed), "tbs_certificate": body}).dump())


def _outer(parsed) -> dict[str, object]:
    return {"signature_algorithm": parsed["signature_algorithm"], "signature_value": parsed["signature_value"]}


def test_signature_has_one_form():
    made = next(m for m in (pki.make_certificate() for _ in range(100)) if m.der[-1] & 1 == 0)
    place = len(made.der) - len(made.parsed.signature) - 1
    one_bit_unused = made.der[:place] + b"\x01" + made.der[place + 1 :]
    assert x509.load_der_x509_certificate(one_bit_unused).signature == made.parsed.signature
    with pytest.raises(CertificateError, match="not of whole bytes"):
        load_certificate(one_bit_unused)


@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
@pytest.mark.parametrize("serial", [b"\x02\x01\x00", b"\x02\x01\xff"], ids=["zero", "negative"])
def test_serial_numbers_are_positive(serial):
    der = pki.make_certificate(serial=0x55).der
    assert der.count(b"\x02\x01\x55") == 1
    with pytest.raises(CertificateError) as caught:
        load_certificate(der.replace(b"\x02\x01\x55", serial))
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_files_without_a_certificate_are_refused(tmp_path, content):
    (tmp_path / "a.pem").write_bytes(content)
    with pytest.raises(CertificateError) as caught:
        read_certificate_file(tmp_path / "a.pem")
    assert caught.value.reason is Reason.MALFORMED


def test_files_with_two_certificates_are_refused(tmp_path):
    pem = facts.to_pem(pki.make_certificate().der)
    (tmp_path / "a.pem").write_bytes(pem * 2)
    with pytest.raises(CertificateError, match="2 certificates"):
        read_certificate_file(tmp_path / "a.pem")


def test_missing_files_are_named(tmp_path):
    with pytest.raises(KeyFileError, match=r"none\.pem cannot be read: No such file"):
        read_certificate_file(tmp_path / "none.pem")


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"\x00" * 40])
def test_malformed_public_keys_are_refused(der):
    with pytest.raises(CertificateError) as caught:
        load_spki(der)
    assert caught.value.reason is Reason.MALFORMED


def test_public_keys_have_one_form():
    key = pki.p256().public_key()
    compressed = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    der = facts.spki_of(key)
    other = b"\x30\x39" + der[2:23] + b"\x03\x22\x00" + compressed
    with pytest.raises(CertificateError) as caught:
        load_spki(other)
    assert caught.value.reason is Reason.MALFORMED
    with pytest.raises(CertificateError) as caught:
        load_spki(facts.spki_of(ec.generate_private_key(ec.SECP384R1()).public_key()))
    assert caught.value.reason is Reason.WEAK_KEY


BYTES = pki.make_certificate().der


@pytest.mark.filterwarnings("ignore:Parsed a")
@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255), st.integers(0, 3))
def test_broken_bytes_give_a_certificate_or_a_named_error(index, change, cut):
    broken = bytearray(BYTES)
    broken[index] ^= change
    try:
        load_certificate(bytes(broken[: len(broken) - cut]))
    except CertificateError:
        pass
