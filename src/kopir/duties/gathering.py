"""Gathers the facts of a website: what the public sees of it at this moment. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import DateField, FileField, ForeignKey
from django.utils.html import strip_tags

from kopir.base.texts import pick
from kopir.bodies.queries import get_country
from kopir.duties.facts import Facts, Page, digest_of
from kopir.duties.models import FileFinding, LinkFinding
from kopir.duties.papers import has_text
from kopir.duties.walking import Walk, walk
from kopir.websites import addresses
from kopir.websites.found import text_of
from kopir.websites.models import ContactsPage, MediaUse, SiteDocument, SitePage, Website
from kopir.websites.packs import read_template

BATCH: Final = 500
LONGEST_ADDRESS_BYTES: Final = 2000


def gather(website: Website) -> Facts:
    """The facts of a website."""
    found = SitePage.objects.shown().of(website).select_related("website__body").order_by("pk")
    files, languages = _files_of(website), list(get_country().language_codes)
    sources = _sources_of(found)
    pages = [_page(page, files, sources) for page in found.specific().iterator(chunk_size=BATCH)]
    walks = {language: walk(website, language) for language in languages}
    return Facts(
        opened_on=_day(website.created_at),
        languages=languages,
        pages=[replace(page, clicks=walks[page.language].clicks.get(_path(page, website))) for page in pages],
        stock=sorted(_stock(website)),
        walked=[language for language in languages if walks[language].is_whole],
        files=_read_papers({name for names in files.values() for name in names if name.endswith(".pdf")}),
        links=_links(pages, walks, website),
    )


def _path(page: Page, website: Website) -> str:
    """Where a page is on the host of its website."""
    below = f"{page.path}/" if page.path else ""
    return addresses.path_of(f"/{page.language}/{website.slug}/{below}", website)


def _links(
    pages: Iterable[Page], walks: Mapping[str, Walk], website: Website
) -> dict[str, tuple[bool | None, list[int]]]:
    """The addresses to which pages lead, whether each answers as far as is known, and the pages."""
    ids = {_path(page, website): page.id for page in pages}
    leading: dict[str, set[int]] = defaultdict(set)
    for found in walks.values():
        for address, paths in found.outward.items():
            if len(address.encode()) <= LONGEST_ADDRESS_BYTES:
                leading[address] |= {ids[path] for path in paths if path in ids}
    known = dict(LinkFinding.objects.filter(address__in=list(leading)).values_list("address", "is_alive"))
    return {address: (known.get(address), sorted(found)) for address, found in sorted(leading.items()) if found}


def _read_papers(names: set[str]) -> dict[str, bool | None]:
    """Whether each file holds a text: as was found before, or by reading it now."""
    found = dict(FileFinding.objects.filter(name__in=names).values_list("name", "has_text"))
    storage = SiteDocument._meta.get_field("file").storage  # noqa: SLF001 - how Django describes a model
    for name in names - set(found):
        try:
            with storage.open(name) as file:
                found[name] = has_text(file)
        except FileNotFoundError:
            found[name] = None
    return dict(sorted(found.items()))


def _page(page: SitePage, files: Mapping[int, list[str]], sources: Mapping[str, datetime]) -> Page:
    _empty, language, _site, path = page.url_path.split("/", 3)
    words = text_of(page).split()
    key = str(page.translation_key)
    return Page(
        id=page.pk,
        key=key,
        language=language,
        kind=page.content_type.model.removesuffix("page"),
        path=path.strip("/"),
        words=len(words),
        digest=digest_of(words),
        published_on=_day(page.first_published_at),
        changed_on=_day(page.last_published_at),
        is_behind=_is_behind(page, sources.get(key)),
        fields=_fields(page, language),
        files=files.get(page.pk, []),
    )


def _fields(page: SitePage, language: str) -> dict[str, int]:
    """How many words each field of the page's own type has; what contacts leave empty is shown from the register."""
    counts = {}
    for field in type(page)._meta.local_concrete_fields:  # noqa: SLF001 - Django's own way to go through fields
        if field.primary_key or hasattr(field, "stream_block"):
            continue
        value: Any = field.value_from_object(page)
        if isinstance(field, ForeignKey | DateField | FileField):
            counts[field.name] = int(bool(value))
        elif isinstance(value, str):
            counts[field.name] = len(strip_tags(value).split())
    if isinstance(page, ContactsPage):
        body = page.website.body
        address, told_in = pick(body.postal_address, language)
        counts["address"] = counts["address"] or (len(address.split()) if told_in == language else 0)
        counts["phone"] = counts["phone"] or len(body.phone.split())
        counts["hours"] = counts["hours"] or len(body.hours)
    return counts


def _files_of(website: Website) -> dict[int, list[str]]:
    """The names of files by the pages that offer them."""
    found: dict[int, list[str]] = defaultdict(list)
    uses = MediaUse.objects.filter(page__website=website, document__isnull=False).order_by("document")
    for page, name in uses.values_list("page", "document__file"):
        found[page].append(name)
    return found


def _sources_of(pages: Any) -> dict[str, datetime]:  # noqa: ANN401 - a queryset of Wagtail's
    """When the source of each content was published last, by the key of the content."""
    found: dict[str, datetime] = {}
    originals = pages.filter(is_translation=False, last_published_at__isnull=False)
    for key, at in originals.values_list("translation_key", "last_published_at"):
        found[str(key)] = max(at, found.get(str(key), at))
    return found


def _is_behind(page: SitePage, source: datetime | None) -> bool:
    """Whether the page is a translation of what was published anew since."""
    if not page.is_translation or source is None:
        return False
    follows = page.follows_at or page.last_published_at
    return follows is not None and follows < source


def _stock(website: Website) -> Iterable[str]:
    """The digests of the texts with which the website began."""
    try:
        template = read_template(website.template)
    except LookupError:
        return []
    return {digest_of(text.split()) for plan in template.pages for text in plan.texts.values()}


def _day(at: datetime | None) -> str:
    """The day in the country's own time."""
    return at.astimezone(get_country().zone).date().isoformat() if at else ""


def today_of(now: datetime) -> date:
    """The day that calendars of the country show."""
    return now.astimezone(get_country().zone).date()
