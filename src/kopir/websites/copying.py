"""Copies the pages of one website into another: what is structure, not what happened there.

News, people and documents stay behind, and so do pictures, files and shared texts: they belong to the body that wrote
them. Blocks that name them are left out, and links to them become plain words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from wagtail.models import Page

from kopir.websites.factory import Planned, content_key, make_pages
from kopir.websites.models import ContactsPage, HomePage, LanguageRoot, SectionPage, SitePage, Website

COPIED: Final = (HomePage, SectionPage, ContactsPage)
FIELDS: Final[Mapping[type[SitePage], tuple[str, ...]]] = {
    HomePage: ("summary",),
    SectionPage: ("summary", "listing"),
    ContactsPage: ("summary",),
}
OWN: Final = frozenset({"picture", "files", "cards", "shared"})
"""Blocks that hold what is the source's or was chosen for it: pictures, files, ways to its pages, shared texts."""
_PAGE_LINK: Final = re.compile(r'<a [^>]*linktype="(?:page|document)"[^>]*>(.*?)</a>', re.DOTALL)


def copy_pages(source: Website, target: Website, roots: Mapping[str, LanguageRoot], now: datetime) -> int:
    """Make the pages of `target` from those that `source` shows, and return how many there are."""
    placed: dict[str, Planned] = {}
    planned: list[Planned] = []
    pages = SitePage.objects.shown().filter(website=source, path__gt="").order_by("path").specific()
    for page in pages:
        if type(page) not in COPIED:
            continue
        is_home = isinstance(page, HomePage)
        language = page.url_path.split("/", 2)[1]
        above: Planned | Page | None = roots.get(language) if is_home else placed.get(page.path[: -Page.steplen])
        if above is None:
            continue
        title = target.body.names.get(language) or page.title
        each = Planned(
            model=type(page),
            slug=target.slug if is_home else page.slug,
            above=above,
            website=target,
            locale_id=page.locale_id,
            fields={
                "title": title[:255] if is_home else page.title,
                "show_in_menus": page.show_in_menus,
                "body": copy_blocks(page.body.get_prep_value()),
                **{name: getattr(page, name) for name in FIELDS[type(page)]},
            },
            translation_key=content_key(target.pk, str(page.translation_key)),
        )
        placed[page.path] = each
        planned.append(each)
    make_pages(planned, now)
    return len(planned)


def copy_blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks without what belongs to the source; links to its pages and files become plain words."""
    return [_unlink(block) for block in blocks if block["type"] not in OWN]


def _unlink(value: Any) -> Any:  # noqa: ANN401 - any part of a block
    if isinstance(value, str):
        return _PAGE_LINK.sub(r"\1", value)
    if isinstance(value, list):
        return [_unlink(part) for part in value]
    if isinstance(value, dict):
        return {key: _unlink(part) for key, part in value.items()}
    return value
