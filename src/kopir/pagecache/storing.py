"""Which views make pages that may be kept, and the page being made for everybody: it does not know who reads it.

A view that is marked is rendered alike for citizens and strangers. Staff sees more, so its answers are made for the
person alone and never kept; the page store knows staff by a cookie that nobody else can make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from django.core.signing import Signer
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from kopir.base.actors import ANONYMOUS, Actor

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "kopir_storable"
_SHARED = "_kopir_shared"
_SALT = "kopir.pagecache.staff"


def storable(*, params: Iterable[str] = ()) -> Callable[[View], View]:
    """Mark a view whose answers to GET may be kept. `params`: the query parameters that matter; others are dropped."""
    names = tuple(params)

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, names)
        return view

    return mark


def find_params(view: Callable[..., Any]) -> tuple[str, ...] | None:
    """The parameters of a view that is marked; None for one that is not."""
    found = getattr(view, _ATTRIBUTE, None)
    return found if isinstance(found, tuple) else None


def is_staff(request: HttpRequest) -> bool:
    """Whether whoever asks holds any grant."""
    actor = getattr(request, "actor", ANONYMOUS)
    return isinstance(actor, Actor) and bool(actor.grants)


def make_staff_mark() -> str:
    """What the cookie of staff holds; the same for all of them."""
    return Signer(salt=_SALT).sign("staff")


def is_staff_mark(value: str) -> bool:
    """Whether the cookie says that whoever brings it was staff when they got it."""
    return constant_time_compare(value, make_staff_mark())


def is_shared(request: HttpRequest) -> bool:
    """Whether this page is made for everybody: it may show nothing of whoever asks."""
    return bool(getattr(request, _SHARED, False))


def share(request: HttpRequest) -> None:
    """Make the page for everybody."""
    setattr(request, _SHARED, True)


def narrow(request: HttpRequest, names: Iterable[str]) -> None:
    """Drop every query parameter but these, so that no answer can tell one reader of another's address."""
    wanted = tuple(names)
    given = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    kept = sorted((pair for pair in given if pair[0] in wanted), key=lambda pair: wanted.index(pair[0]))
    request.META["QUERY_STRING"] = urlencode(kept)
    request.__dict__.pop("GET", None)  # made anew from what is left when it is next asked for
