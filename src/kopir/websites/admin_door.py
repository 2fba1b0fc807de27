"""The door before each of Wagtail's views: who acts for which website, may they, does what they name belong to it.

`guard` puts a door before every pattern of Wagtail's administration and leaves the names as they are, so that its pages
can still write addresses that lead nowhere. A request that writes runs in one transaction with its row of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Final

from csp.constants import SELF, UNSAFE_INLINE
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import translation

from kopir.base.access import Decision, decide
from kopir.base.errors import KopirError
from kopir.websites.acting import ALL, acting, find_acting
from kopir.websites.admin_addresses import OPEN, SENT, Open
from kopir.websites.belonging import belongs
from kopir.websites.rights import Rights, carry

View = Callable[..., HttpResponse]
Pattern = URLPattern | URLResolver
STAFF: Final = Decision("staff", frozenset(ALL))
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY: Final = {
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}
"""What Wagtail's pages need beyond the portal's policy: decision 14. Scripts are none of it."""
FRAMED: Final = {"frame-ancestors": [SELF]}
"""What a preview needs, and nothing else: it is a public page in a frame of the editor."""


def guard(patterns: Iterable[Pattern], instead: dict[str, View], names: tuple[str, ...] = ()) -> list[Pattern]:
    """The same patterns with a door before each view; `instead` has views of ours for some names."""
    guarded: list[Pattern] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            below = guard(pattern.url_patterns, instead, (*names, *filter(None, [pattern.namespace])))
            guarded.append(
                URLResolver(pattern.pattern, below, pattern.default_kwargs, pattern.app_name, pattern.namespace)
            )
        else:
            name = ":".join((*names, pattern.name or ""))
            view = instead.get(name) or _door(name, pattern.callback)
            guarded.append(URLPattern(pattern.pattern, view, pattern.default_args, pattern.name))
    return guarded


def _door(name: str, view: View) -> View:
    entry = OPEN.get(name)
    return decide(_closed, STAFF) if entry is None else open_door(entry, view)


def _closed(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:  # noqa: ANN401 - any view's arguments
    raise Http404


def open_door(entry: Open, view: View) -> View:
    """The view behind a door that holds to `entry`."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - any view's arguments
        rights = find_acting(request)
        if rights is None:
            return redirect("editing:sites")
        language = getattr(request.user, "language", "") or translation.get_language() or settings.LANGUAGE_CODE
        translation.activate(language)
        if not rights.roles & entry.roles:
            raise PermissionDenied
        if not is_admitted(entry, rights, request, args, kwargs):
            raise Http404
        carry(request.user, rights, language)
        with acting(rights):
            response = _run(view, request, *args, **kwargs)
        return with_policy(response, FRAMED if entry.is_preview else POLICY)

    return decide(enter, STAFF)


def is_admitted(
    entry: Open, rights: Rights, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bool:
    """Whether everything that the request names belongs to the acting website."""
    given = {**{str(number): value for number, value in enumerate(args)}, **kwargs}
    if any(given.get(name) not in allowed for name, allowed in entry.only.items()):
        return False
    if not all(belongs(rights, kind, given[name]) for name, kind in entry.path.items()):
        return False
    return all(belongs(rights, kind, value) for kind, value in _sent(entry, request))


def _sent(entry: Open, request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Kind and value of each field that names something, of query and form alike; an empty field names nothing."""
    for data in (request.GET, request.POST):
        for name, values in data.lists():
            kind = entry.sent.get(name) or SENT.get(name) or SENT.get(name.rpartition("-")[2])
            if kind:
                yield from ((kind, str(value)) for value in values if value)


def _run(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - any view's
    """What the view answers, rendered; where we refuse, nothing was written, and the first page says why."""
    if request.method in SAFE:
        return _render(view(request, *args, **kwargs))
    try:
        with transaction.atomic():
            return _render(view(request, *args, **kwargs))
    except KopirError as error:
        messages.error(request, error.message())
        return redirect("wagtailadmin_home")


def _render(response: HttpResponse) -> HttpResponse:
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    return response


def with_policy(response: HttpResponse, changes: dict[str, list[str]]) -> HttpResponse:
    """The answer with the portal's content security policy, changed in these parts; frames of our own are allowed."""
    if "frame-ancestors" in changes:
        # A preview has been through the middleware once, as the public page that it shows.
        del response.headers["Content-Security-Policy"]
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = changes  # type: ignore[attr-defined]  # noqa: SLF001 - how django-csp wants to be told
    return response
