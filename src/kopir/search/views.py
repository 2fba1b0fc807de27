"""The search page: an address that says everything, so that it can be kept, linked and used without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.edge import is_reader
from kopir.search import queries
from kopir.search.presenting import list_groups, list_hits
from kopir.search.queries import LAST_PAGE, Results
from kopir.search.registry import FACETS, name_sites

LIMIT_DIGITS: Final = 18
YEARS: Final = range(1, 10_000)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same search in another language."""

    language: str
    name: str
    count: int
    address: str


@everyone
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """The box, and what was found for the words in the address."""
    asked, language = request.GET, get_language() or settings.LANGUAGE_CODE
    is_read = is_reader(request.META) and settings.KOPIR_STAFF_COOKIE_NAME not in request.COOKIES
    results = _search(asked, language, is_read=is_read)
    pages = Paginator(range(min(results.total, LAST_PAGE * results.size)), results.size)
    context = {
        "results": results,
        "hits": list_hits(results, asked),
        "page": pages.get_page(results.page),
        "groups": list_groups(results, asked) if results.hits else [],
        "is_narrowed": any(asked.get(name) for name in ("kind", "site", "year", *(name for name, _ in FACETS))),
        "suggested": _address(results.suggestion) if results.suggestion else "",
        "plain": _address(results.text),
        "site": _find_site(asked),
        "elsewhere": _list_elsewhere(results, language),
    }
    status = HTTPStatus.OK if results.is_available else HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "search/search.html", context, status=status)


def _search(asked: QueryDict, language: str, *, is_read: bool) -> Results:
    """What the address asks for; a number that is none is passed over."""
    year = _number(asked.get("year", ""))
    is_year = year is not None and year in YEARS
    return queries.search(
        asked.get("q", ""),
        language,
        site=_number(asked.get("site", "")),
        kinds=[kind for kind in asked.getlist("kind")[:LIMIT_DIGITS] if kind],
        since=date(year or 1, 1, 1) if is_year else None,
        until=date(year or 1, 12, 31) if is_year else None,
        facets={name: asked.get(name, "") for name, _ in FACETS if asked.get(name)},
        page=_number(asked.get("page", "")) or 1,
        is_read=is_read,
    )


def _find_site(asked: QueryDict) -> dict[str, int | str] | None:
    """The one website that is searched, so that the next search stays there; None for one that nobody knows."""
    number = _number(asked.get("site", ""))
    names = name_sites([number]) if number is not None else {}
    return {"number": number, "name": names[number]} if number in names else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LIMIT_DIGITS else None


def _list_elsewhere(results: Results, language: str) -> list[Elsewhere]:
    names = dict(settings.LANGUAGES)
    found = []
    for each in results.elsewhere:
        if each.value in names and each.value != language:
            with override(each.value):
                found.append(Elsewhere(each.value, str(names[each.value]), each.count, _address(results.text)))
    return found


def _address(text: str) -> str:
    query = QueryDict(mutable=True)
    query["q"] = text
    return f"{reverse('search:search')}?{query.urlencode()}"
