"""What a request asks for, in the one form under which a page is kept: scheme, host, path, parameters that matter.

The path is taken as the application sees it, so the two can never disagree on which page is meant. What is written in
a form that no link of ours has (`//`, `/../`, control characters, a foreign port) has no key: it goes to the
application and is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from operator import itemgetter
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

HOST_CHARACTERS: Final = 255
PATH_CHARACTERS: Final = 1024
QUERY_CHARACTERS: Final = 8192

Environ = dict[str, Any]
Place = tuple[str, str, str]
"""Scheme, host, path."""
Key = tuple[str, str, str, str]
"""Scheme, host, path, query in its normal form."""

_HOST: Final = re.compile(r"([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_ODD: Final = re.compile(r"//|/\.{1,2}(?:/|\Z)|[\x00-\x1f\x7f\\]")
_OWN_PORTS: Final = {"http": "80", "https": "443"}


def get_scheme(environ: Environ) -> str:
    """The scheme that the server itself was asked by."""
    scheme: str = environ["wsgi.url_scheme"]
    return scheme


def normalize_host(written: str, scheme: str, ports: Collection[str]) -> str | None:
    """The host in small letters, without the root's dot and the scheme's own port; None for one that is none.

    A port stays if it is among `ports`; any other makes it None: links with a stranger's port must not be kept.
    """
    found = _HOST.fullmatch(written.lower()) if len(written) <= HOST_CHARACTERS else None
    if found is None or ".." in found[1]:
        return None
    name, port = found[1].removesuffix("."), found[2]
    if port is None or port == _OWN_PORTS.get(scheme):
        return name
    return f"{name}:{port}" if port in ports else None


def get_name(host: str) -> str:
    """A normal host without its port."""
    found = _HOST.fullmatch(host)
    return found[1] if found else ""


def is_plain(path: str) -> bool:
    """Whether a path, percent-decoded as WSGI gives it, is written as links write it."""
    return path.startswith("/") and len(path) <= PATH_CHARACTERS and _ODD.search(path) is None


def normalize_query(query: str, params: Collection[str]) -> str | None:
    """The parameters that matter, by name, each name's values in their order; None where it cannot be read safely.

    It is encoded anew, so that `p%61ge=2` and `page=2` are one page. Names are compared as Django reads them.
    """
    if not query or not params:
        return ""
    if len(query) > QUERY_CHARACTERS or not query.isascii():
        return None
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] in params]
    return urlencode(sorted(pairs, key=itemgetter(0)))


def make_place(environ: Environ, scheme_of: Callable[[Environ], str], ports: Collection[str]) -> Place | None:
    """Where a request goes; None for a form that is never kept."""
    scheme = scheme_of(environ)
    host = normalize_host(environ.get("HTTP_HOST", ""), scheme, ports)
    path = environ["PATH_INFO"]
    return (scheme, host, path) if host is not None and is_plain(path) else None


def find_cookie(header: str, name: str) -> str | None:
    """The value of the first cookie of this name in a `Cookie` header; None where there is none."""
    pairs = (part.partition("=") for part in header.split(";"))
    return next((value.strip() for own, _equals, value in pairs if own.strip() == name), None)
