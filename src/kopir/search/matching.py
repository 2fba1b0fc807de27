"""How a query becomes one of tantivy: which documents it finds, and which of them come first.

A document is found when it has enough of the pieces of the query's words; how well it fits is a sum over pieces, whole
words and the title. Whatever people type is only ever a term, never the syntax of tantivy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import tantivy
from tantivy import Occur

from kopir.search.index import SEPARATOR, name_pieces
from kopir.search.words import Query, cut_word

SHARE: Final = 0.4
"""How many of all pieces a document must have: a wrong letter and other endings take more than half of a word's."""
LOOSE_SHARE: Final = 0.2
"""The same where nothing has that many."""
FEWEST_PIECES: Final = 2
"""One piece is in too many words: even what is only near has two of them, where there are as many to choose from."""
MOST_PIECES: Final = 4
"""How many pieces of a word are looked for: half the work of all, and better finds."""
TITLE: Final = 0.5
WORD: Final = 0.5
"""What a piece in the title, and a word as it was written, count beside a piece anywhere: docs/why/search.md."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked through: a language, a site, kinds, days, values of facets. What is empty limits nothing."""

    language: str
    site: int | None = None
    kinds: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    facets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matching:
    """The parts of a query of tantivy: what must be, and what speaks for a document besides."""

    needed: tuple[tantivy.Query, ...]
    liked: tuple[tantivy.Query, ...]

    def ranked(self) -> tantivy.Query:
        """Finds with their worth."""
        parts = [(Occur.Must, each) for each in self.needed] + [(Occur.Should, each) for each in self.liked]
        return tantivy.Query.boolean_query(parts)

    def counted(self) -> tantivy.Query:
        """The same finds, for counting alone."""
        return tantivy.Query.boolean_query([(Occur.Must, each) for each in self.needed])


def match(
    schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, filters: Filters, *, is_loose: bool = False
) -> Matching | None:
    """What to look for; None where no document has any piece of the query.

    Strictly, a piece that no document has counts as missing from each; loosely it is passed over.
    """
    chosen = {word: choose_pieces(searcher, filters.language, word) for word in query.words}
    pieces = list(dict.fromkeys(piece for found in chosen.values() for piece in found))
    if not pieces:
        return None
    missing = sum(min(MOST_PIECES, len(cut_word(word))) - len(found) for word, found in chosen.items())
    fewest = SHARE * (len(pieces) + missing)
    if is_loose:
        fewest = max(LOOSE_SHARE * len(pieces), min(FEWEST_PIECES, len(pieces) - 2))
    terms = [(Occur.Should, tantivy.Query.term_query(schema, "pieces", piece, "freq")) for piece in pieces]
    needed = [tantivy.Query.boolean_query(terms, max(1, math.ceil(fewest)))]
    needed += [tantivy.Query.phrase_query(schema, "words", list(phrase)) for phrase in query.phrases]
    liked = [_boost(schema, "words", word, WORD) for word in query.words]
    liked += [_boost(schema, "title", piece, TITLE) for piece in pieces]
    return Matching((*needed, *_limits(schema, filters)), tuple(liked))


def choose_pieces(searcher: tantivy.Searcher, language: str, word: str) -> list[str]:
    """The pieces of a word that tell most: the rarest of those that any document has. Endings are mostly others."""
    pieces = name_pieces(language, cut_word(word))
    known = [(count, piece) for piece in pieces if (count := searcher.doc_freq("pieces", piece))]
    return [piece for _, piece in sorted(known)[:MOST_PIECES]]


def _boost(schema: tantivy.Schema, field: str, term: str, worth: float) -> tantivy.Query:
    return tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), worth)


def _limits(schema: tantivy.Schema, filters: Filters) -> list[tantivy.Query]:
    """The filters as queries that add nothing to the score."""
    found = []
    if filters.kinds:
        found.append(tantivy.Query.term_set_query(schema, "kind", list(filters.kinds)))
    if filters.site is not None:
        found.append(tantivy.Query.term_query(schema, "site", filters.site))
    for name, value in filters.facets.items():
        found.append(tantivy.Query.term_query(schema, "facet", f"{name}{SEPARATOR}{value}", "basic"))
    if filters.since or filters.until:
        found.append(
            tantivy.Query.range_query(
                schema,
                "day",
                tantivy.FieldType.Integer,
                filters.since.toordinal() if filters.since else None,
                filters.until.toordinal() if filters.until else None,
            )
        )
    return [tantivy.Query.const_score_query(each, 0.0) for each in found]
