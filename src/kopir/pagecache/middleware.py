"""Middleware that records the render of a page and says to the page store what it may keep.

`Keeping` stands outermost: it records from the first middleware to the last, and sees the answer as it leaves; one that
carries a cookie, or is for staff, is not kept. `Recorder` stands innermost, round the view alone: there alone every
read has to be declared, for middleware asks for sessions and people.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from kopir.base import clock

from .recorder import Recording, note_person, record
from .storing import find_params, is_staff, make_staff_mark, narrow, share
from .tags import for_page

HEADER: Final = "Kopir-Keep"
KEPT: Final = frozenset({200, 301, 404, 410})
GONE: Final = frozenset({404, 410})
KEEP_GONE: Final = timedelta(seconds=60)
"""A page that is not there is kept for so long: whatever makes it is told by its tags, but nobody can know them all."""
REVALIDATE: Final = "public, max-age=0, must-revalidate"
"""Browsers may keep the page, and ask each time whether it is still the one."""
LIMIT_HEADER: Final = 32_768
MESSAGES: Final = CookieStorage.cookie_name

_ATTRIBUTE: Final = "_kopir_visit"
_log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


@dataclass
class Visit:
    """One request on its way through: what it touched, and whether its view makes pages that may be kept."""

    recording: Recording
    is_storable: bool = False
    has_asked_session: bool = False
    """Whether the session had been asked for before the view was."""


class Recorder:
    """Watches the view of a page that may be kept; stands innermost."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        visit = _find_visit(request)
        if visit is not None and visit.is_storable:
            visit.recording.close()
            _look_back(request, visit)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:  # noqa: ANN401
        """Begin where the view is marked and the reader is not staff."""
        params, visit = find_params(view), _find_visit(request)
        if params is None or visit is None:
            return
        narrow(request, params)
        if is_staff(request):
            return
        share(request)
        visit.is_storable = True
        visit.has_asked_session = _look_ahead(request)
        visit.recording.params = params
        visit.recording.on_params = partial(narrow, request)
        visit.recording.is_watched = True


class Keeping:
    """Writes the header for the page store, and the cookie that leads past it; stands outermost.

    The recording is its own, so that middleware between may note what it has read of the database for a page.
    """

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            response = self._get_response(request)
            _lead(request, response)
            return response
        visit = Visit(Recording(is_watched=False))
        setattr(request, _ATTRIBUTE, visit)
        with record(visit.recording):
            response = self._get_response(request)
        _lead(request, response)
        if visit.is_storable and _may_keep(response, visit.recording):
            _keep(response, visit.recording)
        return response


def _keep(response: HttpResponse, recording: Recording) -> None:
    text = write_keep(recording, response.status_code)
    if len(text) > LIMIT_HEADER:
        _log.error("a page has too many tags to be kept", extra={"tags": len(recording.tags)})
        return
    response.headers[HEADER] = text
    response.headers["Cache-Control"] = REVALIDATE
    del response.headers["Expires"]
    _forget_reader(response)


def _find_visit(request: HttpRequest) -> Visit | None:
    """The visit of a request that only reads."""
    found: Visit | None = getattr(request, _ATTRIBUTE, None)
    return found


def write_keep(recording: Recording, status: int) -> str:
    """The header: tags as the page store knows them, until when (seconds of Unix, None: for good), parameters."""
    until = recording.until
    if status in GONE:
        soon = clock.now() + KEEP_GONE
        until = soon if until is None else min(until, soon)
    facts = {
        "tags": for_page(recording.tags, recording.tables),
        "until": int(until.timestamp()) if until else None,
        "params": sorted(recording.params),
    }
    return json.dumps(facts, separators=(",", ":"))


def _may_keep(response: HttpResponse, recording: Recording) -> bool:
    return (
        not recording.faults
        and response.status_code in KEPT
        and not response.streaming
        and not response.cookies
        and "Set-Cookie" not in response.headers
    )


def _look_ahead(request: HttpRequest) -> bool:
    """Make the reader invisible to the view; whether the session had been asked before."""
    if hasattr(request, "user"):
        hidden: Any = SimpleLazyObject(partial(_show_user, request.user))
        request.user = hidden
    session: Any = getattr(request, "session", None)
    was_asked = bool(session is not None and session.accessed)
    if session is not None:
        session.accessed = False
    return was_asked


def _show_user(user: Any) -> Any:  # noqa: ANN401 - whatever stands for a person
    note_person("the user")
    return user


def _look_back(request: HttpRequest, visit: Visit) -> None:
    """Note what the view has asked of the reader after all."""
    recording = visit.recording
    session: Any = getattr(request, "session", None)
    if session is not None:
        if session.accessed:
            recording.spoil("the session")
        session.accessed = session.accessed or visit.has_asked_session
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        recording.spoil("a form's token")
    told = getattr(request, "_messages", None)
    if told is not None and (getattr(told, "_loaded_data", None) or told.added_new):
        recording.spoil("a message")


def _forget_reader(response: HttpResponse) -> None:
    """Take off the answer what says that it varies by reader: it does not."""
    varies = [name.strip() for name in response.headers.get("Vary", "").split(",")]
    kept = [name for name in varies if name and name.lower() not in {"cookie", "accept-language"}]
    if kept:
        response.headers["Vary"] = ", ".join(kept)
    else:
        del response.headers["Vary"]


def _lead(request: HttpRequest, response: HttpResponse) -> None:
    """Lead past the page store, by a cookie, staff and whoever has a message waiting; and nobody else any more."""
    name = settings.KOPIR_STAFF_COOKIE_NAME
    has = request.COOKIES.get(name)
    needs = make_staff_mark() if is_staff(request) else "1" if _has_message(request, response) else None
    if needs is not None and needs != has:
        age, is_secure = settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, needs, max_age=age, secure=is_secure, httponly=True, samesite="Lax")
    elif has is not None and needs is None and hasattr(request, "actor"):
        response.delete_cookie(name, samesite="Lax")


def _has_message(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a message waits in the reader's cookie once this answer has come."""
    told = response.cookies.get(MESSAGES)
    return bool(told.value) if told is not None else bool(request.COOKIES.get(MESSAGES))
