"""Revocation lists: what was taken back, since when, and lists that prove nothing."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

import pki
from kopir.signing.errors import CertificateError, Reason
from kopir.signing.facts import load_certificate
from kopir.signing.revocation import MAX_LIST_BYTES, RevocationList, Revocations, check_revocation, load_crl

ROOT = pki.make_root()
LEAF = pki.make_certificate(issuer=ROOT)
SERIAL = LEAF.parsed.serial_number
SINCE_MS = pki.NOW_MS


def _check(crls, at_ms=pki.NOW_MS, issuer=ROOT):
    check_revocation(load_certificate(LEAF.der), load_certificate(issuer.der), [load_crl(crl) for crl in crls], at_ms)


def _refused(reason, crls, **rest):
    with pytest.raises(CertificateError) as caught:
        _check(crls, **rest)
    assert caught.value.reason is reason


def test_list_is_read():
    crl = load_crl(pki.make_crl(ROOT, {SERIAL: SINCE_MS, 5: SINCE_MS - 2000}))
    assert crl.issuer == "CN=Authority,C=KZ"
    assert (crl.this_update_ms, crl.next_update_ms) == (pki.FROM_MS, pki.TO_MS)
    assert crl.revoked_at(SINCE_MS) == {SERIAL, 5}
    assert crl.revoked_at(SINCE_MS - 1) == {5}
    assert crl.revoked_at(SINCE_MS - 3000) == frozenset()
    assert crl.is_signed_by(load_certificate(ROOT.der))


def test_what_is_not_listed_holds():
    _check([pki.make_crl(ROOT)])
    _check([pki.make_crl(ROOT, {SERIAL + 1: SINCE_MS})])
    _check([])


def test_revocation_begins_at_its_instant():
    crls = [pki.make_crl(ROOT, {SERIAL: SINCE_MS})]
    _check(crls, at_ms=SINCE_MS - 1)
    _refused(Reason.REVOKED, crls, at_ms=SINCE_MS)
    _refused(Reason.REVOKED, crls, at_ms=SINCE_MS + 1)


def test_a_later_list_serves_for_an_earlier_instant():
    crl = pki.make_crl(ROOT, {SERIAL: SINCE_MS}, this_ms=pki.TO_MS, next_ms=pki.TO_MS + 1000)
    _check([crl], at_ms=SINCE_MS - 1)
    _refused(Reason.REVOKED, [crl], at_ms=SINCE_MS)


def test_any_of_several_lists_revokes():
    clean, listed = pki.make_crl(ROOT), pki.make_crl(ROOT, {SERIAL: SINCE_MS})
    _refused(Reason.REVOKED, [clean, listed])
    _refused(Reason.REVOKED, [listed, clean])


def test_lists_of_others_are_passed_over():
    other = pki.make_root("CN=Other")
    _check([pki.make_crl(other, {SERIAL: SINCE_MS}, next_ms=pki.NOW_MS - 1000)])


def test_list_of_a_namesake_neither_harms_nor_helps():
    namesake = pki.make_root()
    foreign = pki.make_crl(namesake, {SERIAL: SINCE_MS})
    _check([foreign, pki.make_crl(ROOT)])
    _refused(Reason.BAD_REVOCATION_LIST, [foreign])


# ---- hostile


def test_list_ends_at_its_millisecond():
    crls = [pki.make_crl(ROOT)]
    _check(crls, at_ms=pki.TO_MS)
    _refused(Reason.STALE_REVOCATION_LIST, crls, at_ms=pki.TO_MS + 1)
    _check([*crls, pki.make_crl(ROOT, next_ms=pki.TO_MS + 1000)], at_ms=pki.TO_MS + 1)


def test_stale_list_still_revokes():
    _refused(Reason.REVOKED, [pki.make_crl(ROOT, {SERIAL: SINCE_MS})], at_ms=pki.TO_MS + 1)


def test_forged_list():
    _refused(Reason.BAD_REVOCATION_LIST, [pki.make_crl(ROOT, key=pki.p256())])


def test_issuer_that_may_not_sign_lists():
    root = pki.make_root(key=ROOT.key, usages=("key_cert_sign",))
    _refused(Reason.BAD_REVOCATION_LIST, [pki.make_crl(root)], issuer=root)


def _delta() -> x509.ExtensionType:
    return x509.DeltaCRLIndicator(1)


def _partial() -> x509.ExtensionType:
    return x509.IssuingDistributionPoint(None, None, True, False, None, False, False)


@pytest.mark.parametrize("extension", [_delta(), _partial(), pki.UNKNOWN_EXTENSION])
def test_lists_that_are_not_whole(extension):
    with pytest.raises(CertificateError) as caught:
        load_crl(pki.make_crl(ROOT, extra=[(extension, True)]))
    assert caught.value.reason is Reason.BAD_REVOCATION_LIST
    load_crl(pki.make_crl(ROOT, extra=[(x509.CRLNumber(1), False), (pki.UNKNOWN_EXTENSION, False)]))


def _without_next_update() -> bytes:
    """Drop nextUpdate, which the library insists on when making a list; the signature no longer matters."""
    der = pki.make_crl(ROOT)
    stamp = b"\x17\x0d" + pki.instant(pki.TO_MS).strftime("%y%m%d%H%M%SZ").encode()
    assert der.count(stamp) == 1
    shorter = der.replace(stamp, b"")
    start = shorter.index(b"\x30", 1)
    assert shorter[1] == 0x81
    assert shorter[start + 1] == 0x81 or shorter[start + 1] < 0x80
    inner = bytearray(shorter)
    inner[2] -= len(stamp)
    inner[start + 1 if inner[start + 1] < 0x80 else start + 2] -= len(stamp)
    return bytes(inner)


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x30\x00",
        ROOT.der,
        pki.make_crl(ROOT) + b"\x00",
        pki.make_crl(ROOT)[:-1],
        b"\x00" * (MAX_LIST_BYTES + 1),
        _without_next_update(),
    ],
    ids=["empty", "nothing", "certificate", "longer", "shorter", "huge", "endless"],
)
def test_malformed_lists(der):
    with pytest.raises(CertificateError) as caught:
        load_crl(der)
    assert caught.value.reason is Reason.BAD_REVOCATION_LIST


def test_signature_has_one_form():
    der = next(crl for crl in (pki.make_crl(ROOT) for _ in range(100)) if crl[-1] & 1 == 0)
    place = len(der) - len(x509.load_der_x509_crl(der).signature) - 1
    with pytest.raises(CertificateError, match="not of whole bytes"):
        load_crl(der[:place] + b"\x01" + der[place + 1 :])


def test_weakly_signed_list():
    with pytest.raises(CertificateError) as caught:
        load_crl(pki.make_crl(ROOT, hash_of_signature=hashes.SHA224()))
    assert caught.value.reason is Reason.WEAK_SIGNATURE


def test_every_flipped_byte_is_refused_or_not_of_the_issuer():
    der = pki.make_crl(ROOT, {SERIAL: SINCE_MS})
    for index in range(len(der)):
        broken = bytearray(der)
        broken[index] ^= 0x01
        try:
            crl = load_crl(bytes(broken))
        except CertificateError:
            continue
        assert crl.parsed.issuer != ROOT.parsed.subject or not crl.is_signed_by(load_certificate(ROOT.der)), index


def test_a_list_is_worked_through_once_however_many_certificates_are_asked_of(monkeypatch):
    asked = []
    is_signed_by, revoked_at = RevocationList.is_signed_by, RevocationList.revoked_at

    def ask_key(*args):
        asked.append("key")
        return is_signed_by(*args)

    def ask_serials(*args):
        asked.append("serials")
        return revoked_at(*args)

    monkeypatch.setattr(RevocationList, "is_signed_by", ask_key)
    monkeypatch.setattr(RevocationList, "revoked_at", ask_serials)
    revocations = Revocations([load_crl(pki.make_crl(ROOT, {SERIAL: SINCE_MS}))], pki.NOW_MS)
    for serial in range(SERIAL + 1, SERIAL + 9):
        leaf = pki.make_certificate(issuer=ROOT, serial=serial)
        revocations.check(load_certificate(leaf.der), load_certificate(ROOT.der))
    assert asked == ["key", "serials"]
