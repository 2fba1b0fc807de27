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
    assert judged(folder, file="a.pdf").file == folder / "a.pdf"
    for name in ("../secret.pdf", str(tmp_path / "secret.pdf"), "link.pdf", "a\0.pdf"):
        assert "outside of the folder" in judged(folder, file=name).reason
    assert "There is no file" in judged(folder, file="b.pdf").reason
    assert judged(folder, file="a.pdf").digest != judged(folder).digest
