"""Makes our blocks of an old page's HTML: headings, text, tables, and pictures and files that `media` has for it.

Headings are brought into order, so that the first is a section and deeper ones subsections; tables that only lay out
a page become text. Pictures that nobody has, frames and forms are left out and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any, Final, Protocol
from urllib.parse import urljoin, urlsplit

import nh3

from kopir.websites.blocks.cleaning import DROPPED, LIMIT_DEPTH, SCHEMES, clean_html
from kopir.websites.blocks.tables import LIMIT_COLUMNS, LIMIT_ROWS

HEADING_LETTERS: Final = 200
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_KEPT: Final = frozenset({"p", "div", "b", "strong", "i", "em", "ul", "ol", "li", "a", "br", "blockquote"})
LEFT_OUT: Final = frozenset({"img", "video", "audio", "iframe", "object", "embed", "form"})
_VOID: Final = frozenset({"br", "img", "embed"})
_GONE: Final = frozenset(DROPPED - {"head", "meta", "link", "iframe", "object"})
_LINK: Final = re.compile(r'<a href="([^"]*)">')
WORDS_LETTERS: Final = 250
LIMIT_OPEN: Final = 2_000
"""So many elements may stand within each other, far beyond any text; the cleaner takes the square of it."""
_ANY: Final = re.compile(r"<(/?)([a-z][^\s/>]*)")
_UNENDED: Final = _VOID | {
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dd",
    "dt",
    "option",
    "hr",
    "col",
    "input",
    "meta",
    "link",
    "wbr",
}


class Media(Protocol):
    """Has what stood beside a text, by its whole address: the id of our picture or file, None where there is none."""

    def find_picture(self, address: str, words: str) -> int | None:
        """The picture; `words` stand for it there."""

    def find_file(self, address: str) -> int | None:
        """The file to which a link leads."""


@dataclass
class Made:
    """The blocks with type and value, and how many pictures and the like had to stay behind."""

    blocks: list[dict[str, Any]]
    left_out: int


def make_blocks(html: str, address: str, caption: str, media: Media | None = None) -> Made:
    """The blocks of a text that stood at `address` ("" where unknown); `caption` is for tables that have none."""
    allowed = _HEADINGS | _TABLE | _KEPT | LEFT_OUT
    clean = nh3.clean(
        re.sub(r"<[^<>]*>", " ", html) if _is_too_deep(html) else html,
        tags=set(allowed),
        clean_content_tags=set(_GONE),
        attributes={
            "a": {"href"},
            "img": {"src", "alt"},
            "p": {"style"},
        },  # Word marks lists by the style of paragraphs
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    splitter = _Splitter(address, media)
    splitter.feed(clean)
    splitter.close()
    splitter.end_text()
    splitter.end_pictures()
    return Made(_arrange(splitter.parts, caption), splitter.left_out)


def _is_too_deep(html: str) -> bool:
    """Whether more elements are open at once than any text has; ends of what is not open count for nothing."""
    names: Counter[str] = Counter()
    depth = 0
    for end, name in _ANY.findall(html.lower()):
        if name in _UNENDED or (end and not names[name]):
            continue
        step = -1 if end else 1
        names[name] += step
        depth += step
        if depth > LIMIT_OPEN:
            return True
    return False


@dataclass
class _Part:
    """A piece of the page: kind "text" with HTML, "heading" with its rank, "table" with rows, "picture" with its id."""

    kind: str
    text: str = ""
    rank: int = 0
    image: int = 0
    rows: list[list[str]] = field(default_factory=list)


class _Splitter(HTMLParser):
    """Cuts clean HTML at headings, tables and pictures; a picture within one of the first two stands behind it."""

    def __init__(self, address: str, media: Media | None) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[_Part] = []
        self.left_out = 0
        self._address = address
        self._media = media
        self._text: list[str] = []
        self._has_words = False
        self._open: list[tuple[str, str]] = []
        self._pictures: list[_Part] = []
        self._heading: _Part | None = None
        self._table: _Part | None = None
        self._caption: list[str] | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._show(dict(attrs))
        elif tag in LEFT_OUT:
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
            # What is nested deeper keeps its words alone: each picture closes and reopens all that is open.
            start = self._tag(tag, dict(attrs)) if tag in _VOID or len(self._open) < LIMIT_DEPTH else ""
            self._text.append(start)
            if tag not in _VOID:
                self._open.append((tag, start))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._table is not None:
            self._depth -= 1
            if not self._depth:
                self.parts.append(self._table)
                self._table = None
                self.end_pictures()
        elif self._table is not None:
            self._caption = None if tag == "caption" else self._caption
        elif self._heading is not None:
            if tag in _HEADINGS:
                self.parts.append(self._heading)
                self._heading = None
                self.end_pictures()
        elif tag not in LEFT_OUT | _VOID | _TABLE:
            is_known = bool(self._open) and self._open[-1][0] == tag
            if not is_known or self._open.pop()[1]:
                self._text.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._table is not None:
            self._say_in_table(data)
        elif self._heading is not None:
            self._heading.text += data
        else:
            self._text.append(escape(data, quote=False))
            self._has_words = self._has_words or bool(data.strip())

    def end_text(self) -> None:
        """What was gathered is a part, if it says anything."""
        text = _LINK.sub(self._lead, clean_html("".join(self._text)))
        self._text, self._has_words = [], False
        if text:
            self.parts.append(_Part("text", text if text.startswith("<") else f"<p>{text}</p>"))

    def end_pictures(self) -> None:
        """Pictures that wait for the end of what they stand in are parts."""
        self.parts += self._pictures
        self._pictures = []

    def _show(self, attributes: dict[str, str | None]) -> None:
        """Put a picture behind what was said before it; what is open goes on behind the picture."""
        words = " ".join((attributes.get("alt") or "").split())
        source = attributes.get("src")
        address = self._whole(source) if source else ""
        image = self._media.find_picture(address, words) if self._media is not None and address else None
        if image is None:
            self.left_out += 1
            return
        self._pictures.append(_Part("picture", words[:WORDS_LETTERS], image=image))
        if self._table is not None or self._heading is not None:
            return
        if self._has_words:
            self._text += [f"</{tag}>" for tag, start in reversed(self._open) if start]
            self.end_text()
            self._text += [start for _tag, start in self._open]
        self.end_pictures()

    def _lead(self, link: re.Match[str]) -> str:
        """The link, to our own file where it is one; no link where nobody knows on which host it was."""
        found = self._media.find_file(unescape(link[1])) if self._media is not None else None
        if found is not None:
            return f'<a linktype="document" id="{found}">'
        return link[0] if urlsplit(unescape(link[1])).scheme else "<a>"

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
            whole = self._whole(href)
            scheme = urlsplit(whole).scheme
            return f'<a href="{escape(whole)}">' if scheme in SCHEMES or (whole and not scheme) else "<a>"
        style = attributes.get("style")
        return f'<{tag} style="{escape(style)}">' if style else f"<{tag}>"

    def _whole(self, address: str) -> str:
        """The address, seen from that of the text; "" for what is none."""
        try:
            whole = urljoin(self._address, address)
            urlsplit(whole)
        except ValueError:
            return ""
        return whole


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
        elif part.kind == "picture":
            value = {"image": part.image, "text": part.text, "is_decoration": False, "caption": ""}
            blocks.append({"type": "picture", "value": value})
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
