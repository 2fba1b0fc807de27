"""Templates of websites, read from the files under `packs/`: which pages a new site begins with, in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "packs"
KINDS: Final = frozenset({"home", "section", "contacts", "person"})
LISTINGS: Final = frozenset({"pages", "news", "people", "documents"})


class TemplateError(ValueError):
    """A file of a template says what cannot be; the message names file, page and fault."""


@dataclass(frozen=True)
class PagePlan:
    """A page of a template: where it stands, what it is, its words by language. `parent` is "" below the home page."""

    slug: str
    parent: str
    kind: str
    listing: str
    is_in_menu: bool
    titles: Mapping[str, str]
    texts: Mapping[str, str]


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
    page = PagePlan(
        data["slug"],
        data.get("parent", ""),
        data.get("kind", "section"),
        data.get("listing", "pages"),
        bool(data.get("in_menu", False)),
        data["titles"],
        data.get("texts", {}),
    )
    if page.kind not in KINDS or page.listing not in LISTINGS:
        raise TemplateError(f"{name}: {page.slug}: no such kind or listing: {page.kind}, {page.listing}")
    return page


def _check(name: str, pages: tuple[PagePlan, ...]) -> None:
    if not pages or pages[0].kind != "home" or any(page.kind == "home" for page in pages[1:]):
        raise TemplateError(f"{name}: the first page, and no other, is the home page")
    known = {""}
    for page in pages[1:]:
        path = f"{page.parent}/{page.slug}".strip("/")
        if page.parent not in known or path in known:
            raise TemplateError(f"{name}: {path} comes before the page above it, or twice")
        known.add(path)
