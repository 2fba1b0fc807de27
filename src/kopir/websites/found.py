"""What search finds of websites: every page that the public sees, in its language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kopir.base.texts import pick
from kopir.search.registry import KINDS, SITES, SOURCES, Document, Source
from kopir.websites import addresses
from kopir.websites.models import DocumentPage, NewsPage, PersonPage, SitePage, Website
from kopir.websites.staleness import SOURCE

TYPES = {
    "homepage": _("Websites"),
    "sectionpage": _("Sections"),
    "newspage": _("News"),
    "personpage": _("People"),
    "documentpage": _("Documents"),
    "contactspage": _("Contacts"),
}


def register() -> None:
    """Put pages among what can be found. Called once at start-up."""
    SOURCES.add(SOURCE, Source(SOURCE, load, visible, list_ids))
    for model, name in TYPES.items():
        KINDS.add(f"websites.{model}", name)
    SITES.add("websites", name_sites)


def load(ids: Sequence[str]) -> Iterable[Document]:
    """The documents of pages that are shown."""
    pages = SitePage.objects.shown().filter(pk__in=_numbers(ids)).select_related("website__body", "content_type")
    for page in pages.specific():
        yield Document(
            key=str(page.pk),
            language=page.url_path.split("/", 2)[1],
            site=page.website.body_id,
            kind=f"websites.{page.content_type.model}",
            title=page.title,
            address=addresses.address_of(page),
            summary=page.summary,
            text=text_of(page),
            date=_day(page),
        )


def visible(ids: Collection[str]) -> set[str]:
    """Those that the public may see at this moment."""
    found = SitePage.objects.shown().filter(pk__in=_numbers(ids))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def list_ids() -> Iterable[str]:
    """The ids of all pages that are shown."""
    return (str(pk) for pk in SitePage.objects.shown().values_list("pk", flat=True).iterator())


def name_sites(ids: Collection[int]) -> dict[int, str]:
    """The names of websites by the ids of their bodies, for the reader."""
    found = Website.objects.filter(body__in=ids).select_related("body")
    return {website.body_id: pick(website.body.names, get_language() or "en")[0] for website in found}


def text_of(page: SitePage) -> str:
    """The words of a page beside title and summary, a line for each block."""
    parts = []
    if body := getattr(page, "body", None):
        parts += body.stream_block.get_searchable_content(body)
    if isinstance(page, PersonPage):
        parts += [page.name, page.duties, page.biography, page.reception]
    if isinstance(page, DocumentPage):
        parts += [page.kind, page.number, page.signatory]
    lines = (strip_tags(str(part)).strip() for part in parts)
    return "\n".join(line for line in lines if line)


def _day(page: SitePage) -> date | None:
    if isinstance(page, NewsPage):
        return page.happened_on
    if isinstance(page, DocumentPage):
        return page.dated_on
    return page.first_published_at.date() if page.first_published_at else None


def _numbers(ids: Collection[str]) -> list[int]:
    return [int(one) for one in ids if one.isdecimal()]
