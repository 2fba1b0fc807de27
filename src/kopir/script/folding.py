"""Folding for search: the spellings of one word, in either script and from any keyboard, become one key.

Kazakh and Uzbek in Cyrillic and Latin, Tajik and Russian. The key is small Latin letters; it is for an index, nobody
reads it. It forgets on purpose: letters that a Russian keyboard lacks (қ ғ ң ә ө ұ ү і, ҷ ӣ ӯ ҳ), ё and е, и and й and
ы, apostrophes, ь and ъ, ц and с. So words meet that are not the same (`тон` and `тоң`, `йўл` and `эл`); a search that
wants them apart compares what was written. Uzbek `ў` meets `o`, as Latin has it, not the `у` of a Russian keyboard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kopir.script.uzbek import APOSTROPHES

# One table, letter by letter, of small letters without marks above or below.
LETTERS = {
    "а": "a", "ә": "a", "ə": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "ґ": "g", "д": "d", "е": "e", "є": "e",
    "э": "e", "ж": "j", "з": "z", "и": "i", "і": "i", "ы": "i", "y": "i", "ı": "i", "к": "k", "қ": "k", "q": "k",
    "л": "l", "м": "m", "н": "n", "ң": "n", "ŋ": "n", "о": "o", "ө": "o", "ɵ": "o", "п": "p", "р": "r", "с": "s",
    "ц": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "w": "u", "ф": "f", "х": "h", "һ": "h", "ҳ": "h", "x": "h",
    "ч": "ch", "ҷ": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ъ": "", "ь": "",
}  # fmt: skip
# Letters that a mark makes, before marks are taken off: the rest (ё й ӣ ӯ ä ö ü ū ñ ğ) is its plain letter.
MARKED = {"ў": "o", "ş": "sh", "ç": "ch", "š": "sh", "č": "ch", "ž": "j"}
# Then, in this order, what is one sound in one script and two letters in the other.
SEQUENCES = (
    ("zh", "j"),  # Zhambyl
    ("(?:sh)+", "sh"),  # щ, şş
    ("t+sh", "ch"),  # kk tş
    ("t+ch", "ch"),  # матч, kk mattş
    ("t+s", "s"),  # ts, ц: konsert and концерт, konstitutsiya and конституция
    ("i{2,}(?![aui])", "i"),  # milliy and милли, сый and си
    ("i[oe]", "e"),  # ё, yo, io; ye and е; a Russian е for ё
    ("(?<=[bcdfghjklmnprstvz])i(?=[au])", ""),  # бюджет and budjet, сентябрь and sentabr
)
_TABLE = {ord(letter): folded for letter, folded in LETTERS.items()} | {ord(mark): "" for mark in APOSTROPHES}
_MARKED = {ord(letter): folded for letter, folded in MARKED.items()}
_SEQUENCES = tuple((re.compile(pattern), folded) for pattern, folded in SEQUENCES)
_MARK = re.compile(r"[\u0300-\u036f]+")
_SOFT = re.compile("ьо")  # павильон, pavilyon
_JOINED = f"[{APOSTROPHES}]"
WORD = re.compile(rf"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*|{_JOINED}[^\W_]+)*")
"""A word or a number as it is written: a hyphen divides, an apostrophe does not."""


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, and where in the text it was: `text[start:end]`."""

    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """Fold letters; spaces, digits, signs and other scripts stay. Folding what is folded changes nothing."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFKD", text.translate(_MARKED))
    text = _SOFT.sub("е", _MARK.sub("", text)).translate(_TABLE)
    for pattern, folded in _SEQUENCES:
        text = pattern.sub(folded, text)
    return text


def list_tokens(text: str) -> Iterator[Token]:
    """Each `WORD` of a text, folded, in their order; one of which the key forgets all is left out."""
    for match in WORD.finditer(text):
        folded = fold(match[0])
        if folded:
            yield Token(folded, *match.span())
