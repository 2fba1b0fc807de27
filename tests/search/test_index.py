"""The index on disk: one writes, all follow, nothing is half written, and what is broken is named."""

from __future__ import annotations

from datetime import date

import pytest
import tantivy

from kopir.search import index
from kopir.search.index import (
    BrokenIndexError,
    Mark,
    MissingIndexError,
    Reader,
    find_current,
    get_reader,
    holding,
    make_index,
    read_mark,
    read_stored,
    switch,
    writing,
)
from kopir.search.registry import Document

NOTE = Document("1", "kk", 7, "note", "Су қоймасы", "/kk/1/", "Қысқаша", "Мәтін", date(2026, 3, 5), {"topic": ["су"]})


def find(reader, field, value):
    schema, searcher = reader.get_searcher()
    hits = searcher.search(tantivy.Query.term_query(schema, field, value), limit=10).hits
    return [read_stored(searcher, address) for _, address in hits]


@pytest.fixture
def path(tmp_path):
    """An index that is read."""
    made = make_index(tmp_path, "first")
    with writing(made) as writer:
        writer.add("tests.note", [NOTE])
        writer.commit(Mark("box", 3))
    switch(tmp_path, made)
    return made


def test_what_is_written_is_found_with_all_that_was_kept(tmp_path, path):
    reader = Reader(tmp_path)
    (kept,) = find(reader, "pieces", "kk:koim")
    assert kept == {
        "source": "tests.note",
        "key": "1",
        "language": "kk",
        "kind": "note",
        "site": 7,
        "title": "Су қоймасы",
        "summary": "Қысқаша",
        "text": "Мәтін",
        "address": "/kk/1/",
        "date": "2026-03-05",
    }
    for field, value in (
        ("words", "matin"),
        ("title", "kk:koim"),
        ("site", 7),
        ("year", 2026),
        ("facet", "topic\x1fсу"),
    ):
        assert find(reader, field, value), field
    assert read_mark(*reader.get_searcher()) == Mark("box", 3)


def test_readers_follow_what_is_written_and_what_takes_its_place(tmp_path, path):
    reader = Reader(tmp_path)
    assert find(reader, "words", "matin")
    with writing(path) as writer:
        writer.replace("tests.note", "1", [])
        writer.commit(Mark("box", 4))
    assert not find(reader, "words", "matin")
    assert read_mark(*reader.get_searcher()) == Mark("box", 4)
    other = make_index(tmp_path, "second")
    with writing(other) as writer:
        writer.add("tests.note", [NOTE])
        writer.commit(Mark("box", 9))
    assert not find(reader, "words", "matin")
    switch(tmp_path, other)
    assert find(reader, "words", "matin")
    assert not path.exists()


def test_a_writer_that_dies_leaves_what_was_there(tmp_path, path):
    reader = Reader(tmp_path)
    with pytest.raises(AttributeError), writing(path) as writer:
        writer.replace("tests.note", "1", [None])  # type: ignore[list-item]
    assert find(reader, "words", "matin")
    with writing(path) as writer:  # and the lock is free
        writer.commit(Mark("box", 5))
    assert find(reader, "words", "matin")


def test_of_all_processes_of_a_machine_one_writes(tmp_path):
    with holding(tmp_path) as may_write, holding(tmp_path) as may_too, holding(tmp_path, is_building=True) as may_build:
        assert (may_write, may_too, may_build) == (True, False, True)
    with holding(tmp_path) as may_write:
        assert may_write


def test_an_index_of_another_release_is_none(tmp_path, path, monkeypatch):
    assert find_current(tmp_path) == path
    monkeypatch.setattr(index, "FORMAT", index.FORMAT + 1)
    assert find_current(tmp_path) is None
    with pytest.raises(MissingIndexError):
        Reader(tmp_path).get_searcher()


def test_where_there_is_none_it_is_missing(tmp_path):
    with pytest.raises(MissingIndexError):
        get_reader(tmp_path).get_searcher()
    assert get_reader(tmp_path) is get_reader(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_broken_index_is_named_to_readers_and_writers(tmp_path, path, content):
    (path / "meta.json").unlink()
    if content is not None:
        (path / "meta.json").write_bytes(content)
    with pytest.raises(BrokenIndexError):
        Reader(tmp_path).get_searcher()
    with pytest.raises(BrokenIndexError), writing(path):
        pass


def test_a_name_that_is_no_text_is_none(tmp_path, path):
    (tmp_path / "current").write_bytes(b"\xff\xfe")
    assert find_current(tmp_path) is None
    (tmp_path / "current").write_text("1-../../etc")
    assert find_current(tmp_path) is None


def test_an_empty_index_has_no_mark(tmp_path):
    switch(tmp_path, make_index(tmp_path, "first"))
    assert read_mark(*Reader(tmp_path).get_searcher()) is None
