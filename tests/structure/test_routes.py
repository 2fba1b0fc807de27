"""No route without a decision on who may open it: kopir.base.access, for our views and for those of libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, include, path

from codebase import assert_only
from kopir.base.access import everyone, get_decision, signed_in

View = Callable[..., Any]
OPEN = {
    "/health/live": "whoever restarts processes",
    "/health/ready": "whoever spreads load",
    "/metrics": "asks for its own token",
}
"""Open to everyone though they are no pages for the public, each with its reason."""


def list_routes(
    patterns: list[URLPattern | URLResolver], before: str = "/"
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every route with its view, however deep it is included."""
    for entry in patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from list_routes(entry.url_patterns, route)
        else:
            yield route, entry.callback


def test_every_route_has_a_decision():
    undecided = [route for route, view in list_routes(get_resolver().url_patterns) if get_decision(view) is None]
    assert undecided == [], "say who may open it: kopir.base.access, or decide() for a view of a library"


def test_there_are_routes():
    routes = dict(list_routes(get_resolver().url_patterns))
    assert {"/health/live", "/metrics"} <= set(routes)
    assert len(routes) > 3


def test_administration_is_open_to_staff_alone():
    found = [
        f"{route}: {get_decision(view).who}"
        for route, view in list_routes(get_resolver().url_patterns)
        if "manage/" in route and get_decision(view).who != "staff"
    ]
    assert_only(found, {}, "administration is for @staff")


def test_what_is_open_to_everyone_and_is_no_page_has_a_reason():
    plain = {
        route
        for route, view in list_routes(get_resolver().url_patterns)
        if get_decision(view).who == "everyone" and route in OPEN
    }
    assert plain == set(OPEN)


def test_a_route_without_a_decision_is_seen_at_any_depth():
    def view(request):
        return HttpResponse()

    inner = [path("deep", lambda request: HttpResponse()), path("known", signed_in(view))]
    patterns: list[URLPattern | URLResolver] = [
        path("a/", include([path("b/", include(inner))])),
        path("open", everyone(lambda request: HttpResponse())),
    ]
    undecided = [route for route, found in list_routes(patterns) if get_decision(found) is None]
    assert undecided == ["/a/b/deep"]
