"""Middleware: whose host was asked. The portal's, one that the settings name, or the proven domain of a website.

On a website's own domain other addresses exist (`config.urls_site`): no administration, no accounts, and no session,
neither believed nor given. A host that is nobody's is refused before anything else reads the request.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host

from kopir.websites.queries import find_website_by_host

SITE_ADDRESSES = "kopir.config.urls_site"


def named_hosts() -> list[str]:
    """The hosts that the settings name, ".example" for all below one; without the "*" for what the database knows."""
    return [host for host in settings.ALLOWED_HOSTS if host != "*"]


class SiteHost:
    """Sets `request.website` and the list of addresses on a website's own domain, and keeps sessions from there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = split_domain_port(request.get_host())[0]
        if host.strip("[]") == settings.KOPIR_PORTAL_HOST or host in named_hosts():
            return self._get_response(request)
        website = find_website_by_host(host)
        if website is None:
            if not validate_host(host, named_hosts()):
                raise DisallowedHost(f"no website has the host {host!r}")
            return self._get_response(request)
        request.website = website  # type: ignore[attr-defined]
        request.urlconf = SITE_ADDRESSES
        private = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
        for name in private:
            request.COOKIES.pop(name, None)
        response = self._get_response(request)
        for name in private:
            response.cookies.pop(name, None)
        return response
