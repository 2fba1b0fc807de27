"""Middleware: on a website's own domain, addresses of the old site that was there lead to the pages of its items.

It is asked only where nothing else has an answer, so a page that stands here always comes first.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from kopir.importing.items import old_path
from kopir.importing.queries import find_led
from kopir.websites import addresses


class OldAddresses:
    """Turns "not found" into a way on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        website = getattr(request, "website", None)
        if response.status_code != 404 or website is None or request.method not in {"GET", "HEAD"}:
            return response
        try:
            paths = [old_path(address)[1] for address in (request.get_full_path(), request.path)]
        except ValueError:  # no address at all: "//[x/"
            return response
        # PostgreSQL takes no text with NUL.
        page = find_led(website, website.own_host, [path for path in paths if "\0" not in path])
        if page is None:
            return response
        return HttpResponsePermanentRedirect(addresses.address_of(page, seen_from=website))
