"""Signatures of documents, and chains of the certificates in them at their time of issue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countries import HOUR_MS, Country
from kopir.bridge.directory_checks import (
    ForgedDirectoryError,
    UnchainedDirectoryError,
    check_certificates,
    check_signature,
)
from kopir.wire.directory import unframe
from pki import NOW_MS, make_certificate, p256


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
