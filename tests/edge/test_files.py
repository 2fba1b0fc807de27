"""The second level: whole files or none, found by their page, below their limit, and no fault of theirs is a fault."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from kopir.edge.files import FOLDER, Files
from kopir.edge.keeping import Keep
from kopir.edge.pages import make_page


def _page(path: str = "/kk/", size: int = 1000):
    body = random.Random(size).randbytes(size)
    return make_page(("http", "a.example", path, ""), 200, [], body, keep=Keep(("a",), 1e12, ()), number=1)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path, 100_000)


def _list(tmp_path):
    return [path for path in (tmp_path / FOLDER).rglob("*") if path.is_file()]


def test_a_page_is_read_by_another_process(files, tmp_path):
    page = _page()
    files.write(page)
    code = (
        "import sys; from pathlib import Path; from kopir.edge.files import Files\n"
        "print(Files(Path(sys.argv[1]), 9).read(('http', 'a.example', '/kk/', '')).etag)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == page.etag
    assert files.read(page.key) == page


def test_only_the_portals_user_reads_it(files, tmp_path):
    files.write(_page())
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / FOLDER).rglob("*"))


def test_what_is_removed_is_gone(files):
    page = _page()
    files.write(page)
    files.remove(page.key)
    assert files.read(page.key) is None
    files.remove(page.key)


def test_the_oldest_leave_when_there_are_too_many(files, tmp_path):
    for number in range(200):
        files.write(_page(f"/{number:03}", 2000))
        for path in _list(tmp_path):
            if path.stat().st_mtime > 1_900_000_000:
                continue
        newest = max(_list(tmp_path), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    files.sweep()
    assert 80_000 < sum(path.stat().st_size for path in _list(tmp_path)) <= 100_000
    assert files.read(_page("/199", 2000).key) is not None
    assert files.read(_page("/000", 2000).key) is None


def test_what_a_killed_process_left_counts_and_leaves(files, tmp_path):
    files.write(_page())
    left = _list(tmp_path)[0].with_name("half.123-4")
    left.write_bytes(bytes(200_000))
    os.utime(left, (5, 5))
    files.sweep()
    assert not left.exists()
    assert files.read(_page().key) is not None


def test_a_file_that_was_changed_is_none(files, tmp_path):
    page = _page()
    files.write(page)
    place = _list(tmp_path)[0]
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    assert files.read(page.key) is None


def test_a_file_under_another_pages_name_is_none(files, tmp_path):
    files.write(_page("/a"))
    own = _list(tmp_path)[0]
    files.write(_page("/b"))
    other = next(path for path in _list(tmp_path) if path != own)
    other.write_bytes(own.read_bytes())
    assert files.read(_page("/b").key) is None


def test_a_place_that_cannot_be_written_is_no_fault(tmp_path):
    (tmp_path / FOLDER).write_text("a file where a folder should be")
    files = Files(tmp_path, 1000)
    files.write(_page())
    assert files.read(_page().key) is None
    files.remove(_page().key)
    files.sweep()


def test_nothing_half_written_is_left(files, tmp_path):
    page = _page()
    files.write(page)
    place = _list(tmp_path)[0]
    place.unlink()
    place.mkdir()  # the file cannot take its place
    files.write(page)
    assert _list(tmp_path) == []
