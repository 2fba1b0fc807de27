"""Keys of persons, and the master key that wraps them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from actors import NOW
from kopir.audit import keys
from kopir.audit.errors import MasterKeyError, PersonErasedError
from kopir.audit.models import PersonKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings) -> Path:
    settings.KOPIR_MASTER_KEY_FILE = tmp_path / "keys" / "master.key"
    return settings.KOPIR_MASTER_KEY_FILE


def test_what_is_sealed_opens_again(file):
    sealed = keys.seal("p", "note", "Айгүл", now=NOW)
    assert keys.open_sealed("p", "note", sealed) == "Айгүл"
    assert "Айгүл".encode() not in sealed
    assert keys.seal("p", "note", "Айгүл", now=NOW) != sealed


def test_many_open_with_one_query(file, django_assert_num_queries):
    items = [(person, keys.seal(person, "note", person.upper(), now=NOW)) for person in ("p", "q", "p")]
    with django_assert_num_queries(1):
        assert keys.open_many("note", items) == ["P", "Q", "P"]
    with django_assert_num_queries(0):
        assert keys.open_many("note", []) == []


@pytest.mark.parametrize(("person", "purpose"), [("q", "note"), ("p", "origin")])
def test_it_opens_as_nothing_else_and_as_nobody_elses(file, person, purpose):
    keys.seal("q", "note", "of q", now=NOW)
    sealed = keys.seal("p", "note", "of p", now=NOW)
    with pytest.raises(InvalidTag):
        keys.open_sealed(person, purpose, sealed)


def test_a_changed_byte_does_not_open(file):
    sealed = bytearray(keys.seal("p", "note", "text", now=NOW))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        keys.open_sealed("p", "note", bytes(sealed))


def test_a_destroyed_key_opens_nothing_and_seals_nothing(file):
    sealed = keys.seal("p", "note", "text", now=NOW)
    PersonKey.objects.filter(pk="p").update(wrapped=None)
    assert keys.open_sealed("p", "note", sealed) is None
    with pytest.raises(PersonErasedError):
        keys.seal("p", "note", "text", now=NOW)


def test_the_first_need_makes_the_key_file_for_its_owner_alone(file):
    keys.seal("p", "note", "text", now=NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]
    before = file.read_text()
    keys.seal("q", "note", "text", now=NOW)
    assert file.read_text() == before


def test_a_new_master_key_is_put_first_and_the_former_still_opens(file):
    sealed = keys.seal("p", "note", "text", now=NOW)
    former = file.read_text()
    file.write_text(f"# since 2026-03\n{keys.make_master_key()}\n{former}")
    assert keys.open_sealed("p", "note", sealed) == "text"
    fresh = keys.seal("q", "note", "text", now=NOW)
    file.write_text(former)
    with pytest.raises(MasterKeyError, match="not the one"):
        keys.open_sealed("q", "note", fresh)


def test_a_lost_key_file_is_never_made_anew(file):
    keys.seal("p", "note", "text", now=NOW)
    file.unlink()
    with pytest.raises(MasterKeyError, match="missing"):
        keys.seal("q", "note", "text", now=NOW)
    with pytest.raises(MasterKeyError, match="missing"):
        keys.check_master_key()
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "32 bytes"),
        ("# nothing\n", "32 bytes"),
        ("not base64!", "no base64"),
        (base64.b64encode(bytes(31)).decode(), "32 bytes"),
        ("ключ", "ascii"),
        (keys.make_master_key(), "not the one"),
    ],
)
def test_a_broken_or_strange_key_file_is_named(file, text, why):
    keys.seal("p", "note", "text", now=NOW)
    file.write_text(text)
    with pytest.raises(MasterKeyError, match=why) as caught:
        keys.check_master_key()
    assert str(file) in str(caught.value)


def test_a_key_file_that_cannot_be_made_is_named(file, tmp_path):
    file.parent.write_text("in the way")
    with pytest.raises(MasterKeyError):
        keys.seal("p", "note", "text", now=NOW)


def test_the_check_is_content_with_a_good_file_and_with_an_empty_database(file):
    keys.check_master_key()
    assert not file.exists()
    keys.seal("p", "note", "text", now=NOW)
    keys.check_master_key()
