"""Middleware: administration, accounts and API answer on the portal's own host alone, and headers for every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port

from kopir.base.access import get_decision


class PortalHost:
    """Refuses on other hosts, as if it were not there, what is not open to them by its decision."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
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
