"""At the door of every view: who is here, does their session still live, and does the view's decision admit them.

A view without a decision is closed. Staff without a second factor is led to its set-up from every page. It stands
behind Django's own middleware of sessions, sign-in and messages.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from kopir.accounts import presence
from kopir.accounts.presence import Presence
from kopir.accounts.rules import Over
from kopir.accounts.sessions import SessionStore
from kopir.audit.actions import record
from kopir.base import clock
from kopir.base.access import Decision, get_decision

GOODBYES: Final = {
    "idle": _("You were signed out because nothing was done for a while. Sign in again to go on."),
    "whole": _("Your session has reached its longest time. Sign in again to go on."),
    "agent": _("Your session came from another browser, so it was ended. Sign in again; if this was not you, tell us."),
}
FACTOR_PAGES: Final = frozenset(
    {
        "account_factor_needed",
        "account_logout",
        "account_reauthenticate",
        "low_vision",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
        "set_language",
    }
)
"""The pages that staff can open before the second factor is shown."""
FACTOR_FILES: Final = frozenset({"bodies_files", "design_files"})
"""Lists of addresses that hold no pages, but what every page is made of: styles, colors, crests."""

_log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Sets `request.actor`, ends sessions whose time is over, and enforces the decisions of `kopir.base.access`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        here = presence.find_presence(request)
        if here.user is not None:
            if over := presence.why_over(request, here, now):
                _end(request, here, over)
                here = presence.find_presence(request)
            elif isinstance(request.session, SessionStore):
                request.session.touch(now)
        request.actor = here.actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        request.actor = presence.find_presence(request).actor  # type: ignore[attr-defined]  # whoever signed in meanwhile
        if here.user is not None and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # what was for this person is in nobody's cache, nor in the browser's
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Let the request through, send the person to where it can go on, or raise PermissionDenied."""
        decision = get_decision(view)
        if decision is None:
            _log.error("a view without a decision is closed", extra={"view": f"{view.__module__}.{view.__qualname__}"})
            raise PermissionDenied
        here = presence.find_presence(request)
        if here.needs_factor and not _is_for_all_staff(request):
            return _go(request, "account_factor_needed")
        if not decision.admits(here.actor):
            if here.user is None:
                return _go(request, "account_login")
            raise PermissionDenied
        if decision.fresh_s is not None and not _is_fresh(decision, here):
            return _go(request, "account_fresh")
        return None


def _is_for_all_staff(request: HttpRequest) -> bool:
    found = request.resolver_match
    return found is not None and (found.url_name in FACTOR_PAGES or found.namespace in FACTOR_FILES)


def _is_fresh(decision: Decision, here: Presence) -> bool:
    limit = timedelta(seconds=decision.fresh_s or 0)
    return here.proof.is_fresh(clock.now(), limit, by_factor=decision.who == "staff")


def _end(request: HttpRequest, here: Presence, over: Over) -> None:
    """End a session; one that came from another browser is told to the record, for it may have been stolen."""
    if over == "agent" and here.user is not None:
        _log.warning("session used from another browser", extra={"user_id": str(here.user.pk)})
        with transaction.atomic():
            record(
                actor=here.actor,
                action="accounts.end_session",
                subject=f"accounts.user:{here.user.pk}",
                after={"why": over},
                now=clock.now(),
            )
    request.session.flush()
    request.user = AnonymousUser()
    presence.forget(request)
    messages.info(request, GOODBYES[over])


def _go(request: HttpRequest, page: str) -> HttpResponse:
    """Send to a page of this room that leads back here; after a form is posted, to where it was filled in."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else _page_of_form(request)
    query = f"?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else ""
    return HttpResponseRedirect(reverse(page) + query)


def _page_of_form(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(came_from)
    return parts.path + (f"?{parts.query}" if parts.query else "")
