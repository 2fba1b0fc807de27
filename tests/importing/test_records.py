"""Tables and JSON as records under one set of names."""

from __future__ import annotations

import json

import pytest

from kopir.importing import records
from kopir.importing.errors import SourceFileError
from kopir.importing.records import read_bytes, read_csv, read_json

NEWS = {
    "id": 31,
    "title": "Су",
    "slug": "su",
    "created_date": "2026-02-02T10:00:00",
    "short_description": "Қысқаша",
    "body": "<p>Су</p>",
    "heropic": {"url": "/x.png"},
}


@pytest.mark.parametrize("whole", [[NEWS], {"content": [NEWS], "page": 0}, {"data": {"items": [NEWS]}}])
def test_json_of_the_content_api_wherever_its_list_is(whole):
    (found,) = read_json(json.dumps(whole).encode())
    assert found.place == "item 1"
    assert found.fields == {
        "key": "31",
        "title": "Су",
        "slug": "su",
        "date": "2026-02-02T10:00:00",
        "summary": "Қысқаша",
        "body": "<p>Су</p>",
    }


@pytest.mark.parametrize("bad", ["\0", "\ud800"], ids=["NUL", "half"])
def test_what_no_database_takes_is_left_out(bad):
    news = {"id": f"3{bad}1", "slug": bad, "title": f"{bad}Су", "name": "B", "body": f"<p>{bad} </p>"}
    (found,) = read_json(json.dumps([news]).encode())
    assert found.fields == {"key": "31", "title": "Су", "body": "<p> </p>"}
    (found,) = read_csv(b"id;title;name\n3\x001;\0;B")
    assert found.fields == {"key": "31", "title": "B"}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_by_any_mark_says_its_lines(mark):
    text = mark.join(["ID", "Title", "Date"]) + "\n" + mark.join(["1", '"Two\nlines"', "2026-01-01"]) + "\n"
    text += mark.join(["", "", ""]) + "\n" + mark.join(["2", "B", ""]) + "\n"
    first, second = read_csv(text.encode("utf-8-sig"))
    assert (first.place, first.fields) == ("line 3", {"key": "1", "title": "Two\nlines", "date": "2026-01-01"})
    assert (second.place, second.fields) == ("line 5", {"key": "2", "title": "B"})


def test_another_encoding_is_said_and_never_guessed():
    table = "id;title\n1;Приказ".encode("cp1251")
    with pytest.raises(SourceFileError, match="--encoding cp1251"):
        list(read_csv(table))
    (found,) = read_csv(table, "cp1251")
    assert found.fields["title"] == "Приказ"


@pytest.mark.parametrize("content", [b"{", b'"text"', b'{"a": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_list_is_refused(content):
    with pytest.raises(SourceFileError):
        list(read_json(content))


def test_entries_that_are_no_objects_are_empty_records():
    assert [found.fields for found in read_json(b'[1, "a"]')] == [{}, {}]


@pytest.mark.parametrize("encoding", ["utf-8", "no-such"])
def test_a_table_that_is_none(encoding):
    with pytest.raises(SourceFileError):
        list(read_csv(b'id,title\n1,"a"b"\n', encoding))


def test_a_file_that_is_too_large_or_not_there(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_bytes(b"[1234]")
    assert read_bytes(tmp_path / "a.json") == b"[1234]"
    monkeypatch.setattr(records, "LIMIT_BYTES", 5)
    with pytest.raises(SourceFileError, match="larger than"):
        read_bytes(tmp_path / "a.json")
    with pytest.raises(SourceFileError):
        read_bytes(tmp_path / "b.json")
