"""Middleware that stands in for that of `accounts` where a test is about another room: it makes somebody act.

It sets `request.actor` and holds to the decision of each view, as the real one does; sessions it knows nothing of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from kopir.base.access import get_decision
from kopir.base.actors import ANONYMOUS, Actor

MIDDLEWARE = "acting.ActAs"
_actor: Actor = ANONYMOUS


def act_as(actor: Actor) -> None:
    """From now on every request comes from `actor`."""
    global _actor  # noqa: PLW0603 - one test at a time
    _actor = actor


def use(settings: Any) -> None:
    """Put this middleware in the place of that of accounts, in pytest-django's `settings`; nobody acts yet."""
    act_as(ANONYMOUS)
    others = [name for name in settings.MIDDLEWARE if not name.startswith("kopir.accounts.")]
    last = others.index("kopir.config.watching.Failures")
    settings.MIDDLEWARE = [*others[:last], MIDDLEWARE, *others[last:]]


class ActAs:
    """The middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = _actor  # type: ignore[attr-defined]
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        decision = get_decision(view)
        if decision is None or not decision.admits(_actor):
            raise PermissionDenied
