"""What is kept of directories on disk, and in which order it is found."""

from __future__ import annotations

import pytest

from kopir.bridge.directory_store import LIMIT_EQUIVOCAL, DirectoriesFullError, DirectoryStore
from kopir.bridge.disk import OsDisk


@pytest.fixture
def store(tmp_path):
    return DirectoryStore(tmp_path / "directories", OsDisk())


def test_what_is_kept_is_found_by_number(store):
    assert store.kept("KZ") == []
    for number in (2, 10, 9):
        store.keep("KZ", number, 1000 + number, b"document %d" % number)
    found = store.kept("KZ")
    assert [(kept.number, kept.since_ms) for kept in found] == [(2, 1002), (9, 1009), (10, 1010)]
    assert store.read(found[-1]) == b"document 10"
    assert found[-1].path == store.folder / "KZ" / "10.1010.cose"
    assert store.kept("TJ") == []


def test_other_files_are_left_alone(store):
    store.keep("KZ", 1, 5, b"document")
    for name in ("1.5.cose.new", "01.5.cose", "x.cose", "equivocal-1-00.cose"):
        (store.folder / "KZ" / name).write_bytes(b"other")
    assert [kept.number for kept in store.kept("KZ")] == [1]


def test_contradictions_are_kept_up_to_a_limit(store):
    store.keep("KZ", 1, 5, b"document")
    for number in range(LIMIT_EQUIVOCAL + 5):
        store.keep_equivocal("KZ", 1, b"contradiction %d" % number)
    store.keep_equivocal("KZ", 1, b"contradiction 0")
    assert len(list((store.folder / "KZ").glob("equivocal-*"))) == LIMIT_EQUIVOCAL


def test_a_document_is_there_whole_or_not_at_all(store, monkeypatch):
    store.keep("KZ", 1, 5, b"document")

    def torn(*_args):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(OsDisk, "rename", torn)
    with pytest.raises(OSError, match="Input/output"):
        store.keep("KZ", 2, 6, b"document")
    assert [kept.number for kept in store.kept("KZ")] == [1]


@pytest.mark.parametrize("limit", ["LIMIT_KEPT", "LIMIT_KEPT_BYTES"])
def test_a_full_folder_takes_no_more_and_loses_nothing(store, monkeypatch, limit):
    monkeypatch.setattr(f"kopir.bridge.directory_store.{limit}", 2 if limit == "LIMIT_KEPT" else 16)
    assert store.share_used("KZ") == 0
    store.keep("KZ", 1, 5, b"document")
    assert store.share_used("KZ") == 0.5
    store.keep("KZ", 2, 6, b"document")
    with pytest.raises(DirectoriesFullError, match="KZ is full: move the oldest"):
        store.keep("KZ", 3, 7, b"document")
    store.keep("TJ", 1, 5, b"document")
    assert [kept.number for kept in store.kept("KZ")] == [1, 2]
    store.drop(store.kept("KZ")[0])
    store.keep("KZ", 3, 7, b"document")
