"""Asking the application: the header taken off, nothing of the asker in what others see, long bodies handed on."""

from __future__ import annotations

from typing import Any

import pytest

from kopir.edge import asking
from kopir.edge.asking import ask, is_anybodys, make_plain
from pageworker import App, Says, get

KEY = ("http", "a.example", "/kk/", "page=2")


def _environ(app: App, **changes):
    app.says["/seen"] = Says()
    get(app, "/seen", **changes)
    return app.asked.pop()


def test_an_answer_that_may_be_kept_comes_whole(app):
    app.says["/"] = Says("text", tags=["a"])
    answer = ask(app, _environ(app) | {"PATH_INFO": "/"})
    assert (answer.status, answer.code, answer.body) == ("200 OK", 200, b"text")
    assert answer.keep.tags == ("a",)
    assert [name for name, _ in answer.headers] == ["Content-Type"]


@pytest.mark.parametrize(
    ("says", "method"),
    [
        (Says(keeps=False), "GET"),
        (Says(headers=[["Set-Cookie", "a=1"]]), "GET"),
        (Says(status="500 Internal Server Error"), "GET"),
        (Says(tags=["a\nb"]), "GET"),
        (Says(), "HEAD"),
        (Says(), "POST"),
    ],
)
def test_the_header_is_taken_off_any_answer(app, says, method):
    app.says["/"] = says
    answer = ask(app, _environ(app) | {"PATH_INFO": "/", "REQUEST_METHOD": method})
    assert answer.keep is None
    assert "kopir-keep" not in {name.lower() for name, _ in answer.headers}
    sent: list[Any] = []
    start: Any = lambda *told: sent.append(told)  # noqa: E731
    assert b"".join(answer.send(start)) == b"page"
    assert sent == [(answer.status, answer.headers)]


def test_what_others_will_see_is_asked_for_by_nobody_in_particular(app):
    asker = _environ(
        app,
        query="utm=1&page=2",
        method="HEAD",
        COOKIE="kopir-session=5",
        AUTHORIZATION="Bearer 5",
        ACCEPT_LANGUAGE="ru",
        ACCEPT_ENCODING="gzip",
        USER_AGENT="Firefox",
        REFERER="https://b.example/",
        RANGE="bytes=0-1",
        IF_NONE_MATCH="*",
        CACHE_CONTROL="no-cache",
        X_FORWARDED_HOST="evil.example",
        X_FORWARDED_PROTO="https",
        X_FORWARDED_FOR="203.0.113.9",
        HOST="A.EXAMPLE.",
    )
    plain = make_plain(asker, KEY)
    assert {name: value for name, value in plain.items() if name.startswith("HTTP_")} == {
        "HTTP_HOST": "a.example",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    }
    assert (plain["REQUEST_METHOD"], plain["PATH_INFO"], plain["QUERY_STRING"]) == ("GET", "/kk/", "page=2")
    assert plain["REMOTE_ADDR"] == "203.0.113.7"
    assert asker["HTTP_COOKIE"] == "kopir-session=5", "the asker's own request stays as it is"


@pytest.mark.parametrize(
    ("changes", "is_so"),
    [
        ({}, True),
        ({"USER_AGENT": "Firefox", "ACCEPT_LANGUAGE": "ru"}, True),
        ({"COOKIE": "a=1"}, False),
        ({"AUTHORIZATION": "Bearer 5"}, False),
        ({"method": "HEAD"}, False),
    ],
)
def test_what_anybody_could_have_sent(app, changes, is_so):
    assert is_anybodys(_environ(app, **changes)) is is_so


class _Body:
    """A body that notes whether it was closed."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces
        self.is_closed = False

    def __iter__(self):
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def close(self) -> None:
        self.is_closed = True


def _application(body, keep='{"tags": [], "until": null, "params": []}'):
    def application(environ, start_response):
        start_response("200 OK", [("Kopir-Keep", keep)])
        return body

    return application


def test_a_body_is_closed_when_it_was_read(app):
    body = _Body(b"a", b"b")
    assert ask(_application(body), _environ(app)).body == b"ab"
    assert body.is_closed


def test_a_body_that_fails_is_closed_and_told(app):
    body = _Body(b"a", RuntimeError("gone"))
    with pytest.raises(RuntimeError, match="gone"):
        ask(_application(body), _environ(app))
    assert body.is_closed


def test_a_body_that_is_too_long_is_handed_on_whole(app, monkeypatch):
    monkeypatch.setattr(asking, "BODY_BYTES", 3)
    body = _Body(b"ab", b"cd", b"ef")
    answer = ask(_application(body), _environ(app))
    assert answer.keep is None
    assert not body.is_closed
    start: Any = lambda *_: None  # noqa: E731
    assert b"".join(answer.send(start)) == b"abcdef"
    answer.close()
    assert body.is_closed


def test_an_answer_that_is_not_sent_is_closed(app):
    body = _Body(b"a")
    ask(_application(body, "nothing of the form"), _environ(app)).close()
    assert body.is_closed
    ask(_application([b"a"]), _environ(app)).close()


def test_the_old_way_to_write_is_refused(app):
    def application(environ, start_response):
        start_response("200 OK", [])(b"text")
        return []

    with pytest.raises(RuntimeError, match="return its body"):
        ask(application, _environ(app))
