"""Finds what may be converted in HTML, by the parser of the standard library, and leaves every other byte alone.

The parser says where text and tags begin; what is not converted is copied from the source and never written anew.
Converted: text, and the attributes of `ATTRIBUTES`, where the language is ours. The page is expected to be well formed,
as our templates write it; end tags that HTML lets authors leave out are understood for `IMPLIED`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import NamedTuple

ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title"})
# The text of these is no prose, or goes back to the server.
CODE = frozenset({"code", "kbd", "math", "pre", "samp", "var"})
# What stands in these is no markup either.
RAW = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "xmp"})
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
# An element of the first kind ends where one of the second begins.
IMPLIED = {
    "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "td": {"td", "th", "tr"}, "th": {"td", "th", "tr"},
    "tr": {"tr"}, "option": {"option", "optgroup"},
    "p": {"blockquote", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
          "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"},
}  # fmt: skip
_LANGUAGES = frozenset({"lang", "xml:lang"})
_WANTED = ATTRIBUTES | _LANGUAGES
_NO = frozenset({"no", "false"})
_TAG_NAME = re.compile(r"<[^\s/>]+")
_ATTRIBUTE = re.compile(r"""[\s/]*(?P<name>[^\s/>=][^\s/>=]*)(?:\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s>"']+))?""")


class _Element(NamedTuple):
    """An open element: whether its language is ours, its text prose, and translating it allowed."""

    name: str
    is_ours: bool
    is_prose: bool
    is_allowed: bool


def convert_page(page: str, convert: Callable[[str], str], *, language: str, tag: str) -> str:
    """Return `page` with `convert` applied to its prose in `language`, and its language tags set to `tag`."""
    parser = _Page(page, convert, language=language, tag=tag)
    parser.feed(page)
    parser.close()
    return parser.finish()


class _Page(HTMLParser):
    """Copies a page piece by piece; `_done` is how far it has come."""

    def __init__(self, page: str, convert: Callable[[str], str], *, language: str, tag: str) -> None:
        super().__init__(convert_charrefs=False)
        self._page, self._convert, self._language, self._tag = page, convert, language, tag
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self._pieces: list[str] = []
        self._done = 0
        self._text: int | None = None
        self._open = [_Element("", is_ours=True, is_prose=True, is_allowed=True)]

    def finish(self) -> str:
        self._end_text(len(self._page))
        return "".join([*self._pieces, self._page[self._done :]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._start()
        if self._open[-1].name in RAW:
            return
        if tag in IMPLIED.get(self._open[-1].name, ()):
            self._open.pop()
        element = self._element(tag, attrs)
        if element.is_ours and element.is_allowed and (tag == "html" or any(name in _WANTED for name, _ in attrs)):
            raw = self.get_starttag_text() or ""
            self._replace(start, start + len(raw), self._convert_tag(tag, raw, [name for name, _ in attrs]))
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """In HTML the slash means nothing, but drawings inside (`<path/>`) do not end otherwise."""
        self.handle_starttag(tag, attrs)
        if self._open[-1].name == tag and self._open[-1].name not in RAW:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        self._start()
        if self._open[-1].name in RAW and self._open[-1].name != tag:
            return
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].name == tag:
                del self._open[place:]
                return

    def handle_data(self, _data: str) -> None:
        self._begin_text()

    def handle_entityref(self, _name: str) -> None:
        self._begin_text()

    def handle_charref(self, _name: str) -> None:
        self._begin_text()

    def handle_comment(self, _data: str) -> None:
        self._start()

    def handle_decl(self, _decl: str) -> None:
        self._start()

    def handle_pi(self, _data: str) -> None:
        self._start()

    def unknown_decl(self, _data: str) -> None:
        self._start()

    def _place(self) -> int:
        line, offset = self.getpos()
        return self._lines[line - 1] + offset

    def _start(self) -> int:
        """Where the present piece of markup begins; text before it has ended."""
        place = self._place()
        self._end_text(place)
        return place

    def _begin_text(self) -> None:
        if self._text is None:
            self._text = self._place()

    def _end_text(self, end: int) -> None:
        if self._text is not None and all(self._open[-1][1:]):
            text = self._page[self._text : end]
            if not text.isspace():
                self._replace(self._text, end, self._convert(text))
        self._text = None

    def _replace(self, start: int, end: int, new: str) -> None:
        self._pieces += self._page[self._done : start], new
        self._done = end

    def _element(self, name: str, attrs: list[tuple[str, str | None]]) -> _Element:
        """An element within the one around it. Of an attribute given twice the first holds."""
        _, is_ours, is_prose, is_allowed = self._open[-1]
        attributes = dict(reversed(attrs))
        for attribute in _LANGUAGES & attributes.keys():
            is_ours = self._is_ours(attributes[attribute])
        if "translate" in attributes:
            is_allowed = (attributes["translate"] or "").strip().lower() not in _NO
        if "notranslate" in (attributes.get("class") or "").split():
            is_allowed = False
        if name in CODE or name in RAW:
            is_prose = False
        if name == "option" and "value" not in attributes:
            is_prose = False  # its text is what a form would send
        return _Element(name, is_ours=is_ours, is_prose=is_prose, is_allowed=is_allowed)

    def _is_ours(self, tag: str | None) -> bool:
        """Whether a language tag is of our language, and not of it in the script that it shall have."""
        parts = (tag or "").strip().lower().replace("_", "-").split("-")
        return parts[0] == self._language and self._tag.lower().rpartition("-")[2] not in parts

    def _convert_tag(self, tag: str, raw: str, names: list[str]) -> str:
        """A start tag with its prose converted and its language set. One that is not understood stays as it is."""
        head = _TAG_NAME.match(raw)
        found = list(_ATTRIBUTE.finditer(raw, head.end(), len(raw) - 1)) if head else []
        if head is None or [match["name"].lower() for match in found] != names:
            return raw
        pieces, done = [head[0]], head.end()
        if tag == "html" and _LANGUAGES.isdisjoint(names):
            pieces.append(f' lang="{self._tag}"')
        for match in found:
            name = match["name"].lower()
            if name in _WANTED and match["value"] is not None:
                pieces += raw[done : match.start("value")], self._value(name, match["value"])
                done = match.end("value")
        return "".join([*pieces, raw[done:]])

    def _value(self, name: str, raw: str) -> str:
        quote = raw[0] if raw[0] in "\"'" else ""
        value = raw[1:-1] if quote else raw
        new = self._tag if name in _LANGUAGES else self._convert(value)
        quote = quote or '"'
        return raw if new == value else quote + new + quote
