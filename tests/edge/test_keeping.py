"""What may be kept: the application's word, and everything that speaks against it."""

from __future__ import annotations

import json
import math

import pytest

from kopir.edge.keeping import HEADER_CHARACTERS, PARAMS, TAG_CHARACTERS, TAGS, Keep, is_tag, may_keep, read_keep


def _header(**changes: object) -> str:
    return json.dumps({"tags": ["b", "a", "b"], "until": None, "params": ["page"]} | changes)


def test_the_word_of_the_application():
    assert read_keep(_header()) == Keep(("a", "b"), math.inf, ("page",))
    assert read_keep(_header(until=1_800_000_000, tags=[], params=["q", "page"])) == Keep(
        (), 1_800_000_000.0, ("page", "q")
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "[]",
        "{}",
        "[" * 5000,
        _header(tags="a"),
        _header(tags=[1]),
        _header(tags=[""]),
        _header(tags=["a\nb"]),
        _header(tags=["a" * (TAG_CHARACTERS + 1)]),
        _header(tags=["a"] * (TAGS + 1)),
        _header(params=["a"] * (PARAMS + 1)),
        _header(params=["a" * 65]),
        _header(params=None),
        _header(until="soon"),
        _header(until=True),
        _header(until=math.nan),
        _header(more=1),
        _header(tags=["a" * 60] * 1200)[:-1] + " " * HEADER_CHARACTERS + "}",
    ],
)
def test_what_is_not_of_its_form_is_not_kept(text):
    assert read_keep(text) is None


@pytest.mark.parametrize("status", [200, 301, 404, 410])
def test_statuses_that_may_be_kept(status):
    assert may_keep(status, [("Content-Type", "text/html"), ("Vary", "Accept-Encoding"), ("Cache-Control", "public")])


@pytest.mark.parametrize("status", [201, 204, 206, 302, 303, 304, 307, 400, 401, 403, 405, 429, 500, 503])
def test_statuses_that_may_not(status):
    assert not may_keep(status, [])


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "a=1"),
        ("set-cookie", ""),
        ("WWW-Authenticate", "Basic"),
        ("Vary", "Cookie"),
        ("Vary", "Accept-Encoding, Accept-Language"),
        ("Vary", "*"),
        ("Cache-Control", "private"),
        ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
        ("Cache-Control", 'Private="x"'),
        ("Content-Encoding", "br"),
        ("Content-Range", "bytes 0-1/2"),
    ],
)
def test_headers_that_speak_against_it(header):
    assert not may_keep(200, [header])


@pytest.mark.parametrize("header", [("Content-Encoding", "gzip"), ("Cache-Control", "max-age=60"), ("Vary", "")])
def test_headers_that_do_not(header):
    assert may_keep(200, [header])


def test_what_can_be_a_tag():
    assert [is_tag(value) for value in ("websites.page:12", "*", "қ", "", "a\tb", 5, None, "a" * 201)] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
        False,
    ]
