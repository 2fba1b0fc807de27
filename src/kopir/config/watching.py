"""Middleware that tells of each request: one line in the log, counters for Prometheus, and a page for named failures.

The line names the route, never the address itself: addresses hold invitations, names and numbers of people.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from kopir.base.errors import KopirError

from . import metrics, pages

_log = logging.getLogger(__name__)


class Watching:
    """The middleware; stands outside of all that may answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = secrets.token_hex(8)  # type: ignore[attr-defined]
        response = self._get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        took_s = time.perf_counter() - started
        route = get_route(request)
        metrics.count_request(request.method or "", route, response.status_code, took_s)
        _log.log(
            logging.ERROR if response.status_code >= 500 else logging.INFO,
            "request",
            extra={
                "id": request.request_id,  # type: ignore[attr-defined]
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "took_ms": round(took_s * 1000, 1),
                "client": request.META.get("REMOTE_ADDR", ""),
            },
        )
        return response


class Failures:
    """Turns a named failure that a view let through into its page; stands inside, where a language is active."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a KopirError; anything else is a fault of ours and goes on."""
        if not isinstance(exception, KopirError):
            return None
        _log.info("refused", extra={"code": exception.code, "route": get_route(request)})
        return pages.failure(request, exception)


def get_route(request: HttpRequest) -> str:
    """The pattern of the address, "" where none fits."""
    match: Any = getattr(request, "resolver_match", None)
    return "" if match is None else "/" + str(match.route)
