"""Makes our blocks of an old page's HTML: headings, text, tables. Pictures, frames and forms are left out and counted.

Headings are brought into order, so that the first is a section and deeper ones subsections; tables that only lay out
a page become text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import nh3

from kopir.websites.blocks.cleaning import DROPPED, SCHEMES, clean_html
from kopir.websites.blocks.tables import LIMIT_COLUMNS, LIMIT_ROWS

HEADING_LETTERS: Final = 200
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_KEPT: Final = frozenset({"p", "div", "b", "strong", "i", "em", "ul", "ol", "li", "a", "br", "blockquote"})
LEFT_OUT: Final = frozenset({"img", "picture", "video", "audio", "iframe", "object", "embed", "form"})
_VOID: Final = frozenset({"br", "img", "embed"})
_GONE: Final = frozenset(DROPPED - {"head", "meta", "link", "iframe", "object"})


@dataclass
class Made:
    """The blocks with type and value, and how many pictures and the like had to stay behind."""

    blocks: list[dict[str, Any]]
    left_out: int


def make_blocks(html: str, address: str, caption: str) -> Made:
    """The blocks of a text that stood at `address` ("" where unknown); `caption` is for tables that have none."""
    allowed = _HEADINGS | _TABLE | _KEPT | LEFT_OUT
    clean = nh3.clean(
        html,
        tags=set(allowed),
        clean_content_tags=set(_GONE),
        attributes={"a": {"href"}, "p": {"style"}},  # Word marks lists by the style of paragraphs
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    splitter = _Splitter(address)
    splitter.feed(clean)
    splitter.close()
    splitter.end_text()
    return Made(_arrange(splitter.parts, caption), splitter.left_out)


@dataclass
class _Part:
    """A piece of the page: kind "text" with HTML, "heading" with its rank, "table" with rows."""

    kind: str
    text: str = ""
    rank: int = 0
    rows: list[list[str]] = field(default_factory=list)


class _Splitter(HTMLParser):
    """Cuts clean HTML at headings and tables."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[_Part] = []
        self.left_out = 0
        self._address = address
        self._text: list[str] = []
        self._heading: _Part | None = None
        self._table: _Part | None = None
        self._caption: list[str] | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LEFT_OUT:
            self.left_out += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.end_text()
                self._table = _Part("table")
        elif self._table is not None:
            self._start_in_table(tag)
        elif tag in _HEADINGS:
            self.end_text()
            self._heading = _Part("heading", rank=int(tag[1]))
        elif self._heading is None:
            self._text.append(self._tag(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._table is not None:
            self._depth -= 1
            if not self._depth:
                self.parts.append(self._table)
                self._table = None
        elif self._table is not None:
            self._caption = None if tag == "caption" else self._caption
        elif self._heading is not None:
            if tag in _HEADINGS:
                self.parts.append(self._heading)
                self._heading = None
        elif tag not in LEFT_OUT | _VOID | _TABLE:
            self._text.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._table is not None:
            self._say_in_table(data)
        elif self._heading is not None:
            self._heading.text += data
        else:
            self._text.append(escape(data, quote=False))

    def end_text(self) -> None:
        """What was gathered is a part, if it says anything."""
        text = clean_html("".join(self._text))
        self._text = []
        if text:
            self.parts.append(_Part("text", text if text.startswith("<") else f"<p>{text}</p>"))

    def _start_in_table(self, tag: str) -> None:
        assert self._table is not None  # noqa: S101 - whoever calls has asked
        rows = self._table.rows
        if tag == "caption" and self._depth == 1:
            self._caption = []
        elif tag == "tr" and self._depth == 1:
            rows.append([])
        elif tag in {"td", "th"} and self._depth == 1 and rows:
            rows[-1].append("")
        elif rows and rows[-1]:
            rows[-1][-1] += " "

    def _say_in_table(self, data: str) -> None:
        assert self._table is not None  # noqa: S101 - whoever calls has asked
        if self._caption is not None:
            self._table.text += data
        elif self._table.rows and self._table.rows[-1]:
            self._table.rows[-1][-1] += data

    def _tag(self, tag: str, attributes: dict[str, str | None]) -> str:
        href = attributes.get("href")
        if tag == "a" and href is not None:
            try:
                whole = urljoin(self._address, href)
                return f'<a href="{escape(whole)}">' if urlsplit(whole).scheme in SCHEMES else "<a>"
            except ValueError:  # no address at all
                return "<a>"
        style = attributes.get("style")
        return f'<{tag} style="{escape(style)}">' if style else f"<{tag}>"


def _arrange(parts: Iterable[_Part], caption: str) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    parts = list(parts)
    highest = min((part.rank for part in parts if part.kind == "heading"), default=0)
    has_heading = False
    for part in parts:
        words = " ".join(part.text.split())
        if part.kind == "text":
            blocks.append(_paragraph(part.text))
        elif part.kind == "table":
            blocks += _table(part, words or caption)
        elif len(words) > HEADING_LETTERS:
            blocks.append(_paragraph(f"<p>{escape(words, quote=False)}</p>"))
        elif words:
            level = "3" if has_heading and part.rank > highest else "2"
            blocks.append({"type": "heading", "value": {"text": words, "level": level}})
            has_heading, caption = True, words
    return blocks


def _table(part: _Part, caption: str) -> list[dict[str, Any]]:
    rows = [[" ".join(cell.split()) for cell in row] for row in part.rows]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if not rows:
        return []
    if width < 2 or len(rows) < 2 or width > LIMIT_COLUMNS or len(rows) > LIMIT_ROWS:
        lines = ("; ".join(cell for cell in row if cell) for row in rows)
        return [_paragraph("".join(f"<p>{escape(line, quote=False)}</p>" for line in lines))]
    head = [cell or str(number) for number, cell in enumerate(rows[0] + [""] * (width - len(rows[0])), 1)]
    whole = [head, *(row + [""] * (width - len(row)) for row in rows[1:])]
    cells = "\n".join("\t".join(row) for row in whole)
    return [{"type": "table", "value": {"caption": caption[:200], "cells": cells, "source": ""}}]


def _paragraph(html: str) -> dict[str, Any]:
    return {"type": "paragraph", "value": html}
