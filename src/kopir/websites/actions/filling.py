"""Filling a website at once: texts for pages that nobody has written on, and pages below them, published as they come.

For content that comes as a whole: what a demonstration shows, what an old site held. No revision is made, and nobody
reviews; whatever people have begun to write is left alone.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.search.backends import get_search_backend

from kopir.base.actors import Actor
from kopir.pagecache.actions import spare
from kopir.websites.actions.media import note_uses
from kopir.websites.actions.sites import note, only_operators
from kopir.websites.errors import SiteArchivedError
from kopir.websites.factory import Planned, block_id, make_pages
from kopir.websites.models import SitePage, Website, WebsiteState
from kopir.websites.staleness import note_website
from kopir.websites.tags import PAGE

Fields = Mapping[str, Mapping[str, Any]]
"""By language the fields of a page by name; `body` is a list of blocks, each with type and value."""


@dataclass(frozen=True)
class Text:
    """What the page at `path` says in each language: "" is the home page, "about/structure" one below it."""

    path: str
    fields: Fields


@dataclass(frozen=True)
class NewPage:
    """A page to be made below the one at `under`, in each of the languages of its fields, as one content.

    What stands at `under` is on the website, or stands before it in the list.
    """

    model: type[SitePage]
    under: str
    slug: str
    fields: Fields

    @property
    def path(self) -> str:
        """The way to it from the home page."""
        return f"{self.under}/{self.slug}".strip("/")


@transaction.atomic
def fill_website(
    *, website: Website, texts: Sequence[Text], pages: Sequence[NewPage], actor: Actor, now: datetime
) -> int:
    """Write the texts and make the pages, and return how many were written or made. A page that is there is not made.

    Raises NotAllowedError for everybody but operators and the system, SiteArchivedError, and LookupError for a path
    that the website has in none of the languages.
    """
    only_operators(actor)
    if Website.objects.select_for_update().get(pk=website.pk).state != WebsiteState.OPEN:
        raise SiteArchivedError(name=website.slug)
    placed = {_place(page): page for page in SitePage.objects.of(website).select_related("website").specific()}
    known = {path for _language, path in placed}
    for above, path in [*((text.path, text.path) for text in texts), *((page.under, page.path) for page in pages)]:
        if above not in known:
            raise LookupError(above)
        known.add(path)
    written = _write(website, texts, placed, now)
    made = _make(website, pages, placed, now)
    note_uses(made, written)
    note_website(website.pk, [website.slug])
    spare(PAGE)  # every page of the website carries its tag
    counted = {"written": len(written), "made": len(made)}
    note(website, "websites.fill_website", after=counted, actor=actor, now=now)
    return sum(counted.values())


def _place(page: SitePage) -> tuple[str, str]:
    """The language of a page and its path below the home page."""
    _empty, language, _slug, path = page.url_path.split("/", 3)
    return language, path.rstrip("/")


def _write(
    website: Website, texts: Iterable[Text], placed: Mapping[tuple[str, str], SitePage], now: datetime
) -> list[SitePage]:
    changed: dict[tuple[type[SitePage], tuple[str, ...]], list[SitePage]] = defaultdict(list)
    for text in texts:
        for language, fields in text.fields.items():
            page = placed.get((language, text.path))
            if page is None or page.latest_revision_id is not None:
                continue
            for name, value in _with_ids(website, text.path, fields).items():
                setattr(page, name, value)
            page.draft_title, page.changed_at, page.last_published_at = page.title, now, now
            changed[type(page), tuple(sorted(fields))].append(page)
    search = get_search_backend()
    for (model, names), rows in changed.items():
        model.objects.bulk_update(rows, {*names, "draft_title", "changed_at", "last_published_at"})
        search.add_bulk(model, rows)
    return [page for rows in changed.values() for page in rows]


def _make(
    website: Website, pages: Iterable[NewPage], placed: Mapping[tuple[str, str], SitePage], now: datetime
) -> list[int]:
    planned: dict[tuple[str, str], Planned] = {}
    for page in pages:
        key = uuid.uuid4()
        for language, fields in page.fields.items():
            above = planned.get((language, page.under)) or placed.get((language, page.under))
            if above is None or (language, page.path) in placed:
                continue
            planned[language, page.path] = Planned(
                model=page.model,
                slug=page.slug,
                above=above if isinstance(above, Planned) else above.page_ptr,
                website=website,
                locale_id=above.locale_id,
                fields=_with_ids(website, page.path, fields),
                translation_key=key,
            )
    return make_pages([*planned.values()], now)


def _with_ids(website: Website, path: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with an id for each block: the same in every language, those of the template where it has as many."""
    found = dict(fields)
    if "body" in found:
        found["body"] = [
            {**block, "id": block_id(website.template, path, str(number))}
            for number, block in enumerate(found["body"], 1)
        ]
    return found
