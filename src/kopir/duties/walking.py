"""Follows the links of a website as a reader would: on its pages as they are rendered for everybody, by the clicks.

Pages are asked of Django itself, not over the network; nothing is kept of them but where their links lead.
"""

from __future__ import annotations

import io
from collections import defaultdict, deque
from collections.abc import Iterable
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from kopir.websites import addresses
from kopir.websites.models import Website

DEEPEST: Final = 3
"""Pages so many clicks away are still rendered, so that those one click further are found."""
MOST_PAGES: Final = 400
"""How many pages of a language are rendered; a website that has more within `DEEPEST` was not walked to the end."""


@dataclass
class Walk:
    """What was found in one language: the clicks to each path on the website's host, and the ways out of it.

    `outward` has the paths of the pages that lead to each address elsewhere.
    """

    clicks: dict[str, int] = field(default_factory=dict)
    outward: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    is_whole: bool = True


def walk(website: Website, language: str) -> Walk:
    """Follow the links from the home page of a language, the nearest first."""
    found, host = Walk(), addresses.host_of(website)
    start = addresses.home_path(website, language)
    handler = BaseHandler()
    handler.load_middleware()
    waiting, seen, rendered = deque([(start, 0)]), {start}, 0
    while waiting:
        path, clicks = waiting.popleft()
        found.clicks.setdefault(urlsplit(path).path, clicks)
        if clicks > DEEPEST:
            continue
        if rendered >= MOST_PAGES:
            found.is_whole = False
            break
        rendered += 1
        for target in read_links(render(handler, host, path), host + path):
            own = _own_path(target, host, start)
            if own is None and urlsplit(target).netloc != urlsplit(host).netloc:
                found.outward[target].add(urlsplit(path).path)
            elif own is not None and own not in seen:
                seen.add(own)
                waiting.append((own, clicks + 1))
    return found


def _own_path(target: str, host: str, start: str) -> str | None:
    """The path of a page of this website in this language, with the number of a page of a list; None for others."""
    parts = urlsplit(target)
    if f"{parts.scheme}://{parts.netloc}" != host or not parts.path.startswith(start):
        return None
    number = parse_qs(parts.query).get("page", [""])[0]
    return f"{parts.path}?page={number}" if number.isdecimal() else parts.path


def render(handler: BaseHandler, host: str, path: str) -> str:
    """The HTML that a stranger is answered at this path; "" where there is no page."""
    request = WSGIRequest(_environ(host, path))
    # A context of its own: what watches the request or the job that asked for this, watches this one anew.
    answer = Context().run(handler.get_response, request)
    if not isinstance(answer, HttpResponse) or answer.status_code != 200:
        return ""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.content.decode("utf-8", "replace") if is_page else ""


def _environ(host: str, path: str) -> dict[str, Any]:
    """A request of HTTP as WSGI gives it (PEP 3333): paths are bytes read as Latin-1."""
    parts, asked = urlsplit(host), urlsplit(path)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": asked.path.encode().decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or {"http": 80, "https": 443}[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "HTTP_USER_AGENT": "kopir duties",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (target := dict(attrs).get("href")):
            self.found.append(target)


def read_links(html: str, address: str) -> Iterable[str]:
    """The addresses of the web to which a page leads, whole and without what stands behind "#"."""
    reader = _Links()
    reader.feed(html)
    reader.close()
    for target in reader.found:
        try:
            whole = urldefrag(urljoin(address, target.strip()))[0]
            is_web = urlsplit(whole).scheme in {"http", "https"} and bool(urlsplit(whole).hostname)
        except ValueError:  # no address at all
            continue
        if is_web:
            yield whole
