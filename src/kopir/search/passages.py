"""What is shown of a find: a passage of the text in its own spelling, of whole words, with those marked that fit. Pure.

Words are compared folded, so a query in one script marks words in the other.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from kopir.script import WORD
from kopir.search.words import Query, cut_word, fold_word

LENGTH: Final = 240
BEFORE: Final = 60
"""Characters of a passage, and how many of them stand before its first mark."""
SHARE: Final = 0.4
LIMIT_MARKS: Final = 200
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words; `is_match` says that they fit the query."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with marks."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        """The text alone."""
        return "".join(part.text for part in self.parts)

    @property
    def as_html(self) -> SafeString:
        """The text, safe for a page, with `<mark>` around what fits."""
        marked = ((("<mark>", "</mark>") if part.is_match else ("", ""), part.text) for part in self.parts)
        return format_html_join(
            "", "{}{}{}", ((SafeString(tags[0]), text, SafeString(tags[1])) for tags, text in marked)
        )


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    word: int  # which one of the query's


class Marker:
    """Finds the words of a text that fit a query; remembers each spelling, for texts repeat their words."""

    def __init__(self, query: Query) -> None:
        self._words = [(word, frozenset(cut_word(word))) for word in query.words]
        self._pieces = frozenset(piece for _, pieces in self._words for piece in pieces)
        self._seen: set[str] = set()
        self._fits: dict[str, int] = {}

    def mark(self, text: str) -> Passage:
        """The whole text with its marks."""
        return _cut(text, 0, len(text), self._find(text))

    def snip(self, text: str) -> Passage:
        """The part of the text in which most words of the query stand together; its beginning where none does."""
        marks = self._find(text)
        start, end = _whole_words(text, *_window(marks))
        return _cut(text, start, end, marks)

    def _find(self, text: str) -> list[_Mark]:
        """The words that fit, with their places; each spelling is judged once for all texts of a page."""
        new = set(WORD.findall(text)).difference(self._seen)
        self._seen |= new
        for word in new:
            pieces = _cut_spelling(word)
            if not self._pieces.isdisjoint(pieces) and (number := self._compare(pieces)) is not None:
                self._fits[word] = number
        fits = self._fits
        places = (match for match in WORD.finditer(text) if match[0] in fits) if fits else ()
        return [_Mark(*match.span(), fits[match[0]]) for match in itertools.islice(places, LIMIT_MARKS)]

    def _compare(self, pieces: tuple[str, ...]) -> int | None:
        """Which word of the query this is, in another form or with a wrong letter; None for none."""
        for number, (word, wanted) in enumerate(self._words):
            shared = len(wanted.intersection(pieces))
            is_begun_alike = word[0] == pieces[0][0]
            if shared == len(wanted) or (is_begun_alike and shared >= math.ceil(SHARE * len(wanted)) > 0):
                return number
        return None


@lru_cache(maxsize=2**16)
def _cut_spelling(word: str) -> tuple[str, ...]:
    folded = fold_word(word)
    return cut_word(folded) if folded else ()


def _window(marks: Sequence[_Mark]) -> tuple[int, int]:
    """From where to where the passage goes."""
    best, start, end = (0, 0), 0, LENGTH
    for first, mark in enumerate(marks):
        inside = [each for each in marks[first:] if each.end - mark.start <= LENGTH - BEFORE]
        score = (len({each.word for each in inside}), len(inside))
        if score > best:
            best, start = score, max(0, mark.start - BEFORE)
            end = start + LENGTH
    return start, end


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The same part, begun and ended between words; within a word only where that is longer than the part."""
    if start:
        space = _find_space(text, start, start + BEFORE)
        start = start if space is None else space + 1
    if end < len(text):
        spaces = [place for place in range(end, max(start, end - BEFORE), -1) if text[place].isspace()]
        end = spaces[0] if spaces else end
    return start, min(end, len(text))


def _find_space(text: str, start: int, end: int) -> int | None:
    return next((place for place in range(start - 1, min(end, len(text))) if text[place].isspace()), None)


def _cut(text: str, start: int, end: int, marks: Sequence[_Mark]) -> Passage:
    """The text from start to end in parts, with dots where it goes on."""
    parts = [Part(ELLIPSIS, is_match=False)] if start else []
    place = start
    for mark in marks:
        if mark.start >= place and mark.end <= end:
            parts += [Part(text[place : mark.start], is_match=False), Part(text[mark.start : mark.end], is_match=True)]
            place = mark.end
    parts.append(Part(text[place:end].rstrip(), is_match=False))
    if end < len(text.rstrip()):
        parts.append(Part(ELLIPSIS, is_match=False))
    return Passage(tuple(part for part in parts if part.text))
