"""Words as the index knows them: folded to one key for all scripts, and cut into pieces of four letters. Pure.

Endings change the end of a word and a wrong letter changes some of its pieces; the rest still meet. A query is read
here too: plain words, and phrases in quotation marks. Nothing in it has another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kopir.script import WORD, fold

GRAM_LETTERS: Final = 4
LIMIT_LETTERS: Final = 40
"""What is longer is no word that anybody looks for: its beginning is enough."""
LIMIT_CHARACTERS: Final = 300
LIMIT_WORDS: Final = 16
_QUOTED: Final = re.compile(r'"([^"]+)"|«([^»]+)»|“([^”]+)”|„([^“”]+)[“”]')
_KNOWN_WORDS: Final = 2**16


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for, as written; its folded words, each once and in their order; phrases of such words."""

    text: str
    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=_KNOWN_WORDS)
def fold_word(word: str) -> str:
    """The key of one `WORD`: letters and digits alone, empty where nothing is left."""
    folded = fold(word[: 2 * LIMIT_LETTERS])
    if not folded.isalnum():  # what stands for several signs, as ½ does
        folded = "".join(filter(str.isalnum, folded))
    return folded[:LIMIT_LETTERS]


@lru_cache(maxsize=_KNOWN_WORDS)
def cut_word(folded: str) -> tuple[str, ...]:
    """The pieces of a folded word; one that is shorter than a piece is a piece itself."""
    count = max(1, len(folded) - GRAM_LETTERS + 1)
    return tuple(folded[start : start + GRAM_LETTERS] for start in range(count))


def list_words(text: str) -> Iterator[str]:
    """The folded words of a text in their order."""
    return filter(None, map(fold_word, WORD.findall(text)))


def cut_text(text: str) -> Iterator[str]:
    """The pieces of all words of a text in their order."""
    for word in list_words(text):
        yield from cut_word(word)


def clean_text(text: str) -> str:
    """The text in one line and in characters that can be sent anywhere, cut to the length of a query."""
    plain = text[: 2 * LIMIT_CHARACTERS].encode("utf-8", "replace").decode()
    return " ".join(plain.replace("\0", " ").split())[:LIMIT_CHARACTERS]


def read_query(text: str) -> Query:
    """Read what somebody typed, whatever it is."""
    text = clean_text(text)
    quoted = [next(filter(None, found.groups())) for found in _QUOTED.finditer(text)]
    phrases = [tuple(list_words(each))[:LIMIT_WORDS] for each in quoted]
    words = tuple(dict.fromkeys(list_words(text)))
    longer = tuple(word for word in words if len(word) > 1 or word.isdecimal())
    return Query(text, (longer or words)[:LIMIT_WORDS], tuple(phrase for phrase in phrases if len(phrase) > 1))
