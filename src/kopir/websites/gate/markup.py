"""Reads the HTML of a text as the gate needs it: its links with their words, and its paragraphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Link:
    """A link and the words that can be pressed."""

    target: str
    text: str = ""


@dataclass
class Paragraph:
    """A paragraph: its words, and those of them that are bold."""

    text: str = ""
    bold: str = ""


@dataclass
class Markup:
    """What a text is made of."""

    links: list[Link] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Markup()
        self._link: Link | None = None
        self._paragraph: Paragraph | None = None
        self._bold = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self._link = Link(given.get("href") or given.get("id") or "")
            self.found.links.append(self._link)
        elif tag == "p":
            self._paragraph = Paragraph()
            self.found.paragraphs.append(self._paragraph)
        elif tag in {"b", "strong"}:
            self._bold += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        elif tag == "p":
            self._paragraph = None
        elif tag in {"b", "strong"}:
            self._bold = max(0, self._bold - 1)

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self._link.text += data
        if self._paragraph is not None:
            self._paragraph.text += data
            self._paragraph.bold += data if self._bold else ""


def read_markup(html: str) -> Markup:
    """The links and paragraphs of a text, in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
