"""Middleware: forwarded headers count only from trusted proxies; anybody else's are dropped before anyone reads them.

With a trusted proxy `REMOTE_ADDR` becomes the address of the client: the last one of `X-Forwarded-For` that is no
trusted proxy itself, since everything before it is hearsay.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kopir.config.env import Network

PROTOCOL: Final = "HTTP_X_FORWARDED_PROTO"
CLIENT: Final = "HTTP_X_FORWARDED_FOR"
# The host is the one of the request itself; no proxy that we trust has to rewrite it.
FORWARDED: Final = (
    PROTOCOL,
    CLIENT,
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_SCHEME",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_REAL_IP",
)


class TrustedProxies:
    """The middleware; the first of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        settle(request.META, settings.KOPIR_TRUSTED_PROXIES)
        return self._get_response(request)


def settle(environ: dict[str, Any], trusted: Sequence[Network]) -> None:
    """Change the variables of a request (WSGI's names) to what may be believed."""
    peer = str(environ.get("REMOTE_ADDR", ""))
    believed = {}
    if _is_in(peer, trusted):
        if environ.get(PROTOCOL) in {"http", "https"}:
            believed[PROTOCOL] = environ[PROTOCOL]
        for hop in reversed(str(environ.get(CLIENT, "")).split(",")):
            client = _address(hop.strip())
            if client is None:
                break  # not an address: nothing before it can be believed either
            environ["REMOTE_ADDR"] = str(client)
            if not _is_in(str(client), trusted):
                break
    for name in FORWARDED:
        environ.pop(name, None)
    environ.update(believed)


def get_scheme(environ: dict[str, Any]) -> str:
    """The scheme by which the client came, as far as it may be believed: for who stands before Django."""
    told = environ.get(PROTOCOL)
    if told in {"http", "https"} and _is_trusted(str(environ.get("REMOTE_ADDR", "")), settings.KOPIR_TRUSTED_PROXIES):
        return str(told)
    return str(environ["wsgi.url_scheme"])


@lru_cache(1024)
def _is_trusted(text: str, networks: tuple[Network, ...]) -> bool:
    return _is_in(text, networks)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)
