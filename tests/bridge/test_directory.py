"""Which documents come into force, what outlives an outage, and every kind that is refused with its reason."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256

import pytest

from countries import HOUR_MS, Country, signed
from kopir.bridge.directory import LIMIT_REFUSED, Directories
from kopir.bridge.directory_checks import ForgedDirectoryError, UnchainedDirectoryError
from kopir.bridge.directory_checks import check_certificates as check
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.signing.facts import spki_of
from kopir.wire.directory import (
    EarlyDirectoryError,
    EquivocalDirectoryError,
    ExpiredDirectoryError,
    ForeignDirectoryError,
    OlderDirectoryError,
    decode,
    unframe,
)
from kopir.wire.errors import MalformedError, RefusedError
from pki import FROM_MS, NOW_MS, TLS, make_certificate, make_crl, make_root, p256

LATER = NOW_MS + HOUR_MS


@pytest.fixture
def country():
    return Country()


@pytest.fixture
def store(tmp_path):
    return DirectoryStore(tmp_path, OsDisk())


@pytest.fixture
def directories(country, store):
    return Directories(store, {"KZ": country.anchor()})


def test_the_first_document_comes_into_force(country, directories):
    document = country.document()
    change = directories.accept("KZ", document, NOW_MS)
    kid, tls = sha256(country.signing.der).digest(), sha256(country.tls.der).digest()
    assert (change.instance, change.number, change.digest) == ("KZ", 1, sha256(document).digest())
    assert (change.added_kids, change.added_tls) == ({kid}, {tls})
    assert (change.removed_kids, change.removed_tls) == (frozenset(), frozenset())
    assert directories.in_force("KZ", NOW_MS) == country.directory
    assert directories.signer("KZ", kid).member == country.member
    assert [node.id for node in directories.nodes_by_tls(tls, NOW_MS)] == [country.node]
    assert directories.nodes_by_tls(kid, NOW_MS) == ()
    assert directories.tls_certificates() == {"KZ": (country.tls.der,)}
    assert directories.get("KZ").since_ms == NOW_MS


def test_the_same_document_again_changes_nothing(country, directories):
    directories.accept("KZ", country.document(), NOW_MS)
    assert directories.accept("KZ", country.document(), LATER) is None, "a new signature under the same content too"
    assert directories.get("KZ").since_ms == NOW_MS


def test_a_certificate_that_leaves_is_named_and_dead(country, directories):
    directories.accept("KZ", country.document(), NOW_MS)
    another = make_certificate("CN=Another", issuer=country.root)
    members = (replace(country.directory.members[0], certificates=(another.der,)),)
    nodes = (replace(country.directory.nodes[0], certificates=()),)
    change = directories.accept("KZ", country.document(number=3, members=members, nodes=nodes), LATER)
    left = sha256(country.signing.der).digest()
    assert (change.removed_kids, change.added_kids) == ({left}, {sha256(another.der).digest()})
    assert change.removed_tls == {sha256(country.tls.der).digest()}
    assert directories.signer("KZ", left) is None


def test_the_last_good_copy_outlives_an_outage_and_a_restart(country, directories, store):
    directories.accept("KZ", country.document(), NOW_MS)
    directories.accept("KZ", country.document(number=2), LATER)
    again = Directories(store, {"KZ": country.anchor()})
    assert again.get("KZ") == directories.get("KZ")
    assert again.in_force("KZ", LATER).number == 2
    assert again.damaged == []


def test_the_next_key_is_announced_and_then_the_former_is_worth_nothing(country, directories, store):
    second, third = p256(), p256()
    directories.accept("KZ", country.document(next_key=spki_of(second.public_key())), NOW_MS)
    announced = country.document(number=2, key=second, next_key=spki_of(third.public_key()))
    assert directories.accept("KZ", announced, NOW_MS).number == 2
    with pytest.raises(ForgedDirectoryError, match="not trusted"):
        directories.accept("KZ", country.document(number=3), NOW_MS)
    assert directories.accept("KZ", country.document(number=3, key=second), NOW_MS).number == 3, "no new announcement"
    with pytest.raises(ForgedDirectoryError, match="not trusted"):
        directories.accept("KZ", country.document(number=4, key=third), NOW_MS)
    again = Directories(store, {"KZ": country.anchor()})
    assert again.get("KZ") == directories.get("KZ")
    with pytest.raises(ForgedDirectoryError):
        again.accept("KZ", country.document(number=4), NOW_MS)


def test_evidence_finds_the_documents_of_its_day(country, directories):
    second = p256()
    first = country.document(next_key=spki_of(second.public_key()))
    following = country.document(number=2, key=second)
    directories.accept("KZ", first, NOW_MS)
    directories.accept("KZ", following, LATER)
    directories.accept("KZ", country.document(number=3, key=second), LATER + 5)
    assert directories.documents_at("KZ", NOW_MS - 1) == ()
    assert directories.documents_at("KZ", LATER - 1) == (first,)
    assert directories.documents_at("KZ", LATER) == (following, first)
    with pytest.raises(RefusedError):
        directories.documents_at("TJ", LATER)


def test_an_anchor_that_goes_takes_its_documents_along(country, directories):
    directories.accept("KZ", country.document(), NOW_MS)
    (change,) = directories.replace_anchors({})
    assert (change.number, change.digest) == (None, None)
    assert change.removed_kids == {sha256(country.signing.der).digest()}
    with pytest.raises(RefusedError, match="no anchor for instance KZ") as caught:
        directories.in_force("KZ", NOW_MS)
    assert caught.value.code == "UnknownMember"
    (back,) = directories.replace_anchors({"KZ": country.anchor()})
    assert back.number == 1
    assert directories.replace_anchors({"KZ": country.anchor()}) == []


def test_an_anchor_with_another_key_starts_anew(country, directories):
    directories.accept("KZ", country.document(), NOW_MS)
    country.key = p256()
    (change,) = directories.replace_anchors({"KZ": country.anchor()})
    assert change.number is None
    assert directories.accept("KZ", country.document(number=2), NOW_MS).number == 2
    assert directories.anchors["KZ"].key == country.spki


def test_an_anchor_with_a_higher_lowest_number_ends_what_is_below(country, directories):
    directories.accept("KZ", country.document(), NOW_MS)
    (change,) = directories.replace_anchors({"KZ": country.anchor(lowest_number=2)})
    assert change.number is None
    with pytest.raises(OlderDirectoryError, match="below 2, the lowest that the anchor admits"):
        directories.accept("KZ", country.document(), NOW_MS)


# -- hostile


def test_nothing_is_in_force_before_the_first_document_or_after_the_last(country, directories):
    with pytest.raises(RefusedError, match="was never fetched") as caught:
        directories.in_force("KZ", NOW_MS)
    assert caught.value.code == "OutdatedGlobalConf"
    directories.accept("KZ", country.document(), NOW_MS)
    directories.in_force("KZ", NOW_MS + 24 * HOUR_MS - 1)
    with pytest.raises(RefusedError, match="number 1 has expired") as caught:
        directories.in_force("KZ", NOW_MS + 24 * HOUR_MS)
    assert caught.value.code == "OutdatedGlobalConf"


def _in_time(**changes):
    return lambda country: country.document(number=3, **changes)


def _by_stranger(country):
    return country.document(number=3, key=p256())


def _under_a_false_name(country):
    document = bytearray(country.document(number=3, key=p256()))
    document[10:42] = sha256(country.spki).digest()
    return bytes(document)


def _of_another_instance(country):
    other = Country("TJ")
    return signed(replace(other.directory, number=3), country.key)


def _unlisted_authority(country):
    stranger = make_certificate("CN=Member", issuer=make_root("CN=Elsewhere"))
    return country.document(number=3, members=(replace(country.directory.members[0], certificates=(stranger.der,)),))


def _wrong_purpose(country):
    tls = make_certificate("CN=Node", issuer=country.root)
    return country.document(number=3, nodes=(replace(country.directory.nodes[0], certificates=(tls.der,)),))


def _expired_certificate(country):
    old = make_certificate("CN=Old", issuer=country.root, to_ms=NOW_MS - 1000)
    return country.document(number=3, members=(replace(country.directory.members[0], certificates=(old.der,)),))


def _revoked(country):
    crl = make_crl(country.root, {country.signing.parsed.serial_number: NOW_MS - HOUR_MS})
    return country.document(number=3, revocation_lists=(crl,))


def _no_stamp_authority(country):
    stamps = (replace(country.directory.stamp_authorities[0], certificate=country.signing.der),)
    nodes = (replace(country.directory.nodes[0], certificates=()),)
    return country.document(number=3, stamp_authorities=stamps, nodes=nodes)


REFUSED = {
    "older": (lambda c: c.document(number=1), OlderDirectoryError, "number 1 of KZ is older than 2"),
    "same number": (
        lambda c: c.document(number=2, services=()),
        EquivocalDirectoryError,
        "in force with other content",
    ),
    "stranger": (_by_stranger, ForgedDirectoryError, "which is not trusted for it"),
    "forged": (_under_a_false_name, ForgedDirectoryError, "does not hold"),
    "foreign": (_of_another_instance, ForeignDirectoryError, "of instance TJ, expected is KZ"),
    "expired": (
        _in_time(issued_ms=LATER - HOUR_MS, expires_ms=LATER),
        ExpiredDirectoryError,
        "number 3 of KZ expired 0 s ago",
    ),
    "future": (_in_time(issued_ms=LATER + 60_001), EarlyDirectoryError, "number 3 of KZ is issued 60 s in the future"),
    "garbage": (lambda _: b"garbage", MalformedError, "does not begin with tag 18"),
    "authority": (_unlisted_authority, UnchainedDirectoryError, "KZ/GOV/1: no authority of the directory"),
    "purpose": (_wrong_purpose, UnchainedDirectoryError, "KZ/GOV/1/node1: .* not for tls"),
    "old certificate": (_expired_certificate, UnchainedDirectoryError, "KZ/GOV/1: .* expired at"),
    "revoked": (_revoked, UnchainedDirectoryError, "KZ/GOV/1: .* revoked"),
    "stamps": (_no_stamp_authority, UnchainedDirectoryError, "Stamps: .* not for time stamps"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_the_last_good_document(country, directories, name):
    make, error, words = REFUSED[name]
    directories.accept("KZ", country.document(number=2), NOW_MS)
    before = directories.get("KZ")
    with pytest.raises(error, match=words):
        directories.accept("KZ", make(country), LATER)
    assert directories.get("KZ") is before


def test_an_instance_without_anchor_is_not_listened_to(directories):
    other = Country("TJ")
    with pytest.raises(RefusedError, match="no anchor for instance TJ"):
        directories.accept("TJ", other.document(), NOW_MS)


def test_every_flipped_byte_and_every_truncation_is_refused(country, directories):
    document = country.document()
    for position in range(len(document)):
        flipped = bytearray(document)
        flipped[position] ^= 1 << position % 8
        with pytest.raises((MalformedError, ForgedDirectoryError)):
            directories.accept("KZ", bytes(flipped), NOW_MS)
        with pytest.raises(MalformedError):
            directories.accept("KZ", document[:position], NOW_MS)
    assert directories.get("KZ") is None


def test_the_contradiction_is_kept_as_proof(country, directories, tmp_path):
    directories.accept("KZ", country.document(), NOW_MS)
    other = country.document(services=())
    with pytest.raises(EquivocalDirectoryError):
        directories.accept("KZ", other, NOW_MS)
    (kept,) = (tmp_path / "KZ").glob("equivocal-1-*.cose")
    assert kept.read_bytes() == other


def test_a_full_disk_leaves_the_last_good_document(country, directories, monkeypatch):
    directories.accept("KZ", country.document(), NOW_MS)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OsDisk, "datasync", full)
    with pytest.raises(OSError, match="No space"):
        directories.accept("KZ", country.document(number=2), LATER)
    assert directories.in_force("KZ", LATER).number == 1


@pytest.mark.parametrize("position", [0, 60, -1])
def test_a_document_that_rots_on_the_disk_is_passed_over(country, directories, store, position):
    directories.accept("KZ", country.document(), NOW_MS)
    directories.accept("KZ", country.document(number=2), LATER)
    newest = store.kept("KZ")[-1].path
    data = bytearray(newest.read_bytes())
    data[position] ^= 0x10
    newest.write_bytes(data)
    again = Directories(store, {"KZ": country.anchor()})
    assert again.in_force("KZ", LATER).number == 1
    assert again.damaged == [newest]


def test_a_key_that_nobody_announced_does_not_load(country, directories, store):
    directories.accept("KZ", country.document(), NOW_MS)
    store.keep("KZ", 2, LATER, country.document(number=2, key=p256()))
    assert Directories(store, {"KZ": country.anchor()}).get("KZ") is None


def test_a_tls_certificate_counts_from_its_first_instant_to_its_last(country, directories):
    short = make_certificate(
        "CN=Short", issuer=country.root, usages=("digital_signature",), eku=TLS, to_ms=NOW_MS + 5000
    )
    nodes = (replace(country.directory.nodes[0], certificates=(short.der,)),)
    directories.accept("KZ", country.document(nodes=nodes), NOW_MS)
    digest = sha256(short.der).digest()
    for now_ms in (FROM_MS, NOW_MS + 5000):
        assert [node.id for node in directories.nodes_by_tls(digest, now_ms)] == [country.node]
    for now_ms in (FROM_MS - 1, NOW_MS + 5001):
        assert directories.nodes_by_tls(digest, now_ms) == ()


def test_a_refused_document_is_judged_once(country, directories, monkeypatch):
    judged = []

    def judge(one):
        judged.append(one)
        check(one)

    monkeypatch.setattr("kopir.bridge.directory.check_certificates", judge)
    bad = _unlisted_authority(country)
    for _ in range(3):
        with pytest.raises(UnchainedDirectoryError, match="no authority of the directory"):
            directories.accept("KZ", bad, NOW_MS)
    assert len(judged) == 1
    for number in range(4, 4 + LIMIT_REFUSED):
        with pytest.raises(UnchainedDirectoryError):
            directories.accept("KZ", country.document(number=number, authorities=()), NOW_MS)
    with pytest.raises(UnchainedDirectoryError):
        directories.accept("KZ", bad, NOW_MS)
    assert len(judged) == 2 + LIMIT_REFUSED, "only the last are remembered"


def test_an_anchor_that_is_replaced_while_a_document_is_judged_decides(country, directories, monkeypatch):
    def replaced(one):
        check(one)
        directories.replace_anchors({})

    monkeypatch.setattr("kopir.bridge.directory.check_certificates", replaced)
    with pytest.raises(RefusedError, match="no anchor for instance KZ"):
        asyncio.run(directories.accept_aside("KZ", country.document(), NOW_MS))
    assert directories.get("KZ") is None


def test_a_publisher_that_only_renews_fills_no_disk(country, directories, store):
    for hour in range(12):
        times = {"issued_ms": NOW_MS + hour * HOUR_MS, "expires_ms": NOW_MS + (hour + 6) * HOUR_MS}
        directories.accept("KZ", country.document(number=hour + 1, **times), NOW_MS + hour * HOUR_MS)
        for before in range(hour + 1):
            (document,) = directories.documents_at("KZ", NOW_MS + before * HOUR_MS)
            found = decode(unframe(document).payload)
            assert found.issued_ms <= NOW_MS + before * HOUR_MS < found.expires_ms
    assert [kept.number for kept in store.kept("KZ")] == [1, 6, 11, 12]
    again = Directories(store, {"KZ": country.anchor()})
    assert again.get("KZ") == directories.get("KZ")


def test_a_document_that_said_something_else_is_kept(country, directories, store):
    second = p256()
    documents = [
        country.document(),
        country.document(number=2, services=()),
        country.document(number=3, services=(), next_key=spki_of(second.public_key())),
        country.document(number=4, services=(), key=second),
        country.document(number=5, services=(), key=second),
    ]
    for at_ms, document in enumerate(documents, NOW_MS):
        directories.accept("KZ", document, at_ms)
    assert [store.read(kept) for kept in store.kept("KZ")] == documents
