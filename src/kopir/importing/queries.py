"""Reads: what came before, where it goes, and which page an old address leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from kopir.importing.errors import NoSectionError
from kopir.importing.models import ImportedFile, ImportedItem
from kopir.websites.media_queries import find_address
from kopir.websites.models import SectionPage, SitePage, Website

CHUNK = 500


def find_led(website: Website | None, host: str, paths: Sequence[str]) -> SitePage | None:
    """The shown page to which an old address leads; `paths` in the form of `items.old_path`, the more exact first.

    On the own domain of a website all that came to it counts, that of the same host before others; on the portal's
    host (None) what was at that host, whichever website it is on now.
    """
    found = ImportedItem.objects.filter(old_path__in=[path for path in paths if path])
    found = found.filter(old_host=host) if website is None else found.filter(website=website)
    shown = [item for item in found.select_related("page__website") if item.page and item.page.is_shown]
    best = min(shown, key=lambda item: (paths.index(item.old_path), item.old_host != host), default=None)
    return best.page if best else None


def find_led_file(website: Website | None, host: str, old_path: str) -> str:
    """The address of the public picture or file that was at `old_path`, found the same way; "" where there is none."""
    found = ImportedFile.objects.filter(old_path=old_path).select_related("image", "document")
    found = found.filter(old_host=host) if website is None else found.filter(website=website)
    rows = sorted(found, key=lambda row: (row.old_host != host, row.pk))
    kept = [each for row in rows if (each := row.image or row.document) is not None]
    return next(filter(None, map(find_address, kept)), "")


def get_files(website: Website) -> QuerySet[ImportedFile]:
    """The pictures and files that came before."""
    return ImportedFile.objects.filter(website=website)


def get_section(website: Website, language: str, listing: str, path: str = "") -> SectionPage:
    """The section that lists this kind: the first in the tree, or the one at `path`. Raises NoSectionError."""
    found = SectionPage.objects.of(website).filter(listing=listing, url_path__startswith=f"/{language}/")
    if path:
        found = found.filter(url_path=f"/{language}/{website.slug}/{path.strip('/')}/")
    section: SectionPage | None = found.order_by("path").first()
    if section is None:
        raise NoSectionError(name=website.slug, language=language)
    return section


def get_imported(website: Website, source: str, language: str) -> dict[str, ImportedItem]:
    """What came from a source before, by key."""
    found = ImportedItem.objects.filter(website=website, source=source, language=language)
    return {item.key: item for item in found}


def get_keys_elsewhere(website: Website, source: str, language: str) -> dict[str, object]:
    """The translation key of what the same source brought in other languages, by its key there."""
    found = ImportedItem.objects.filter(website=website, source=source, page__isnull=False).exclude(language=language)
    return dict(found.values_list("key", "page__translation_key"))


def lock_pages(items: Iterable[ImportedItem]) -> None:
    """Let nobody write on the pages of items until the transaction ends."""
    ids = sorted(item.page_id for item in items if item.page_id is not None)
    for start in range(0, len(ids), CHUNK):
        found = SitePage.objects.select_for_update(of=("self", "page_ptr")).filter(pk__in=ids[start : start + CHUNK])
        list(found.order_by("pk"))


def get_pages(items: list[ImportedItem]) -> dict[int, SitePage]:
    """The pages of items as their own types, by id."""
    ids = [item.page_id for item in items if item.page_id is not None]
    found = {}
    for start in range(0, len(ids), CHUNK):
        pages = SitePage.objects.filter(pk__in=ids[start : start + CHUNK]).select_related("website").specific()
        found.update({page.pk: page for page in pages})
    return found
