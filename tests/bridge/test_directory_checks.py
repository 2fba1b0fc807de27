"""Signatures of documents, and chains of the certificates in them at their time of issue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countries import HOUR_MS, Country
from kopir.bridge.directory_checks import (
    LIMIT_COMPLAINTS,
    ForgedDirectoryError,
    UnchainedDirectoryError,
    check_certificates,
    check_signature,
)
from kopir.wire.directory import unframe
from pki import NOW_MS, make_certificate, make_root, p256


def test_a_good_document_passes():
    country = Country()
    check_signature(unframe(country.document()), {country.anchor().kid: country.spki})
    check_certificates(country.directory)


def test_certificates_are_judged_at_the_time_of_issue_whenever_they_are_read():
    country = Country()
    short = make_certificate("CN=Short", issuer=country.root, to_ms=NOW_MS + 1000)
    members = (replace(country.directory.members[0], certificates=(short.der,)),)
    check_certificates(replace(country.directory, members=members))
    with pytest.raises(UnchainedDirectoryError, match="expired at"):
        check_certificates(replace(country.directory, members=members, issued_ms=NOW_MS + HOUR_MS))


def test_every_bad_certificate_is_named():
    country = Country()
    with pytest.raises(UnchainedDirectoryError, match=r"number 1 of KZ: KZ/GOV/1: .*; KZ/GOV/1/node1: ") as caught:
        check_certificates(replace(country.directory, authorities=()))
    assert caught.value.code == "MalformedGlobalConf"


def test_a_signature_holds_only_under_its_own_key_and_algorithm():
    country = Country()
    envelope = unframe(country.document())
    other = p256()
    with pytest.raises(ForgedDirectoryError, match="does not hold"):
        check_signature(envelope, {envelope.kid: Country(key=other).spki})
    with pytest.raises(ForgedDirectoryError, match="does not hold"):
        check_signature(replace(envelope, alg=-8), {envelope.kid: country.spki})
    with pytest.raises(ForgedDirectoryError, match="does not hold"):
        check_signature(replace(envelope, tbs=envelope.tbs + b"x"), {envelope.kid: country.spki})
    with pytest.raises(ForgedDirectoryError, match="not trusted"):
        check_signature(envelope, {})


@pytest.mark.parametrize("junk", [b"junk", b"\x30\x80"])
def test_an_authority_or_next_key_that_is_none_is_refused_though_nothing_leans_on_it(junk):
    country = Country()
    bare = replace(country.directory, nodes=(), services=(), subsystems=(), members=())
    check_certificates(bare)
    with pytest.raises(UnchainedDirectoryError, match="authority 1: this is no certificate"):
        check_certificates(replace(bare, authorities=(junk,)))
    with pytest.raises(UnchainedDirectoryError, match=r"authority 2: .* may not issue certificates"):
        check_certificates(replace(bare, authorities=(country.root.der, country.tls.der)))
    with pytest.raises(UnchainedDirectoryError, match="next key: this is no public key"):
        check_certificates(replace(bare, next_key=junk))
    with pytest.raises(UnchainedDirectoryError, match="revocation lists: "):
        check_certificates(replace(bare, revocation_lists=(junk,)))


def test_a_key_that_is_none_signs_nothing():
    country = Country()
    envelope = unframe(country.document())
    with pytest.raises(ForgedDirectoryError, match="cannot serve: this is no public key"):
        check_signature(envelope, {envelope.kid: b"garbage"})


def test_of_very_many_complaints_the_first_are_told():
    country = Country()
    members = (replace(country.directory.members[0], certificates=tuple(b"%d" % n for n in range(1000))),)
    with pytest.raises(UnchainedDirectoryError) as caught:
        check_certificates(replace(country.directory, members=members))
    assert caught.value.message.count("; ") == LIMIT_COMPLAINTS - 1


def test_a_document_whose_authorities_are_all_alike_costs_little():
    """64 authorities of one name and 30 certificates that fit them all: 2,000 signatures to check without a budget."""
    country = Country()
    namesakes = [make_root("CN=Same", identifiers=False) for _ in range(64)]
    leaves = tuple(make_certificate(f"CN={n}", issuer=namesakes[-1], identifiers=False).der for n in range(30))
    members = (replace(country.directory.members[0], certificates=leaves),)
    authorities = (country.root.der, *(made.der for made in namesakes))[:64]
    with pytest.raises(UnchainedDirectoryError, match="too tangled"):
        check_certificates(replace(country.directory, members=members, authorities=authorities))
