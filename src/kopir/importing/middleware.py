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
        _host, whole = old_path(request.get_full_path())
        _host, bare = old_path(request.path)
        page = find_led(website, website.own_host, [whole, bare])
        if page is None:
            return response
        return HttpResponsePermanentRedirect(addresses.address_of(page, seen_from=website))
