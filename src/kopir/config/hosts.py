"""Middleware: administration, accounts and API answer on the portal's own host alone, and headers for every answer.

The portal's host has one spelling, without a dot at its end and with the port of its address. Django takes others for
the same, and they would come back in the links that are made from a request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port

from kopir.base.access import get_decision

PROBES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""What a probe on this machine calls itself; it may ask the program behind the proxy, at that program's port."""
_PORTS: Final = {"http": "80", "https": "443"}


class PortalHost:
    """Refuses on other hosts, as if it were not there, what is not open to them by its decision."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        check_spelling(request)
        response = self._get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.KOPIR_PERMISSIONS_POLICY)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:  # noqa: ANN401
        """Raise Http404 where the host is not the portal's and the view does not say that it answers on any."""
        if is_portal_host(request):
            return
        decision = get_decision(view)
        if decision is None or decision.hosts != "any":
            raise Http404


def is_portal_host(request: HttpRequest) -> bool:
    """Whether the request names the portal's own host; raises DisallowedHost for one that is nobody's."""
    host, _port = split_domain_port(request.get_host())
    return host.strip("[]") == settings.KOPIR_PORTAL_HOST


def check_spelling(request: HttpRequest) -> None:
    """Raise DisallowedHost for a dot at the end of a host, and for the portal's with another port than its address."""
    asked, own = request.get_host(), urlsplit(settings.KOPIR_ADDRESS)
    host, port = split_domain_port(asked)
    own_port = str(own.port or _PORTS[own.scheme])
    is_other_port = (port or _PORTS[own.scheme]) != own_port and host.strip("[]") not in PROBES
    has_dot = asked.removesuffix(f":{port}").endswith(".")
    if has_dot or (is_other_port and is_portal_host(request)):
        raise DisallowedHost(f"{asked!r} is not how this portal is called: let the proxy hand on {own.netloc!r}")
