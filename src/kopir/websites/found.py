"""What search finds of websites: every page that the public sees, in its language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from django.utils.html import strip_tags
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from kopir.base.texts import pick
from kopir.search.registry import FACETS, KINDS, SITES, SOURCES, Document, Source
from kopir.websites import addresses
from kopir.websites.facts import day_of, list_facets, list_words
from kopir.websites.models import SitePage, Website, list_types
from kopir.websites.sharing import list_shared
from kopir.websites.staleness import SOURCE

NAMES: Final = {"state": _("State"), "license": _("License")}
"""What the facets of pages are called."""


def register() -> None:
    """Put pages among what can be found. Called once at start-up."""
    SOURCES.add(SOURCE, Source(SOURCE, load, visible, list_ids))
    for model in list_types():
        KINDS.add(f"websites.{model._meta.model_name}", model._meta.verbose_name_plural)  # noqa: SLF001 - Django's own
    for name, words in NAMES.items():
        FACETS.add(name, words)
    SITES.add("websites", name_sites)


def load(ids: Sequence[str]) -> Iterable[Document]:
    """The documents of pages that are shown."""
    pages = SitePage.objects.shown().filter(pk__in=_numbers(ids)).specific()
    for page in pages.select_related("website__body", "content_type", for_specific_subqueries=True):
        language = page.url_path.split("/", 2)[1]
        with override(language):
            facets, text = list_facets(page), text_of(page)
        yield Document(
            key=str(page.pk),
            language=language,
            site=page.website.body_id,
            kind=f"websites.{page.content_type.model}",
            title=page.title,
            address=addresses.address_of(page),
            summary=page.summary,
            text=text,
            date=day_of(page),
            facets=facets,
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
    """The words of a page beside title and summary, a line for each block, and those of shared texts that it shows."""
    body = getattr(page, "body", None)
    parts = body.stream_block.get_searchable_content(body) if body else []
    shared = [text_of(item) for item in list_shared(page)]
    lines = (strip_tags(str(part)).strip() for part in [*parts, *shared, *list_words(page)])
    return "\n".join(line for line in lines if line)


def _numbers(ids: Collection[str]) -> list[int]:
    return [int(one) for one in ids if one.isdecimal()]
