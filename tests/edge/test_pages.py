"""A page: compressed once, with the headers of its answer that are not of one client, and whole again from a file."""

from __future__ import annotations

import gzip
import math

import pytest

from kopir.edge import pages
from kopir.edge.keeping import Keep
from kopir.edge.pages import PageError, dump, load, make_page, make_status

KEY = ("http", "a.example", "/kk/", "")
TEXT = ("<p>Көпір</p>" * 100).encode()
KEEP = Keep(("a", "b"), math.inf, ("page",))


def _make(headers=(), body=TEXT, keep=KEEP):
    return make_page(KEY, 200, [("Content-Type", "text/html"), *headers], body, keep=keep, number=7)


def test_a_page_is_compressed_once():
    page = _make()
    assert page.is_gzip
    assert len(page.body) < len(TEXT) / 5
    assert gzip.decompress(page.body) == TEXT == page.get_plain()
    assert dict(page.make_headers(is_gzip=True)) == {
        "Content-Type": "text/html",
        "Cache-Control": "public, max-age=0, must-revalidate",
        "ETag": f'"{page.etag}-gzip"',
        "Vary": "Accept-Encoding",
        "Content-Length": str(len(page.body)),
        "Content-Encoding": "gzip",
    }
    plain = dict(page.make_headers(is_gzip=False))
    assert plain["ETag"] == f'"{page.etag}"'
    assert plain["Content-Length"] == str(len(TEXT))
    assert "Content-Encoding" not in plain


def test_what_gains_nothing_is_kept_as_it_is():
    page = _make(body=b"short")
    assert not page.is_gzip
    assert page.get_plain() == page.body == b"short"


def test_the_tag_of_a_version_is_that_of_its_bytes():
    assert _make().etag == _make().etag
    assert _make().etag != _make(body=TEXT + b" ").etag


def test_headers_of_one_request_are_left_out_and_the_rest_stays():
    page = _make(
        [
            ("Content-Security-Policy", "default-src 'none'"),
            ("X-Request-Id", "5"),
            ("Content-Length", "9"),
            ("Date", "today"),
            ("Vary", "Accept-Encoding"),
            ("ETag", "w"),
            ("Cache-Control", "public, max-age=60"),
        ]
    )
    assert page.headers == (
        ("Content-Type", "text/html"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Cache-Control", "public, max-age=60"),
    )


def test_an_answer_that_came_compressed_is_the_same_page():
    page = _make([("Content-Encoding", "gzip")], gzip.compress(TEXT, mtime=5))
    assert page == _make()


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(TEXT)[:-9], gzip.compress(TEXT) + b"x", gzip.compress(bytes(9 * 2**20))]
)
def test_what_is_not_what_its_headers_say_is_not_kept(body):
    page = _make([("Content-Encoding", "gzip")], body)
    assert page is None or page.get_plain() == TEXT


def test_what_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(pages, "BODY_BYTES", 1000)
    assert _make(body=b"x" * 1000) is not None
    assert _make(body=b"x" * 1001) is None


@pytest.mark.parametrize("until", [math.inf, 1_800_000_000.5])
def test_a_page_comes_back_from_its_bytes(until):
    page = _make(keep=Keep(("a", "қ"), until, ("page",)))
    assert load(dump(page)) == page


def test_every_change_of_a_byte_is_noticed():
    text = dump(_make())
    for place in range(0, len(text), 7):
        spoiled = bytearray(text)
        spoiled[place] ^= 1
        with pytest.raises(PageError):
            load(bytes(spoiled))
    for size in range(0, len(text), 11):
        with pytest.raises(PageError):
            load(text[:size])


def test_statuses_have_their_words():
    assert [make_status(status) for status in (200, 301, 404, 410)] == [
        "200 OK",
        "301 Moved Permanently",
        "404 Not Found",
        "410 Gone",
    ]
