"""What templates of pages ask: addresses of pages and files, pictures in a size. No query of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from kopir.design.days import write_day
from kopir.websites import addresses
from kopir.websites.budgets import write_amount
from kopir.websites.models import SiteDocument, SiteImage, SitePage
from kopir.websites.renditions import Size, find_picture

register = template.Library()


@register.filter(name="address")
def address_filter(page: SitePage) -> str:
    """The address of a page, as a link from a page of the same website."""
    return addresses.address_of(page, seen_from=page.website)


@register.filter
def card_address(card: Any) -> str:  # noqa: ANN401 - the value of a block
    """Where a card leads: to a page that the public sees, or to an address elsewhere; "" for neither."""
    page = card.get("page")
    if not isinstance(page, SitePage) or not page.is_shown:
        return str(card.get("address") or "")
    return addresses.full_address_of(page)


@register.filter
def file_address(document: SiteDocument) -> str:
    """Where a file is fetched."""
    return document.url


@register.filter
def small(image: SiteImage | None) -> dict[str, Any] | None:
    """The picture as cards show it."""
    return find_picture(image, Size.SMALL)


@register.filter
def portrait(image: SiteImage | None) -> dict[str, Any] | None:
    """The picture as that of a person."""
    return find_picture(image, Size.PORTRAIT)


@register.filter
def large(image: SiteImage | None) -> dict[str, Any] | None:
    """The picture as it stands in a text."""
    return find_picture(image, Size.LARGE)


@dataclass
class Branch:
    """A page of a tree with those below it."""

    page: SitePage
    below: list[Branch] = field(default_factory=list)


@register.simple_tag
def nest(pages: Iterable[SitePage]) -> list[Branch]:
    """Pages in the order of their paths as a tree; a page whose own above is not among them stands at the root."""
    roots: list[Branch] = []
    known: dict[str, Branch] = {}
    for page in pages:
        branch = known[page.path] = Branch(page)
        above = known.get(page.path[: -SitePage.steplen])
        (above.below if above else roots).append(branch)
    return roots


@register.filter
def amount(value: Decimal | None) -> str:
    """A sum in groups of three digits."""
    return "" if value is None else write_amount(value)


@register.filter(expects_localtime=True)
def when(instant: datetime) -> SafeString:
    """An instant as people read it, day and time in the country's zone, with the same for programs."""
    return format_html('<time datetime="{}">{}, {}</time>', instant.isoformat(), write_day(instant), _hour(instant))


@register.simple_tag
def period(begins: datetime, ends: datetime) -> SafeString:
    """From when to when: on one day the day is said once."""
    begins, ends = localtime(begins), localtime(ends)
    if begins.date() != ends.date():
        return format_html("{} – {}", when(begins), when(ends))
    return format_html('{}–<time datetime="{}">{}</time>', when(begins), ends.isoformat(), _hour(ends))


def _hour(instant: datetime) -> str:
    return f"{instant:%H:%M}"


@register.inclusion_tag("websites/fact.html")
def fact(name: str, value: Any, prop: str = "") -> dict[str, Any]:  # noqa: ANN401 - what a template can show
    """A line of a list of facts; nothing where there is no value. `prop` is its name for schema.org."""
    return {"name": name, "value": value, "prop": prop}
