"""Makes clean text of HTML written elsewhere, in Word or on an old site: what a paragraph may hold is left.

The work grows with the text and no faster, however broken that is: nothing looks twice for an end that is not there.
"""

from __future__ import annotations

import re
from typing import Final

import nh3

TAGS: Final = frozenset({"p", "b", "i", "ul", "ol", "li", "a", "br"})
DROPPED: Final = frozenset({"style", "script", "title", "xml", "head", "meta", "link", "template", "iframe", "object"})
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
LIMIT_DEPTH: Final = 50
"""Of tags within one another; the words of what is nested deeper stay."""
_TAG: Final = re.compile(r"""<(/?)(?!br\b)\w+(?:[^>"]|"[^"]*")*>""")
_PARAGRAPH: Final = re.compile(r"<p\b[^>]*>", re.IGNORECASE)
_PARAGRAPH_END: Final = re.compile(r"</p>", re.IGNORECASE)
_LISTED: Final = re.compile(r"\bmso-list:", re.IGNORECASE)
"""Word writes lists as paragraphs whose bullet is a letter of a font."""
_BULLET: Final = re.compile(r"^(?:\s|&nbsp;|<[^>]*>)*(?P<mark>[·•o§\-–]|\d+[.)])(?:\s|&nbsp;|<[^>]*>)+", re.IGNORECASE)
_SAME: Final = (
    (re.compile(r"<(/?)strong\b[^>]*>", re.IGNORECASE), r"<\1b>"),
    (re.compile(r"<(/?)em\b[^>]*>", re.IGNORECASE), r"<\1i>"),
    (re.compile(r"<(/?)(?:h[1-6]|div|td|blockquote)\b[^>]*>", re.IGNORECASE), r"<\1p>"),
)
_EMPTY: Final = re.compile(r"<(p|b|i|li|a)\b[^>]*>(?:\s|<br>)*</\1>")
_BETWEEN: Final = re.compile(r"\s*(</?(?:p|ul|ol|li)>)\s*")
_NESTED: Final = re.compile(r"<p>\s*(?=<p>)|(?<=</p>)\s*</p>")


def clean_html(html: str) -> str:
    """Paragraphs, lists, emphasis and links of the text, and nothing else of it; quotes and dashes stay as written."""
    text = _cut(_cut(html, "<!--", "-->"), "<![", "]>")
    tags, end, rest = text.rpartition(">")  # behind it no tag has an end
    text = _make_items(tags + end)
    for written, ours in _SAME:
        text = written.sub(ours, text)
    text = nh3.clean(
        text + rest,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED - {"head", "meta", "link"}),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    text = _flatten(text).replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
    text = re.sub(r"</(ul|ol)>\s*<\1>", "", text)
    before = None
    while before != text:
        before, text = text, _NESTED.sub("", _EMPTY.sub("", text))
    return _BETWEEN.sub(r"\1", re.sub(r"\s+", " ", text)).strip()


def _cut(text: str, start: str, end: str) -> str:
    """The text without what stands from each `start` to the next `end`; a start without an end stays."""
    kept, at = [], 0
    while (begun := text.find(start, at)) >= 0 and (ended := text.find(end, begun + len(start))) >= 0:
        kept.append(text[at:begun])
        at = ended + len(end)
    return "".join([*kept, text[at:]])


def _make_items(text: str) -> str:
    """The text, whose tags all have their end, with Word's paragraphs of lists as lists."""
    made, at = [], 0
    for start in _PARAGRAPH.finditer(text):
        if start.start() < at or _LISTED.search(start[0]) is None:
            continue
        end = _PARAGRAPH_END.search(text, start.end())
        if end is None:
            break
        made += [text[at : start.start()], _item(text[start.end() : end.start()])]
        at = end.end()
    return "".join([*made, text[at:]])


def _flatten(text: str) -> str:
    """The text, whose tags are well nested, without those that lie too deep: each depth costs a pass."""
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        depth += 0 if tag[1] else 1
        kept = tag[0] if depth <= LIMIT_DEPTH else ""
        depth -= 1 if tag[1] else 0
        return kept

    return _TAG.sub(keep, text)


def _item(text: str) -> str:
    mark = _BULLET.match(text)
    kind = "ol" if mark and mark["mark"][0].isdigit() else "ul"
    return f"<{kind}><li>{text[mark.end() :] if mark else text}</li></{kind}>"
