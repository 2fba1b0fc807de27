"""The statement of a website, for readers and for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.bodies.presenting import frame
from kopir.pagecache.storing import storable
from kopir.statements import queries
from kopir.statements.findings import TOLD
from kopir.statements.models import Statement
from kopir.websites.addresses import home_path, host_of, path_of
from kopir.websites.footer import FOOTER
from kopir.websites.models import Website
from kopir.websites.queries import find_page, get_frame, get_website
from kopir.websites.showing import frame_context


@storable()
@everyone
@require_safe
def show(request: HttpRequest, site: str) -> HttpResponse:
    """What the last check found, on which day, why it stays, and where to say what else is wrong."""
    website = get_website(site)
    return _answer(request, website, {"body": frame(website.body)})


@storable()
@everyone
@require_safe
def show_own(request: HttpRequest) -> HttpResponse:
    """The same on the website's own domain, which the middleware of hosts has found, in the frame of its pages."""
    website, language = get_website(request.website.slug), get_language() or ""  # type: ignore[attr-defined]
    home = find_page(website, language, "")
    return _answer(request, website, frame_context(website, language, get_frame(home) if home else None))


def _answer(request: HttpRequest, website: Website, around: dict[str, Any]) -> HttpResponse:
    statement, language = queries.find_statement(website), get_language() or ""
    contact = FOOTER.get("inquiries")(website, None, language) if "inquiries" in FOOTER else []
    context = {
        **around,
        "shown": website.body,
        "home": (host_of(website) if website.own_host else "") + home_path(website, language),
        "statement": statement,
        "counts": [(TOLD.get(code, code), count) for code, count in statement.counts.items()] if statement else [],
        "reasons": _reasons(website, statement, language),
        "contact": next(iter(contact), None),
    }
    return render(request, "statements/statement.html", context)


@storable()
@everyone
@require_safe
def show_json(request: HttpRequest, site: str) -> HttpResponse:
    """The same as JSON; `checked_at` is null before the first check."""
    website = get_website(site)
    found = queries.find_statement(website)
    return JsonResponse(
        {
            "site": website.slug,
            "body": website.body.slug,
            "aims_at": "WCAG 2.2 AA",
            "checked_at": found.checked_at.isoformat() if found else None,
            "pages": found.pages if found else None,
            "pages_with_findings": found.faulty if found else None,
            "findings": found.counts if found else {},
            "reasons": [_reason(website, one, host_of(website)) for one in queries.list_reasons(found)],
        }
    )


def _reasons(website: Website, statement: Statement | None, language: str) -> list[dict[str, Any]]:
    """Those of pages in the reader's language."""
    here = "" if not website.own_host else host_of(website)
    return [
        _reason(website, one, here)
        for one in queries.list_reasons(statement)
        if one["path"].startswith(f"/{language}/")
    ]


def _reason(website: Website, kept: dict[str, Any], host: str) -> dict[str, Any]:
    address = host + path_of(kept["path"], website)
    return {"title": kept["title"], "address": address, "findings": kept["codes"], "reason": kept["reason"]}
