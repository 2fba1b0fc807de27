"""A page as the answer to one client: its coding, `304` for what the client has already, headers alone for HEAD."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from wsgiref.types import StartResponse

from . import negotiation
from .addresses import Environ
from .memory import Entry

OK: Final = 200
takes_gzip: Final = lru_cache(1024)(negotiation.takes_gzip)
"""Remembered: browsers send few different headers."""


def send(entry: Entry, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with a page. What is usual, gzip and a whole body, is made ready in the entry."""
    if (entry.is_gzip and not takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))) or "HTTP_IF_NONE_MATCH" in environ:
        return _send_other(entry, environ, start_response)
    start_response(entry.status, entry.headers)
    return [entry.body] if environ["REQUEST_METHOD"] == "GET" else []


def _send_other(entry: Entry, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    page = entry.page
    is_gzip = entry.is_gzip and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    match = environ.get("HTTP_IF_NONE_MATCH")
    if page.status == OK and match is not None and negotiation.has_version(match, page.get_etag(is_gzip=is_gzip)):
        kept = [pair for pair in page.headers if pair[0].lower() == "cache-control"]
        start_response("304 Not Modified", [*page.make_validators(is_gzip=is_gzip), *kept])
        return []
    start_response(entry.status, page.make_headers(is_gzip=is_gzip))
    if environ["REQUEST_METHOD"] != "GET":
        return []
    return [page.body if is_gzip else page.get_plain()]
