"""Templates of websites, read from the files under `packs/`: which pages a new site begins with, in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kopir.websites.models import PAGES, list_listed

FOLDER: Final = Path(__file__).parent / "packs"
KINDS: Final = frozenset({"home", "section", "contacts", "person"})
BLOCKS: Final = frozenset({"paragraph", "heading", "inset"})


class TemplateError(ValueError):
    """A file of a template says what cannot be; the message names file, page and fault."""


@dataclass(frozen=True)
class BlockPlan:
    """A block of a page: its key, which stays what it is in later versions, its kind, its words by language."""

    key: str
    kind: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class PagePlan:
    """A page of a template: where it stands, what it is, its words by language. `parent` is "" below the home page.

    `key` stays what it is in later versions, wherever the page stands then; it is the first path unless the file says.
    `texts` are the words of its first paragraph, `blocks` what follows that.
    """

    key: str
    slug: str
    parent: str
    kind: str
    listing: str
    is_in_menu: bool
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    blocks: tuple[BlockPlan, ...] = ()

    @property
    def path(self) -> str:
        """The way to it from the home page, which is "" itself."""
        return "" if self.kind == "home" else f"{self.parent}/{self.slug}".strip("/")


@dataclass(frozen=True)
class SiteTemplate:
    """A template: its version, and its pages, each behind the one above it. The first is the home page."""

    name: str
    version: int
    titles: Mapping[str, str]
    pages: tuple[PagePlan, ...]


def list_templates() -> list[str]:
    """The names of all templates."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def read_template(name: str) -> SiteTemplate:
    """The template of this name. Raises LookupError for another one, TemplateError for a file that is none."""
    if name not in list_templates():
        raise LookupError(name)
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    pages = tuple(_read_page(name, page) for page in data["pages"])
    _check(name, pages)
    return SiteTemplate(name, int(data.get("version", 1)), data.get("titles", {}), pages)


def _read_page(name: str, data: Mapping[str, Any]) -> PagePlan:
    kind = data.get("kind", "section")
    path = "" if kind == "home" else f"{data.get('parent', '')}/{data['slug']}".strip("/")
    page = PagePlan(
        data.get("key", path),
        data["slug"],
        data.get("parent", ""),
        kind,
        data.get("listing", "pages"),
        bool(data.get("in_menu", False)),
        data["titles"],
        data.get("texts", {}),
        tuple(BlockPlan(block["key"], block["kind"], block["texts"]) for block in data.get("blocks", ())),
    )
    if page.kind not in KINDS or page.listing not in {PAGES, *list_listed()}:
        raise TemplateError(f"{name}: {page.slug}: no such kind or listing: {page.kind}, {page.listing}")
    keys = ["1", *(block.key for block in page.blocks)]
    if len(set(keys)) < len(keys) or any(block.kind not in BLOCKS for block in page.blocks):
        raise TemplateError(f"{name}: {page.slug}: a block of no known kind, or a key twice; the first text has 1")
    return page


def _check(name: str, pages: tuple[PagePlan, ...]) -> None:
    if not pages or pages[0].kind != "home" or any(page.kind == "home" for page in pages[1:]):
        raise TemplateError(f"{name}: the first page, and no other, is the home page")
    known, keys = {""}, {pages[0].key}
    for page in pages[1:]:
        if page.parent not in known or page.path in known:
            raise TemplateError(f"{name}: {page.path} comes before the page above it, or twice")
        if page.key in keys:
            raise TemplateError(f"{name}: {page.path}: the key {page.key!r} is another page's")
        known.add(page.path)
        keys.add(page.key)
    if pages[0].key:
        raise TemplateError(f"{name}: the home page has no key")
