"""How an answer begins on the wire, and what a request tells its handler."""

from __future__ import annotations

from typing import Any

import pytest

from kopir.bridge.bodies import BodyStream
from kopir.bridge.http_messages import Caller, HttpRequest, HttpResponse, encode_head


def make_request(**changes) -> tuple[HttpRequest, list[bytes]]:
    written: list[bytes] = []
    values: dict[str, Any] = {
        "method": "GET",
        "target": b"/",
        "headers": [(b"a", b"1"), (b"a", b"2")],
        "body": BodyStream(lambda _: None),
        "caller": Caller(is_local=True, certificate=None),
        "keeps_alive": True,
        "expects_continue": False,
        "version": "1.1",
        "_write": written.append,
    }
    return HttpRequest(**(values | changes)), written


def test_an_answer_begins_with_its_status_its_headers_and_its_length():
    request, _ = make_request()
    head = encode_head(HttpResponse(201, [(b"x", b"y")]), 3, request, closes=False)
    assert head == b"HTTP/1.1 201 Created\r\nx: y\r\ncontent-length: 3\r\n\r\n"


@pytest.mark.parametrize(
    ("status", "method", "length", "closes", "version", "end"),
    [
        (200, "GET", 0, False, "1.1", b"content-length: 0\r\n\r\n"),
        (200, "GET", 0, True, "1.1", b"content-length: 0\r\nconnection: close\r\n\r\n"),
        (200, "GET", 0, True, "1.0", b"content-length: 0\r\nconnection: close\r\n\r\n"),
        (200, "GET", 0, False, "1.0", b"content-length: 0\r\nconnection: keep-alive\r\n\r\n"),
        (200, "HEAD", 7, False, "1.1", b"content-length: 7\r\n\r\n"),
        (200, "HEAD", 0, False, "1.1", b"OK\r\n\r\n"),
        (204, "GET", 0, False, "1.1", b"No Content\r\n\r\n"),
        (304, "GET", 0, False, "1.1", b"Not Modified\r\n\r\n"),
        (599, "GET", 0, False, "1.1", b"HTTP/1.1 599 \r\ncontent-length: 0\r\n\r\n"),
    ],
)
def test_length_and_connection(*, status, method, length, closes, version, end):
    request, _ = make_request(method=method, version=version)
    assert encode_head(HttpResponse(status, []), length, request, closes=closes).endswith(end)


def test_the_first_of_several_headers_is_given():
    request, _ = make_request()
    assert (request.header(b"a"), request.header(b"b")) == (b"1", None)


def test_a_client_that_waits_is_invited_once_and_only_if_it_has_to_send_more():
    request, written = make_request(expects_continue=True)
    request.invite_body()
    request.invite_body()
    assert written == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    request, written = make_request(expects_continue=True)
    request.body.end()
    request.invite_body()
    assert written == []
    request, written = make_request()
    request.invite_body()
    assert written == []
