"""What an item becomes as a page: its type, its fields, its address; whether a page still says what came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from django.utils.text import slugify

from kopir.importing.items import Item
from kopir.importing.markup import Media, make_blocks
from kopir.websites.models import DocumentPage, DocumentState, NewsPage, SitePage

TITLE_LETTERS: Final = 255
SLUG_LETTERS: Final = 80
LISTINGS: Final[Mapping[str, tuple[str, type[SitePage]]]] = {
    "news": ("news", NewsPage),
    "documents": ("documents", DocumentPage),
}
"""The kinds that can be imported, each with the listing of its section and the type of its pages."""
_LENGTHS: Final = {"kind": 120, "number": 60, "signatory": 200}


@dataclass(frozen=True)
class Made:
    """The fields of a page, and how much of the old one stayed behind."""

    fields: dict[str, Any]
    left_out: int


def make_fields(item: Item, kind: str, media: Media | None = None) -> Made:
    """The fields of the page that an item becomes, without its file."""
    title, html = item.title, item.html
    if len(title) > TITLE_LETTERS:
        html = f"<p>{escape(title)}</p>{html}"
        title = title[: TITLE_LETTERS - 1].rstrip() + "…"
    body = make_blocks(html, item.address, title, media)
    day = item.happened_at.date()
    fields: dict[str, Any] = {
        "title": title,
        "summary": item.summary,
        "body": body.blocks,
        "first_published_at": item.posted_at,
    }
    if kind == "news":
        fields["happened_on"] = day
    else:
        fields |= {name: getattr(item, name)[:length] for name, length in _LENGTHS.items()}
        fields["file"] = None
        state = item.state.lower()
        fields |= {"dated_on": day, "state": state if state in DocumentState.values else DocumentState.ADOPTED}
    return Made(fields, body.left_out)


def slug_of(item: Item, taken: set[str]) -> str:
    """An address that is not taken: as the old one called it, or of its date; the same item gets the same."""
    digest = hashlib.sha256(item.key.encode()).hexdigest()[:8]
    words = slugify(item.slug)[:SLUG_LETTERS].strip("-_")
    short = slugify(item.key)[:SLUG_LETTERS].strip("-_") if len(item.key) <= 20 else digest
    slug = words or f"{item.happened_at:%Y-%m-%d}-{short or digest}"
    return slug if slug not in taken else f"{slug}-{digest}"


def digest_of_fields(fields: Mapping[str, Any]) -> str:
    """A digest of what is written, to be compared with `digest_of_page` later; the file by its id."""
    told = {name: value for name, value in fields.items() if name != "first_published_at"}
    told["body"] = [[block["type"], block["value"]] for block in fields["body"]]
    if told.pop("file", None) is not None:
        told["file_id"] = fields["file"].pk
    return _digest(told)


def digest_of_page(page: SitePage, kind: str) -> str:
    """The same of a page as it stands, or as its newest revision has it."""
    names = (
        ["title", "summary", "happened_on"] if kind == "news" else ["title", "summary", "dated_on", "state", *_LENGTHS]
    )
    told = {name: getattr(page, name) for name in names}
    if kind == "documents" and page.file_id is not None:
        told["file_id"] = page.file_id
    told["body"] = [[child.block_type, child.get_prep_value()["value"]] for child in page.body]
    return _digest(told)


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
