"""The listings of this room that kept pages show, as tags: `queries` note them, `staleness` touches them.

Pages, websites, pictures and files have tags of their own, noted when they come out of the database, as
"wagtailcore.page:12". A listing's tag is for what enters or leaves it, or changes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

MENU_DEPTH: Final = 4
"""The depth in the tree of pages right below a home page: top, language, home, then these."""
PAGE: Final = "wagtailcore.page"
WORD: Final = "websites.fixedword"
REDIRECT: Final = "websites.redirect"
"""What leads away from an address is covered by the tag of the address: `at`."""
FILES: Final = ("websites.siteimage", "websites.sitedocument")
"""What a listing of pages joins: which picture or file it is follows from the page, and may be none."""


def page(pk: int) -> str:
    """One page."""
    return f"{PAGE}:{pk}"


def at(url_path: str) -> str:
    """The page at an address, there or not."""
    return f"{PAGE}:at:{url_path}"


def children_of(url_path: str) -> str:
    """The pages right below the one at an address; its path in the tree changes when those beside it are sorted."""
    return f"{PAGE}:children:{url_path}"


def menu_of(website_id: int, locale_id: int) -> str:
    """The menu of a website in a language."""
    return f"{PAGE}:menu:{website_id}:{locale_id}"


def listed_of(name: str, website_id: int, locale_id: int) -> str:
    """All pages of a website in a language that stand in the listing of this name, wherever: its news, its events."""
    return f"{PAGE}:listed:{name}:{website_id}:{locale_id}"


def content(key: UUID) -> str:
    """The pages of one content in all languages."""
    return f"{PAGE}:content:{key}"


def pages_of(website_id: int) -> str:
    """All pages of a website: its map."""
    return f"{PAGE}:website:{website_id}"


def website_at(slug: str) -> str:
    """The website with this first segment, there or not, also one that has left it."""
    return f"websites.website:at:{slug}"


def website_of(body_id: int) -> str:
    """The website of a body, there or not."""
    return f"websites.website:of:{body_id}"


def words_of(language: str, slug: str) -> str:
    """The words whose other script is fixed for a website; "" for those of the platform."""
    return f"{WORD}:{language}:{slug}"


WEBSITES: Final = "websites.website:all"


def listings_of(row: Mapping[str, object]) -> frozenset[tuple[str, object]]:
    """The listings that hold a page as its row is, each with what its place there depends on; none if it is not shown.

    `row` has live, path, depth, url_path, website_id, locale_id, translation_key, show_in_menus;
    `listed`: the name of the listing of its type, or ""; and `place`: on what the place there depends beside the path.
    """
    if not row["live"]:
        return frozenset()
    path, url_path = str(row["path"]), str(row["url_path"])
    website, locale = row["website_id"], row["locale_id"]
    assert isinstance(website, int)  # noqa: S101 - the columns are
    assert isinstance(locale, int)  # noqa: S101
    place = (row["place"], path)
    found: set[tuple[str, object]] = {
        (at(url_path), None),
        (children_of(url_path[: url_path.rindex("/", 0, -1) + 1]), place),
        (f"{PAGE}:content:{row['translation_key']}", url_path),
        (pages_of(website), url_path),
    }
    if row["depth"] == MENU_DEPTH and row["show_in_menus"]:
        found.add((menu_of(website, locale), path))
    if row["listed"]:
        found.add((listed_of(str(row["listed"]), website, locale), place))
    return frozenset(found)
