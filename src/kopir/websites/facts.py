"""What pages say of their thing in fields of its own: as values for programs, and as words for search."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.html import strip_tags
from django.utils.timezone import localtime
from wagtail.fields import RichTextField

from kopir.websites import addresses
from kopir.websites.models import SiteDocument, SitePage

Value = str | list[dict[str, str]] | None


def list_facts(page: SitePage) -> dict[str, Value]:
    """The facts of a page by the names of their fields; days and instants as ISO 8601 writes them, texts plain.

    What is a table is given by the method `read_NAME` of its type.
    """
    return {name: _value(page, name) for name in page.facts}


def list_words(page: SitePage) -> list[str]:
    """The facts that are words, and of choices the words that readers see."""
    found = [_shown(page, name) for name in page.facts]
    return [value for value in found if isinstance(value, str) and value]


def list_facets(page: SitePage) -> dict[str, list[str]]:
    """By the names of facets what readers see of each."""
    found = {name: _shown(page, name) for name in page.facets}
    return {name: [value] for name, value in found.items() if value}


def day_of(page: SitePage) -> date | None:
    """The day of the thing, or else that on which the page was published first."""
    day = getattr(page, page.day) if page.day else page.first_published_at
    return localtime(day).date() if isinstance(day, datetime) else day


def _value(page: SitePage, name: str) -> Value:
    read = getattr(page, f"read_{name}", None)
    if read is not None:
        rows: list[dict[str, str]] = read()
        return rows
    value = getattr(page, name)
    if isinstance(value, date):  # an instant is one as well
        return value.isoformat()
    if isinstance(value, SiteDocument):
        return addresses.host_of(page.website) + value.url
    if isinstance(page._meta.get_field(name), RichTextField):  # noqa: SLF001 - Django's own way to a field
        return strip_tags(value.replace("</p>", "</p>\n").replace("</li>", "</li>\n")).strip()
    return None if value is None else str(value)


def _shown(page: SitePage, name: str) -> str:
    """A word of the page; "" for what is no words: days, numbers, files."""
    words = getattr(page, f"get_{name}_display", None)
    if words is not None:
        return str(words())
    value = _value(page, name) if isinstance(getattr(page, name), str) else ""
    return value if isinstance(value, str) else ""
