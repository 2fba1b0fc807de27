"""Turns a page into what the public reads: frame, listing, languages. One function for each kind of page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html

from kopir.base import clock
from kopir.base.texts import pick
from kopir.bodies.models import Body, Worded
from kopir.bodies.presenting import CREST_PIXELS, BodyFrame, Picture, hours_in_words
from kopir.bodies.queries import find_map
from kopir.design.page import Choice, Link
from kopir.pagecache.recorder import note_until
from kopir.websites import addresses, queries
from kopir.websites.budgets import write_amount
from kopir.websites.footer import list_footer
from kopir.websites.languages import in_script, list_alternates
from kopir.websites.models import (
    PAGES,
    BudgetPage,
    ContactsPage,
    DivisionPage,
    HomePage,
    SectionPage,
    SitePage,
    Website,
)
from kopir.websites.rules import is_behind

PAGE_SIZE: Final = 20
LIMIT_TREE: Final = 500


def render_page(request: HttpRequest, page: SitePage, *, template: str = "", **more: Any) -> HttpResponse:  # noqa: ANN401
    """The page in its own language, with everything around it; `more` is for a `template` that is not its type's."""
    language = page.url_path.split("/", 2)[1]
    over_at, now = page.over_at, clock.now()
    if over_at is not None and over_at > now:
        note_until(over_at)
    with translation.override(language):
        frame = queries.get_frame(page)
        home = addresses.address_of(frame.home, seen_from=page.website)
        context = {
            **frame_context(page.website, language, frame, page),
            "page": page,
            "is_over": over_at is not None and over_at <= now,
            "way": [Link(above.title, addresses.address_of(above, seen_from=page.website)) for above in frame.above],
            **_languages_of(request, page, language),
            "feed_address": home + "feed.xml",
            "calendar_address": home + "calendar.ics",
            "news": [],
            **_CONTEXTS.get(type(page), _nothing)(request, page),
        }
        usual = f"websites/pages/{type(page).__name__.removesuffix('Page').lower()}.html"
        return render(request, template or usual, {**context, **more})


def frame_context(
    website: Website, language: str, frame: queries.Frame | None, page: SitePage | None = None
) -> dict[str, Any]:
    """What `design/base.html` shows around every page of a website."""
    body = website.body
    crest = Picture(body.crest.url, CREST_PIXELS, CREST_PIXELS) if body.crest else None
    home = addresses.home_path(website, language)
    return {
        "website": website,
        "body": BodyFrame(str(body.short_name), home, body.colors, crest, body.pk, body.region_id),
        "search_address": addresses.search_address(website, language),
        "footer_links": list_footer(website, page, language),
        "navigation": [
            Link(
                entry.title,
                addresses.address_of(entry, seen_from=website),
                is_current=page is not None and page.path.startswith(entry.path),
            )
            for entry in (frame.menu if frame else [])
        ],
    }


def _languages_of(request: HttpRequest, page: SitePage, language: str) -> dict[str, Any]:
    """The switch of languages, and for machines the same page in every language and script, and which this one is."""
    others = queries.list_translations(page)
    full = {code: addresses.full_address_of(other) for code, other in others.items()}
    full[language] = addresses.full_address_of(page)
    script = str(getattr(request, "script", ""))
    return {
        "original": _find_newer(page, others),
        "language_choices": list_choices(page, language, others),
        "alternates": list(list_alternates(full)),
        "canonical": in_script(full[language], language, script) if script else full[language],
    }


def _find_newer(page: SitePage, others: Mapping[str, SitePage]) -> dict[str, Any] | None:
    """The original of a translation that is older than it: its language, its address, its day; else None."""
    sources = [(other.last_published_at, code, other) for code, other in others.items() if not other.is_translation]
    newest = max((source for source in sources if source[0]), key=lambda source: source[0], default=None)
    if not page.is_translation or newest is None:
        return None
    published_at, code, source = newest
    if not is_behind(page.follows_at, page.last_published_at, published_at):
        return None
    address = addresses.address_of(source, seen_from=page.website)
    return {"day": published_at, "language": code, "name": dict(_languages())[code], "address": address}


def list_choices(page: SitePage, language: str, others: Mapping[str, SitePage]) -> list[Choice]:
    """This page in each language of the country; where one lacks it, an address that says so in that language."""
    own_path = page.url_path.split("/", 3)[3]
    choices = []
    for code, name in _languages():
        if code == language:
            address = addresses.address_of(page, seen_from=page.website)
        elif other := others.get(code):
            address = addresses.address_of(other, seen_from=page.website)
        else:
            address = addresses.path_of(f"/{code}/{page.website.slug}/{own_path}", page.website)
        choices.append(Choice(code, name, address, is_current=code == language))
    return choices


def _languages() -> list[tuple[str, str]]:
    from kopir.bodies.queries import get_country

    names = dict(settings.LANGUAGES)
    return [(code, str(names[code])) for code in get_country().language_codes]


def render_missing(request: HttpRequest, website: Website, language: str, path: str) -> HttpResponse:
    """A page that the site has not, or not in this language: a plain line, and where to read it."""
    ways = queries.list_ways(website, language, path)
    names = dict(settings.LANGUAGES)
    context = {
        **frame_context(website, language, None),
        "ways": [
            Choice(code, names[code], addresses.address_of(page, seen_from=website)) for code, page in ways.items()
        ],
        "home": addresses.home_path(website, language),
        "language_choices": [
            Choice(
                code,
                name,
                addresses.address_of(ways[code], seen_from=website)
                if code in ways
                else addresses.home_path(website, code),
                is_current=code == language,
            )
            for code, name in _languages()
        ],
    }
    return render(request, "websites/missing.html", context, status=404)


def render_gone(request: HttpRequest, website: Website, language: str) -> HttpResponse:
    """A page that was taken away, or a site that was closed, with who took over."""
    successor = website.successor
    context = {
        **frame_context(website, language, None),
        "successor": successor,
        "successor_name": Worded.of(successor.body.names) if successor else None,
        "successor_address": addresses.host_of(successor) + addresses.home_path(successor, language)
        if successor
        else "",
        "home": addresses.home_path(website, language),
    }
    return render(request, "websites/gone.html", context, status=410)


def _nothing(request: HttpRequest, page: Any) -> dict[str, Any]:  # noqa: ANN401 - any type of page
    return {}


def _home(request: HttpRequest, page: HomePage) -> dict[str, Any]:
    return {"news": list(queries.list_news(page)[:12]), "sections": list(queries.list_below(page))}


def _section(request: HttpRequest, page: SectionPage) -> dict[str, Any]:
    """The listing, page by page, and below it whatever else stands in the section."""
    listing: QuerySet[Any] = queries.list_below(page)
    rest: list[SitePage] = []
    size = PAGE_SIZE
    words: str | Promise = ""
    if page.listing != PAGES:
        now = clock.now()
        listing = queries.list_in(page, page.listing, now)
        rest = list(queries.list_below(page, page.listing)[:PAGE_SIZE])
        note_until(queries.next_end(listing, now))
        words = listing.model.listed.empty
        size = LIMIT_TREE if listing.model.listed.is_deep else PAGE_SIZE  # a tree stands on one page
    return {
        "many": Paginator(listing, size).get_page(request.GET.get("page")),
        "sections": rest,
        "empty": words,
        "listing_templates": [f"websites/listings/{page.listing}.html", "websites/listings/pages.html"],
    }


def _division(request: HttpRequest, page: DivisionPage) -> dict[str, Any]:
    return {"below": list(queries.list_in(page, "structure", clock.now())[:LIMIT_TREE])}


def _budget(request: HttpRequest, page: BudgetPage) -> dict[str, Any]:
    head, rows = page.budget.head, page.budget.rows
    cells = [(row.code, row.name, *map(write_amount, row.amounts)) for row in rows]
    return {"head": head, "rows": cells, "numbers": range(3, len(head) + 1)}


def _contacts(request: HttpRequest, page: ContactsPage) -> dict[str, Any]:
    """What the page leaves empty, as the register has it; a text in another language carries which."""
    body = page.website.body
    language = translation.get_language() or settings.LANGUAGE_CODE
    address, address_language = (page.address, language) if page.address else pick(body.postal_address, language)
    return {
        "address": address,
        "address_language": address_language if address_language != language else "",
        "phone": page.phone or body.phone,
        "hours": [page.hours] if page.hours else hours_in_words(body.hours),
        **_map_of(body),
    }


def _map_of(body: Body) -> dict[str, Any]:
    """The map of the country with the body's region, where both are known."""
    drawn, region = find_map(), body.region
    region = region.parent if region and region.parent else region
    if drawn is None or region is None or region.code not in drawn.paths:
        return {}
    source = format_html('<span lang="en" translate="no">{}</span>', drawn.source)  # a name, the same in each script
    return {"map": drawn, "map_source": source, "region": region}


_CONTEXTS: Final[Mapping[type[SitePage], Callable[[HttpRequest, Any], dict[str, Any]]]] = {
    HomePage: _home,
    DivisionPage: _division,
    BudgetPage: _budget,
    SectionPage: _section,
    ContactsPage: _contacts,
}
