"""The directories in an evidence file: which were in force when, and the way back to the anchor, offline."""

from __future__ import annotations

import pytest

from countries import HOUR_MS, Country
from kopir.bridge.evidence_directories import EARLY_MS, LATE_MS, BadDocumentError, Documents, read_documents
from pki import NOW_MS, make_root, p256

AT_MS = NOW_MS + HOUR_MS


@pytest.fixture(scope="module")
def kz() -> Country:
    return Country("KZ")


@pytest.fixture(scope="module")
def tj() -> Country:
    return Country("TJ", root=make_root("CN=Authority,C=TJ"))


def read(*documents: bytes, countries: tuple[Country, ...], instants_ms=(AT_MS,), lowest_number: int = 1) -> Documents:
    anchors = {country.instance: country.anchor(lowest_number=lowest_number) for country in countries}
    instances = {country.instance for country in countries}
    return read_documents(documents, anchors, instances=instances, instants_ms=instants_ms)


def test_each_country_answers_for_its_own(kz, tj):
    documents = read(kz.document(), tj.document(), countries=(kz, tj))
    assert documents.at(kz.service, AT_MS) == (kz.directory,)
    assert documents.at(tj.member, AT_MS) == (tj.directory,)
    assert documents.all_of("KZ") == (kz.directory,)
    assert documents.at("UZ/GOV/1", AT_MS) == documents.all_of("UZ") == ()


@pytest.mark.parametrize(
    ("instant_ms", "is_in_force"),
    [
        (NOW_MS - EARLY_MS, True),
        (NOW_MS - EARLY_MS - 1, False),
        (NOW_MS + 24 * HOUR_MS + LATE_MS - 1, True),
        (NOW_MS + 24 * HOUR_MS + LATE_MS, False),
    ],
)
def test_a_document_is_in_force_for_what_a_node_accepts_under_it(kz, instant_ms, is_in_force):
    documents = read(kz.document(), countries=(kz,))
    assert bool(documents.at("KZ", instant_ms)) is is_in_force


def test_two_documents_may_be_of_one_exchange(kz):
    following = kz.document(number=2, issued_ms=AT_MS + 1000)
    documents = read(kz.document(), following, countries=(kz,))
    assert [directory.number for directory in documents.at("KZ", AT_MS)] == [1, 2]


def test_a_document_may_be_there_for_the_stamp_alone(kz):
    late_ms = NOW_MS + 30 * HOUR_MS
    later = kz.document(number=2, issued_ms=late_ms, expires_ms=late_ms + HOUR_MS)
    documents = read(kz.document(), later, countries=(kz,), instants_ms=(AT_MS, late_ms))
    assert [directory.number for directory in documents.at("KZ", late_ms)] == [2]


def test_keys_follow_on_each_other_from_the_anchor_on(kz):
    first, second = p256(), p256()
    past = {"issued_ms": NOW_MS - 9 * HOUR_MS, "expires_ms": NOW_MS - 8 * HOUR_MS}
    chain = (
        kz.document(number=1, next_key=_spki(first), **past),
        kz.document(number=2, key=first, next_key=_spki(second), **past),
        kz.document(number=3, key=second),
    )
    assert len(read(*chain, countries=(kz,), lowest_number=3).all_of("KZ")) == 1
    with pytest.raises(BadDocumentError, match="not trusted") as error:
        read(chain[0], chain[2], countries=(kz,))
    assert error.value.where == "directory 1"


def _spki(key) -> bytes:
    return Country(key=key).spki


def test_a_number_below_the_anchors_is_refused_for_what_was_in_force(kz):
    with pytest.raises(BadDocumentError, match="below 2"):
        read(kz.document(), countries=(kz,), lowest_number=2)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("nothing", "none is there that was in force in KZ"),
        ("garbage", "does not begin with tag 18"),
        ("foreign", "nobody of TJ takes part"),
        ("forged", "not trusted"),
        ("twice", "is there twice"),
        ("past", "in force at no instant"),
        ("past alone", "in force at no instant"),
        ("for the stamp alone", "none is there that was in force in KZ"),
    ],
)
def test_what_proves_nothing_is_refused_by_its_place(kz, tj, what, message):
    past = kz.document(number=2, issued_ms=NOW_MS - 9 * HOUR_MS, expires_ms=NOW_MS - 8 * HOUR_MS)
    late = kz.document(number=2, issued_ms=AT_MS + 9 * HOUR_MS)
    own = kz.document()
    documents = {
        "nothing": (),
        "garbage": (own, b"garbage"),
        "foreign": (own, tj.document()),
        "forged": (own, kz.document(number=2, key=p256())),
        "twice": (own, kz.document(expires_ms=NOW_MS + 9 * HOUR_MS)),
        "past": (own, past),
        "past alone": (past,),
        "for the stamp alone": (late,),
    }[what]
    with pytest.raises(BadDocumentError, match=message):
        read(*documents, countries=(kz,), instants_ms=(AT_MS, AT_MS + 10 * HOUR_MS))


def test_a_country_without_anchor_is_named(kz):
    with pytest.raises(BadDocumentError, match="no anchor of KZ was given") as error:
        read_documents([kz.document()], {}, instances={"KZ"}, instants_ms=(AT_MS,))
    assert error.value.where == "directory of KZ"
