"""Every read of the room, narrowed to the websites that whoever asks works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Max, Q, QuerySet, Sum

from kopir.base.actors import Actor
from kopir.visits.models import MissingAddress, VainSearch, Views
from kopir.visits.rules import SHOWN_DAYS, bodies_of, may_lead, split_way
from kopir.websites.errors import UnknownSiteError
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import list_led, list_websites

MOST: Final = 100
"""Lines of each table: those with the largest numbers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A page, or where none is known its path; how often it was read in the last days, and in as many before."""

    page: SitePage | None
    path: str
    count: int
    before: int


def list_seen_websites(actor: Actor) -> QuerySet[Website]:
    """The websites whose counts the actor sees."""
    return list_websites().filter(body__in=bodies_of(actor))


def get_seen_website(slug: str, actor: Actor) -> Website:
    """One of them. Raises UnknownSiteError."""
    found = list_seen_websites(actor).filter(slug=slug).first()
    if found is None:
        raise UnknownSiteError(name=slug)
    return found


def get_led_website(slug: str, actor: Actor) -> Website:
    """One from whose addresses the actor leads on. Raises UnknownSiteError."""
    found = get_seen_website(slug, actor)
    if not may_lead(actor, found.body_id):
        raise UnknownSiteError(name=slug)
    return found


def list_views(website: Website, today: date) -> list[Line]:
    """What was read most on a website in the last `SHOWN_DAYS` days, today among them."""
    since = today - timedelta(days=SHOWN_DAYS - 1)
    before = since - timedelta(days=SHOWN_DAYS)
    rows = (
        Views.objects.filter(website=website, day__gte=before, day__lte=today)
        .values("page_number", "path")
        .annotate(now=Sum("count", filter=Q(day__gte=since), default=0))
        .annotate(earlier=Sum("count", filter=Q(day__lt=since), default=0))
        .order_by("path")
    )
    found: dict[int | str, list[Any]] = {}
    for row in rows:
        line = found.setdefault(row["page_number"] or row["path"], [row["page_number"], row["path"], 0, 0])
        line[2] += row["now"]
        line[3] += row["earlier"]
    best = sorted((line for line in found.values() if line[2]), key=lambda line: (-line[2], line[1]))[:MOST]
    pages = SitePage.objects.of(website).select_related("website").in_bulk([line[0] for line in best if line[0]])
    return [Line(pages.get(number), path, now, earlier) for number, path, now, earlier in best]


def count_views(websites: Sequence[Website], today: date) -> dict[int, int]:
    """How often pages of each of these websites were read in the last `SHOWN_DAYS` days."""
    since = today - timedelta(days=SHOWN_DAYS - 1)
    rows = Views.objects.filter(website__in=websites, day__gte=since, day__lte=today).values("website")
    return {row["website"]: row["sum"] for row in rows.annotate(sum=Sum("count")).order_by()}


def count_page_views(website: Website, pages: Iterable[int], today: date) -> dict[int, int]:
    """How often each of these pages (ids) of a website was read in the last `SHOWN_DAYS` days; only those that were."""
    since = today - timedelta(days=SHOWN_DAYS - 1)
    found = Views.objects.filter(website=website, page_number__in=[*pages], day__gte=since, day__lte=today)
    rows = found.values_list("page_number").annotate(sum=Sum("count")).order_by()
    return {number: count for number, count in rows if number is not None}


def list_missing(website: Website, today: date) -> list[dict[str, Any]]:
    """The addresses of a website that led nowhere: `path`, `sum`, the `last` day; those asked for most first."""
    return _lately(MissingAddress.objects.filter(website=website), today, "path")


def list_ends(website: Website, paths: Iterable[str]) -> dict[str, SitePage]:
    """By those of these addresses that lead on by now: to which page."""
    ways = {path: way for path in paths if (way := split_way(path))}
    led = list_led(website, {way for _language, way in ways.values()})
    return {path: led[way] for path, way in ways.items() if way in led}


def list_searches(website: Website | None, today: date) -> list[dict[str, Any]]:
    """What was looked for in vain on a website, or everywhere (None): `words`, `language`, `sum`, the `last` day."""
    found = VainSearch.objects.filter(website=website).exclude(words="")
    return _lately(found, today, "words", "language")


def _lately(found: QuerySet[Any], today: date, *names: str) -> list[dict[str, Any]]:
    since = today - timedelta(days=SHOWN_DAYS - 1)
    rows = found.filter(day__gte=since, day__lte=today).values(*names)
    return list(rows.annotate(sum=Sum("count"), last=Max("day")).order_by("-sum", *names)[:MOST])
