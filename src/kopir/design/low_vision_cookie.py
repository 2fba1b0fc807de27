"""The reader's look in requests and responses: read from the cookie, kept over the portal's domain."""

from __future__ import annotations

import ipaddress
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from .low_vision import COOKIE_AGE_S, COOKIE_NAME, Look, read_look, write_look

Response = TypeVar("Response", bound=HttpResponseBase)


def get_look(request: HttpRequest) -> Look:
    """The look that the reader asked for; the ordinary one where nothing was asked."""
    return read_look(request.COOKIES.get(COOKIE_NAME, ""))


def has_chosen(request: HttpRequest) -> bool:
    """Whether the reader ever chose, be it the ordinary look."""
    return COOKIE_NAME in request.COOKIES


def keep_look(request: HttpRequest, response: Response, look: Look) -> Response:
    """Keep the look for a year, on every host of the portal's domain or, elsewhere, on this host.

    The cookie is no secret and no identity: its value says how pages look, and is the same for all who like it so.
    """
    response.set_cookie(
        COOKIE_NAME,
        write_look(look),
        max_age=COOKIE_AGE_S,
        domain=_domain_of(request),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _domain_of(request: HttpRequest) -> str | None:
    """The portal's domain where the request came to it or below it, None (this host alone) elsewhere."""
    portal: str = settings.KOPIR_PORTAL_HOST.lower()
    host = split_domain_port(request.get_host().lower())[0]
    if "." not in portal or _is_address(portal):
        return None
    return portal if host == portal or host.endswith(f".{portal}") else None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
