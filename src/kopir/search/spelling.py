"""Did you mean …: for a word that no document has, the nearest one of a document, in its spelling."""

from __future__ import annotations

from typing import Final

import tantivy
from tantivy import Occur

from kopir.script import WORD
from kopir.search.index import read_stored
from kopir.search.words import Query, fold_word

FEWEST_LETTERS: Final = 4
LONG_LETTERS: Final = 7
LIMIT_WORDS: Final = 3
LIMIT_DOCUMENTS: Final = 5
LIMIT_TEXT: Final = 20_000
LIKE: Final = 0.5


def suggest(schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, language: str) -> str:
    """The query with other words in place of those that nobody wrote; empty where there is nothing to say."""
    text, count = query.text, 0
    for match in reversed(list(WORD.finditer(query.text))):
        folded = fold_word(match[0])
        if len(folded) < FEWEST_LETTERS or folded not in query.words or searcher.doc_freq("words", folded):
            continue
        near = _find_near(schema, searcher, folded, language)
        if near is not None:
            text = f"{text[: match.start()]}{near}{text[match.end() :]}"
        count += 1
        if count == LIMIT_WORDS:
            break
    return "" if text == query.text else text


def likeness(one: str, other: str) -> float:
    """How alike two folded words are by their pairs of letters, from 0 to 1; the beginning counts as a letter."""
    first, second = _pairs(one), _pairs(other)
    return 2 * len(first & second) / (len(first) + len(second))


def _find_near(schema: tantivy.Schema, searcher: tantivy.Searcher, folded: str, language: str) -> str | None:
    """The word of a document that is most like this one; None where none is."""
    for is_beginning in (False, True):
        distance = 2 if len(folded) >= LONG_LETTERS else 1
        near = tantivy.Query.fuzzy_term_query(schema, "words", folded, distance, True, is_beginning)
        spoken = tantivy.Query.term_query(schema, "language", language, "basic")
        both = tantivy.Query.boolean_query([(Occur.Must, near), (Occur.Must, spoken)])
        found = searcher.search(both, limit=LIMIT_DOCUMENTS, count=False).hits
        best: str | None = None
        score = LIKE
        for _, address in found:
            kept = read_stored(searcher, address)
            for word in set(WORD.findall(f"{kept['title']} {kept['summary']} {kept['text'][:LIMIT_TEXT]}")):
                now = likeness(folded, fold_word(word))
                if (now, word) > (score, best or ""):
                    best, score = word, now
        if best is not None:
            return best if best.isupper() else best.lower()
    return None


def _pairs(word: str) -> set[str]:
    return {f"^{word}"[start : start + 2] for start in range(len(word))}
