"""Chains: the ordinary ones, and each almost-right certificate that must not be believed."""

from __future__ import annotations

import timeit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import pki
from kopir.signing.certificates import MAX_STEPS, MAX_STEPS_PER_LEAF, Chains, Purpose, check_chain
from kopir.signing.errors import CertificateError, Reason

ROOT = pki.make_root()
LEAF = pki.make_certificate(issuer=ROOT)
TLS = pki.make_certificate(issuer=ROOT, usages=("digital_signature",), eku=pki.TLS)
STAMP = pki.make_certificate(issuer=ROOT, usages=("digital_signature",), eku=pki.STAMP, eku_critical=True)


def _check(leaf, authorities=(ROOT,), crls=(), at_ms=pki.NOW_MS, purpose=Purpose.SIGNING):
    return check_chain(leaf.der, [made.der for made in authorities], crls, at_ms, purpose)


def _refused(reason: Reason, leaf, authorities=(ROOT,), **rest) -> str:
    with pytest.raises(CertificateError) as caught:
        _check(leaf, authorities, **rest)
    assert caught.value.reason is reason
    return caught.value.message


@pytest.mark.parametrize(("leaf", "purpose"), [(LEAF, "signing"), (TLS, "tls"), (STAMP, "stamp")])
def test_certificate_of_a_listed_authority_holds(leaf, purpose):
    chain = _check(leaf, purpose=purpose)
    assert [certificate.der for certificate in chain] == [leaf.der, ROOT.der]


def test_intermediates_are_found_in_any_order():
    middle = pki.make_root("CN=Middle", issuer=ROOT)
    low = pki.make_root("CN=Low", issuer=middle, path_length=0)
    leaf = pki.make_certificate(issuer=low)
    for authorities in ([ROOT, middle, low], [low, ROOT, middle], [low, middle, ROOT, ROOT]):
        assert len(_check(leaf, authorities)) == 4


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["p384", "rsa", "ed25519"],
)
def test_authorities_of_other_kinds_serve(key):
    root = pki.make_root(key=key)
    assert _check(pki.make_certificate(issuer=root), [root])


def test_authority_with_pss_serves():
    root = pki.make_root(key=rsa.generate_private_key(65537, 2048))
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    assert _check(pki.make_certificate(issuer=root, padding_of_signature=pss), [root])


def test_other_authorities_of_the_same_name_do_not_disturb():
    namesake, keyless = pki.make_root(), pki.make_root(identifiers=False)
    late = pki.make_root(key=ROOT.key, to_ms=pki.NOW_MS - 1000)
    for authorities in ([namesake, keyless, late, ROOT], [ROOT, late, keyless, namesake]):
        assert _check(LEAF, authorities)[-1].der == ROOT.der


def test_chain_without_key_identifiers_holds():
    root = pki.make_root(identifiers=False)
    assert _check(pki.make_certificate(issuer=root), [root])
    assert _check(pki.make_certificate(issuer=ROOT, identifiers=False))


def test_it_is_quick_enough_for_a_refresh():
    authorities = [ROOT.der]
    took = min(
        timeit.repeat(lambda: check_chain(LEAF.der, authorities, (), pki.NOW_MS, "signing"), number=20, repeat=3)
    )
    assert took / 20 < 0.01


def test_both_ends_of_validity_hold():
    assert _check(LEAF, at_ms=pki.FROM_MS)
    assert _check(LEAF, at_ms=pki.TO_MS)


# ---- the almost-right


@pytest.mark.parametrize(
    ("leaf", "own"), [(LEAF, Purpose.SIGNING), (TLS, Purpose.TLS), (STAMP, Purpose.STAMP), (ROOT, None)]
)
def test_one_purpose_serves_no_other(leaf, own):
    for purpose in Purpose:
        if purpose is not own:
            _refused(Reason.WRONG_PURPOSE, leaf, purpose=purpose)


def test_expired_by_a_millisecond():
    _refused(Reason.EXPIRED, LEAF, at_ms=pki.TO_MS + 1)
    _refused(Reason.NOT_YET_VALID, LEAF, at_ms=pki.FROM_MS - 1)


def test_authority_expired_by_a_millisecond():
    leaf = pki.make_certificate(issuer=ROOT, from_ms=pki.FROM_MS - 2000, to_ms=pki.TO_MS + 2000)
    _refused(Reason.EXPIRED, leaf, at_ms=pki.TO_MS + 1)
    _refused(Reason.NOT_YET_VALID, leaf, at_ms=pki.FROM_MS - 1)


def test_right_name_of_another_authority():
    namesake = pki.make_root()
    _refused(Reason.UNKNOWN_ISSUER, pki.make_certificate(issuer=namesake))
    keyless = pki.make_root(identifiers=False)
    forged = pki.make_certificate(issuer=keyless, identifiers=False)
    _refused(Reason.BAD_SIGNATURE, forged)
    _refused(Reason.BAD_SIGNATURE, pki.make_certificate(issuer=pki.make_root(key=pki.p256()), identifiers=False))


def test_namesake_with_another_kind_of_key():
    leaf = pki.make_certificate(issuer=pki.make_root(key=ed25519.Ed25519PrivateKey.generate()), identifiers=False)
    _refused(Reason.BAD_SIGNATURE, leaf)


def test_no_authority_at_all():
    _refused(Reason.UNKNOWN_ISSUER, LEAF, [])
    _refused(Reason.UNKNOWN_ISSUER, LEAF, [pki.make_root("CN=Authority,C=TJ")])


def test_self_signed_leaf_even_when_it_is_listed():
    alone = pki.make_certificate()
    _refused(Reason.UNKNOWN_ISSUER, alone, [ROOT, alone])


def test_listed_intermediate_without_its_root_is_no_anchor():
    middle = pki.make_root("CN=Middle", issuer=ROOT)
    leaf = pki.make_certificate(issuer=middle)
    assert _check(leaf, [middle, ROOT])
    _refused(Reason.UNKNOWN_ISSUER, leaf, [middle])


def test_self_named_authority_that_did_not_sign_itself():
    # Named like its issuer, so it looks self-signed, but another key signed it.
    other = pki.make_root()
    false_root = pki.make_root(issuer=other, identifiers=False)
    leaf = pki.make_certificate(issuer=false_root)
    _refused(Reason.BAD_SIGNATURE, leaf, [false_root])


def test_leaf_as_issuer():
    below = pki.make_certificate("CN=Below", issuer=LEAF)
    _refused(Reason.NOT_AN_AUTHORITY, below, [ROOT, LEAF])


@pytest.mark.parametrize(
    "changes",
    [{"authority": False}, {"authority": None}, {"usages": ("crl_sign",)}, {"usages": None}],
    ids=["not-ca", "no-constraints", "no-cert-sign", "no-usage"],
)
def test_issuer_that_may_not_issue(changes):
    root = pki.make_root(**changes)
    _refused(Reason.NOT_AN_AUTHORITY, pki.make_certificate(issuer=root), [root])


def test_path_length_is_kept():
    root = pki.make_root(path_length=0)
    middle = pki.make_root("CN=Middle", issuer=root)
    assert _check(pki.make_certificate(issuer=root), [root])
    _refused(Reason.NOT_AN_AUTHORITY, pki.make_certificate(issuer=middle), [root, middle])


def test_chain_that_is_too_high():
    authorities = [ROOT]
    for level in range(3):
        authorities.append(pki.make_root(f"CN=Level {level}", issuer=authorities[-1]))
    assert len(_check(pki.make_certificate(issuer=authorities[2]), authorities)) == 4
    _refused(Reason.UNKNOWN_ISSUER, pki.make_certificate(issuer=authorities[3]), authorities)


def test_ring_of_authorities_ends():
    one_key, two_key = pki.p256(), pki.p256()
    one = pki.make_root("CN=One", key=one_key)
    two = pki.make_root("CN=Two", key=two_key, issuer=one)
    one_again = pki.make_root("CN=One", key=one_key, issuer=two)
    _refused(Reason.UNKNOWN_ISSUER, pki.make_certificate(issuer=two), [two, one_again])


def test_tangle_of_authorities_is_given_up():
    # Two names over one key, each issued by the other: every pair fits, and no chain ends.
    key = pki.p256()
    one, two = pki.make_root("CN=One", key=key), pki.make_root("CN=Two", key=key)
    tangle = [pki.make_root("CN=One", key=key, issuer=two) for _ in range(12)]
    tangle += [pki.make_root("CN=Two", key=key, issuer=one) for _ in range(12)]
    assert "tangled" in _refused(Reason.UNKNOWN_ISSUER, pki.make_certificate(issuer=one), tangle)


@pytest.mark.parametrize("place", ["leaf", "root"])
def test_critical_extension_that_nobody_knows(place):
    extra = [(pki.UNKNOWN_EXTENSION, True)]
    root = pki.make_root(extra=extra if place == "root" else ())
    leaf = pki.make_certificate(issuer=root, extra=extra if place == "leaf" else ())
    _refused(Reason.UNKNOWN_EXTENSION, leaf, [root])


def test_name_constraints_are_not_understood_and_so_refused():
    constraints = x509.NameConstraints([x509.DNSName("kz")], None)
    root = pki.make_root(extra=[(constraints, True)])
    _refused(Reason.UNKNOWN_EXTENSION, pki.make_certificate(issuer=root), [root])


def test_key_that_makes_none_of_our_signatures():
    curve = ec.generate_private_key(ec.SECP384R1())
    _refused(Reason.WEAK_KEY, pki.make_certificate(issuer=ROOT, key=curve))
    tls = pki.make_certificate(issuer=ROOT, key=curve, usages=("digital_signature",), eku=pki.TLS)
    assert _check(tls, purpose=Purpose.TLS)


def test_revoked():
    serial = LEAF.parsed.serial_number
    _refused(Reason.REVOKED, LEAF, crls=[pki.make_crl(ROOT, {serial: pki.NOW_MS})])


def test_revoked_intermediate():
    middle = pki.make_root("CN=Middle", issuer=ROOT)
    crl = pki.make_crl(ROOT, {middle.parsed.serial_number: pki.NOW_MS})
    leaf = pki.make_certificate(issuer=middle)
    assert _check(leaf, [ROOT, middle], at_ms=pki.NOW_MS - 1, crls=[crl])
    _refused(Reason.REVOKED, leaf, [ROOT, middle], crls=[crl])


def test_malformed_authority_or_list_is_refused_whole():
    with pytest.raises(CertificateError) as caught:
        check_chain(LEAF.der, [ROOT.der, b"\x30\x00"], [], pki.NOW_MS, "signing")
    assert caught.value.reason is Reason.MALFORMED
    _refused(Reason.BAD_REVOCATION_LIST, LEAF, crls=[b"\x30\x00"])


def test_unknown_purpose_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="seal"):
        _check(LEAF, purpose="seal")


@pytest.mark.filterwarnings("ignore:Parsed a")
def test_every_flipped_byte_is_refused():
    for index in range(len(LEAF.der)):
        broken = bytearray(LEAF.der)
        broken[index] ^= 0x01
        with pytest.raises(CertificateError):
            check_chain(bytes(broken), [ROOT.der], [], pki.NOW_MS, "signing")


def test_all_certificates_of_a_document_share_one_budget():
    # 40 authorities of one name without key identifiers: each certificate fits all of them, and is the last one's.
    namesakes = [pki.make_root("CN=Same", identifiers=False) for _ in range(40)]
    leaves = [pki.make_certificate(f"CN={number}", issuer=namesakes[-1], identifiers=False) for number in range(4)]
    chains = Chains([made.der for made in namesakes], (), pki.NOW_MS)
    for leaf in leaves[:2]:
        assert chains.check(leaf.der, Purpose.SIGNING)[-1].der == namesakes[-1].der
    with pytest.raises(CertificateError, match="tangled"):
        chains.check(leaves[2].der, Purpose.SIGNING)
    assert 2 * len(namesakes) < MAX_STEPS + 3 * MAX_STEPS_PER_LEAF < 3 * len(namesakes)


def test_a_country_of_thousands_does_not_use_up_the_budget():
    low = pki.make_root("CN=Low", issuer=ROOT)
    leaf = pki.make_certificate(issuer=low)
    chains = Chains([ROOT.der, low.der], (), pki.NOW_MS)
    for _ in range(4 * MAX_STEPS):
        assert len(chains.check(leaf.der, Purpose.SIGNING)) == 3
