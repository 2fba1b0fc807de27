"""Items: what can come over, and the reason for what cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kopir.importing.items import Refusal, judge, old_path, read_instant
from kopir.importing.records import Record

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ZONE = timezone(timedelta(hours=5))
GOOD = {"key": "1", "title": "A <b>title</b>", "date": "2026-02-01", "address": "https://Edu.Example/news/1/"}


def judged(folder=None, **fields):
    found = {name: value for name, value in {**GOOD, **fields}.items() if value}
    return judge(Record("line 2", found), zone=ZONE, now=NOW, folder=folder)


def test_an_item_has_its_day_and_its_old_address():
    item = judged(summary="x" * 500)
    assert (item.key, item.title, item.host, item.path) == ("1", "A title", "edu.example", "/news/1")
    assert item.happened_at == item.posted_at == datetime(2026, 2, 1, tzinfo=ZONE)
    assert (len(item.summary), item.summary[-1]) == (400, "…")


def test_its_digest_is_of_all_that_is_said():
    assert judged().digest == judged().digest
    assert (
        len({judged().digest, judged(body="x").digest, judged(title="x").digest, judged(date="2026-02-02").digest}) == 4
    )


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-02-01T23:30:00", datetime(2026, 2, 1, 23, 30, tzinfo=ZONE)),
        ("2026-02-01T23:30:00Z", datetime(2026, 2, 1, 23, 30, tzinfo=UTC)),
        ("01.02.2026", datetime(2026, 2, 1, tzinfo=ZONE)),
        ("01.02.2026 09:05", datetime(2026, 2, 1, 9, 5, tzinfo=ZONE)),
        ("Sun, 01 Feb 2026 10:00:00 +0300", datetime(2026, 2, 1, 7, tzinfo=UTC)),
    ],
)
def test_how_dates_are_written(text, instant):
    assert read_instant(text, ZONE) == instant


@pytest.mark.parametrize("text", ["0001-01-01", "01.01.0001", "1899-12-31", "9999-12-31T23:30:00-12:00"])
def test_years_of_no_item_are_refused(text):
    assert isinstance(judged(date=text, posted="2026-02-01"), Refusal)


def test_the_day_is_that_of_the_country():
    assert judged(date="2026-02-01T20:00:00Z").happened_at.date().isoformat() == "2026-02-02"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://edu.example/index.php?id=5&a=b", ("edu.example", "/index.php?id=5&a=b")),
        (
            "/memleket/entities/edu/press/news/details/1?lang=kk",
            ("", "/memleket/entities/edu/press/news/details/1?lang=kk"),
        ),
        ("news/1", ("", "/news/1")),
        ("https://edu.example/", ("edu.example", "")),
    ],
)
def test_how_old_addresses_are_kept(address, found):
    assert old_path(address) == found


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "<i> </i>"}, "no title"),
        ({"key": "", "address": ""}, "neither an id nor an address"),
        ({"key": "k" * 301}, "longer than 300"),
        ({"date": ""}, "no date"),
        ({"date": "yesterday"}, "“yesterday” is no date"),
        ({"date": "2026-03-03"}, "in the future"),
        ({"address": "http://[bad"}, "is no address"),
        ({"address": "/" + "a" * 600}, "too long"),
        ({"file": "a.pdf"}, "--files"),
    ],
)
def test_why_a_record_is_refused(fields, reason):
    refused = judged(**fields)
    assert isinstance(refused, Refusal)
    assert refused.place == "line 2"
    assert reason in refused.reason


def test_files_come_from_the_folder_alone(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1")
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1")
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    assert judged(folder, file="a.pdf").file.path == folder / "a.pdf"
    for name in ("../secret.pdf", "https://edu.example/%2e%2e/secret.pdf", "link.pdf", "a\0.pdf"):
        assert "outside of the folder" in judged(folder, file=name).reason
    for name in ("b.pdf", str(tmp_path / "secret.pdf")):
        assert "There is no file" in judged(folder, file=name).reason
    assert judged(folder, file="a.pdf").digest != judged(folder).digest


@pytest.mark.parametrize(
    ("name", "said", "place"),
    [
        ("acts/a 1.pdf", "", ("edu.example", "/acts/a 1.pdf")),
        ("/acts/a 1.pdf", "", ("edu.example", "/acts/a 1.pdf")),
        ("https://www.files.example/acts/a%201.pdf?v=2", "", ("files.example", "/acts/a 1.pdf")),
        ("acts/a 1.pdf", "/uploads/2019/%D0%B0.pdf", ("edu.example", "/uploads/2019/а.pdf")),
        ("acts/a 1.pdf", "https://old.example/uploads/7.pdf", ("old.example", "/uploads/7.pdf")),
    ],
)
def test_the_old_address_of_a_file(tmp_path, name, said, place):
    (tmp_path / "acts").mkdir()
    (tmp_path / "acts" / "a 1.pdf").write_bytes(b"%PDF-1")
    file = judged(tmp_path, file=name, file_address=said).file
    assert (file.host, file.old_path) == place
    assert file.path == tmp_path / "acts" / "a 1.pdf"


@pytest.mark.parametrize("said", ["http://[bad", "/" + "a" * 600])
def test_an_old_address_of_a_file_that_is_none(tmp_path, said):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1")
    assert isinstance(judged(tmp_path, file="a.pdf", file_address=said), Refusal)


def test_pictures_beside_a_text_are_of_its_digest(tmp_path):
    body = '<img src="/a.png">'
    without = judged(tmp_path, body=body).digest
    assert without == judged(body=body).digest
    (tmp_path / "a.png").write_bytes(b"one")
    first = judged(tmp_path, body=body).digest
    (tmp_path / "a.png").write_bytes(b"another")
    assert len({without, first, judged(tmp_path, body=body).digest}) == 3
