"""A page to one client: its coding, what it has already, headers alone."""

from __future__ import annotations

import gzip
import math
from collections import OrderedDict
from typing import Any

import pytest

from kopir.edge.keeping import Keep
from kopir.edge.memory import Entry
from kopir.edge.pages import make_page
from kopir.edge.sending import send

TEXT = b"<p>text</p>" * 200
KEY = ("http", "a.example", "/", "")


def _entry(body=TEXT, status=200, headers=()):
    page = make_page(KEY, status, [("Content-Type", "text/html"), *headers], body, keep=Keep((), 1e12, ()), number=1)
    assert page is not None
    return Entry(page, OrderedDict(), math.inf)


def _send(entry, method="GET", **headers):
    begun: list[Any] = []
    start: Any = lambda *told: begun.append(told)  # noqa: E731
    environ = {"REQUEST_METHOD": method} | {f"HTTP_{name}": value for name, value in headers.items()}
    body = b"".join(send(entry, environ, start))
    ((status, told),) = begun
    return status, dict(told), body


def test_gzip_for_whom_it_is_plain_for_the_others():
    status, headers, body = _send(_entry(), ACCEPT_ENCODING="gzip, br")
    assert (status, headers["Content-Encoding"], gzip.decompress(body)) == ("200 OK", "gzip", TEXT)
    assert headers["Content-Length"] == str(len(body))
    for accept in ({}, {"ACCEPT_ENCODING": "gzip;q=0"}):
        status, plain, body = _send(_entry(), **accept)
        assert (status, body) == ("200 OK", TEXT)
        assert plain["Content-Length"] == str(len(TEXT))
        assert "Content-Encoding" not in plain
        assert plain["ETag"] != headers["ETag"]
        assert plain["Vary"] == headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accept", ["gzip", ""])
def test_who_has_this_version_gets_its_headers_alone(accept):
    entry = _entry(headers=[("X-Other", "5")])
    tag = _send(entry, ACCEPT_ENCODING=accept)[1]["ETag"]
    status, headers, body = _send(entry, ACCEPT_ENCODING=accept, IF_NONE_MATCH=f'"x", {tag}')
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == {"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": "public, max-age=0, must-revalidate"}
    status, headers, body = _send(entry, ACCEPT_ENCODING=accept, IF_NONE_MATCH='"x"')
    assert (status, headers["ETag"]) == ("200 OK", tag)
    assert body


def test_only_a_page_has_versions():
    entry = _entry(status=404)
    assert _send(entry, IF_NONE_MATCH="*")[0] == "404 Not Found"


@pytest.mark.parametrize("headers", [{"ACCEPT_ENCODING": "gzip"}, {}, {"IF_NONE_MATCH": '"x"'}])
def test_head_gets_the_headers_of_the_whole(headers):
    whole = _send(_entry(), **headers)
    status, told, body = _send(_entry(), "HEAD", **headers)
    assert (status, told) == whole[:2]
    assert body == b""


def test_what_is_kept_plain_is_sent_plain():
    status, headers, body = _send(_entry(b"x"), ACCEPT_ENCODING="gzip")
    assert (status, body) == ("200 OK", b"x")
    assert "Content-Encoding" not in headers
