"""Middleware: addresses of old sites lead to the pages and files that came from there, for ever.

On a website's own domain, whenever that was attached; and on the portal's host what an older portal had there. It is
asked only where nothing else has an answer, so a page that stands here always comes first.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port

from kopir.importing.items import old_path
from kopir.importing.queries import find_led, find_led_file
from kopir.websites import addresses


class OldAddresses:
    """Turns "not found" into a way on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        address = _lead(request)
        return HttpResponsePermanentRedirect(address) if address else response


def _lead(request: HttpRequest) -> str:
    """Where it leads, "" where nothing is known."""
    website = getattr(request, "website", None)
    host = split_domain_port(request.get_host())[0]
    if website is None and host != settings.KOPIR_PORTAL_HOST:
        return ""
    try:
        paths = [old_path(address)[1] for address in (request.get_full_path(), request.path)]
    except ValueError:  # no address at all: "//[x/"
        return ""
    # PostgreSQL takes no text with NUL.
    paths = [path for path in paths if "\0" not in path]
    if not any(paths):
        return ""
    try:
        page = find_led(website, host, paths)
        if page is not None:
            return addresses.address_of(page, seen_from=website)
        return find_led_file(website, host.removeprefix("www."), paths[-1])
    except DatabaseError:  # the page that says "not found" needs no database
        return ""
