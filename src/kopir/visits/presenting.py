"""Counts as tables: pages by their titles with a link, addresses as readers typed them. No query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kopir.design.days import write_day
from kopir.visits.queries import Line
from kopir.visits.rules import split_language, split_way
from kopir.websites.addresses import address_of
from kopir.websites.models import SitePage, Website


@dataclass(frozen=True, slots=True)
class Table:
    """What `{% table %}` shows; `empty` stands where there are no rows."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: Sequence[int]
    empty: str


def tell_views(website: Website, lines: Iterable[Line]) -> Table:
    """The pages with how often they were read; one that is not shown any more without a link."""
    rows = [(_name_page(website, line), line.count, line.before) for line in lines]
    head = [_("Page"), _("Last 30 days"), _("30 days before")]
    return Table(_("Page views"), head, rows, [2, 3], _("No page was read yet."))


def tell_missing(
    website: Website, found: Iterable[Mapping[str, Any]], ends: Mapping[str, SitePage], *, may_lead: bool
) -> Table:
    """The addresses where there is nothing, with the page to which each leads by now, or the way to say that."""
    rows = [
        (
            write_path(website, row["path"]),
            row["sum"],
            write_day(row["last"]),
            _tell_end(website, row["path"], ends.get(row["path"]), may_lead=may_lead),
        )
        for row in found
    ]
    head = [_("Address"), _("How often"), _("Last day"), _("Leads to")]
    return Table(_("Addresses without a page"), head, rows, [2], _("Every address that was asked for has a page."))


def tell_searches(found: Iterable[Mapping[str, Any]]) -> Table:
    """What was looked for in vain."""
    names = dict(settings.LANGUAGES)
    rows = [(row["words"], names.get(row["language"], row["language"]), row["sum"]) for row in found]
    head = [_("Words"), _("Language"), _("How often")]
    return Table(
        _("Searches that found nothing"), head, rows, [3], _("Every search that was asked often found something.")
    )


def _name_page(website: Website, line: Line) -> str:
    page = line.page
    if page is None:
        return write_path(website, line.path)
    if not page.is_shown:
        return str(page.title)
    return _link(page)


def _tell_end(website: Website, path: str, page: SitePage | None, *, may_lead: bool) -> str:
    end = _link(page) if page is not None else ""
    if not may_lead or split_way(path) is None:
        return end
    address = f"{reverse('visits:lead', args=[website.slug])}?{urlencode({'from': path})}"
    choice = format_html('<a class="govuk-link" href="{}">{}</a>', address, _("Choose a page"))
    return format_html("{}<br>{}", end, choice) if end else choice


def _link(page: SitePage) -> str:
    language = page.url_path.split("/", 2)[1]
    return format_html('<a class="govuk-link" href="{}" lang="{}">{}</a>', address_of(page), language, page.title)


def write_path(website: Website, path: str) -> str:
    """The path on the host where the website answers now."""
    language, rest = split_language(path)
    return path if website.own_host or not language else f"/{language}/{website.slug}{rest}"
