"""Looking for things: what fits, the best first, with passages, counts, and a better spelling.

The index says what fits; the database, through each source, what may be shown at this moment. What was unpublished a
moment ago is therefore never shown, though it may be counted for a second.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import tantivy
from django.conf import settings

from kopir.base.events import emit
from kopir.search.actions import get_folder
from kopir.search.events import SearchedInVain
from kopir.search.index import (
    PANIC,
    SEPARATOR,
    BrokenIndexError,
    MissingIndexError,
    find_mark,
    get_reader,
    read_stored,
)
from kopir.search.matching import Filters, Matching, match
from kopir.search.models import Change
from kopir.search.outbox import is_known
from kopir.search.passages import Marker, Passage
from kopir.search.registry import SOURCES
from kopir.search.spelling import suggest
from kopir.search.words import Query, read_query

SPARE: Final = 10
"""Finds that are asked for beyond the page, and looked at where some of the page may not be shown."""
LIMIT_LOOKED: Final = 1000
LAST_PAGE: Final = 50
LARGEST_PAGE: Final = 100
LIMIT_VALUES: Final = 30
LATE: Final = timedelta(minutes=1)
_FEW: Final = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: title and passage carry marks."""

    source: str
    key: str
    language: str
    kind: str
    site: int | None
    title: Passage
    passage: Passage
    address: str
    date: date | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many finds have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """What was found: one page of hits, how many there are in all, and how they spread.

    `counts` has "kind", "site", "year" and the facets of documents. `is_loose`: nothing fits well, these come nearest.
    `elsewhere` counts finds in other languages where this one has none. Where `is_available` is False nothing could be
    looked for, and all else is empty.
    """

    text: str
    page: int = 1
    size: int = 10
    hits: tuple[Hit, ...] = ()
    total: int = 0
    counts: Mapping[str, Sequence[Count]] = field(default_factory=dict)
    suggestion: str = ""
    elsewhere: tuple[Count, ...] = ()
    is_loose: bool = False
    is_available: bool = True


def search(
    text: str,
    language: str,
    *,
    site: int | None = None,
    kinds: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    facets: Mapping[str, str] | None = None,
    page: int = 1,
    size: int = 10,
    is_read: bool = True,
) -> Results:
    """Look for `text`, whatever that is, among the documents of a language; of one site, or of all.

    Never raises for what somebody typed or for the state of the index: see `Results.is_available`. Emits
    SearchedInVain where nothing fits, nothing but the site narrows the search, and a reader looks (`is_read`).
    """
    query = read_query(text)
    page, size = min(max(page, 1), LAST_PAGE), min(max(size, 1), LARGEST_PAGE)
    empty = Results(query.text, page, size)
    if not query.words:
        return empty
    filters = Filters(language, site, tuple(kinds), since, until, dict(facets or {}))
    try:
        schema, searcher = get_reader(get_folder()).get_searcher()
        results = _Search(schema, searcher, query, filters).run(empty)
    except MissingIndexError as error:
        _log.warning("search is asked and has no index yet: %s", error)
    except (BrokenIndexError, ValueError, OSError):
        _log.exception("search is asked and cannot read its index")
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        _log.exception("search is asked and its engine gave up")
    else:
        is_narrowed = kinds or since or until or facets
        if is_read and page == 1 and not is_narrowed and (results.is_loose or not results.hits):
            emit(SearchedInVain(results.text, language, site))
        return results
    return replace(empty, is_available=False)


class _Search:
    """One search in one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, filters: Filters) -> None:
        self._schema, self._searcher = schema, searcher
        self._query, self._filters = query, filters

    def run(self, empty: Results) -> Results:
        """Strictly first; then, where nothing may be shown, what comes nearest."""
        wanted = empty.page * empty.size
        found = self._match(self._query)
        kept, count, counts = self._look(found, wanted)
        is_loose, strict = not kept, count
        if is_loose:
            found = self._match(self._query, is_loose=True)
            kept, count, counts = self._look(found, wanted)
        marker = Marker(self._query)
        return replace(
            empty,
            hits=tuple(_hit(marker, each) for each in kept[wanted - empty.size :]),
            total=count,
            counts=counts,
            suggestion=self._suggest(strict) if strict < _FEW else "",
            elsewhere=() if kept else self._count_languages(),
            is_loose=is_loose and bool(kept),
        )

    def _match(self, query: Query, *, is_loose: bool = False) -> Matching | None:
        return match(self._schema, self._searcher, query, self._filters, is_loose=is_loose)

    def _look(self, found: Matching | None, wanted: int) -> tuple[list[Mapping[str, Any]], int, dict[str, list[Count]]]:
        """The best finds that may be shown, as many as are wanted; how many there are, and how they spread.

        Of those that may not be shown the ones that were looked at are not counted.
        """
        if found is None:
            return [], 0, {}
        count, counts = self._count(found)
        kept: list[Mapping[str, Any]] = []
        looked, limit, step = 0, wanted + SPARE, max(wanted, SPARE)
        while True:
            hits = self._searcher.search(found.ranked(), limit=limit, count=False).hits
            while len(kept) < wanted and looked < len(hits):
                some = hits[looked : looked + step]
                kept += _only_visible([read_stored(self._searcher, address) for _, address in some])
                looked, step = looked + len(some), 2 * step  # few questions, however many are hidden
            if len(kept) >= wanted or limit >= min(count, LIMIT_LOOKED):
                return kept[:wanted], count - (looked - len(kept)), counts if kept else {}
            limit = min(4 * limit, LIMIT_LOOKED)

    def _count(self, found: Matching) -> tuple[int, dict[str, list[Count]]]:
        wanted = {name: {"terms": {"field": name, "size": LIMIT_VALUES}} for name in ("kind", "site", "year", "facet")}
        told = self._searcher.aggregate(found.counted(), wanted)
        counts: dict[str, list[Count]] = {}
        for part in wanted:
            for bucket in told[part]["buckets"]:
                name, value = part, str(bucket["key"])
                if part == "facet":
                    name, _, value = value.partition(SEPARATOR)
                elif part != "kind":
                    value = str(int(bucket["key"]))
                counts.setdefault(name, []).append(Count(value, int(bucket["doc_count"])))
        # Each document has one kind, so the kinds count them all.
        kinds = told["kind"]
        total = sum(int(bucket["doc_count"]) for bucket in kinds["buckets"]) + int(kinds["sum_other_doc_count"])
        return total, counts

    def _count_all(self, found: Matching) -> int:
        result: Any = self._searcher.search(found.counted(), limit=1, count=True)  # its stub has no count
        return int(result.count)

    def _suggest(self, count: int) -> str:
        """Another spelling that finds more than this one."""
        text = suggest(self._schema, self._searcher, self._query, self._filters.language)
        better = self._match(read_query(text)) if text else None
        return text if better is not None and self._count_all(better) > count else ""

    def _count_languages(self) -> tuple[Count, ...]:
        """How much the other languages have."""
        counts = []
        for language, _ in settings.LANGUAGES:
            if language == self._filters.language:
                continue
            found = match(self._schema, self._searcher, self._query, replace(self._filters, language=language))
            if found and (count := self._count_all(found)):
                counts.append(Count(language, count))
        return tuple(counts)


def _only_visible(looked: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of these finds that everybody may see now, by one question to each source."""
    keys: dict[str, set[str]] = {}
    for each in looked:
        keys.setdefault(each["source"], set()).add(each["key"])
    visible = {name: SOURCES.get(name).visible(ids) if name in SOURCES else set() for name, ids in keys.items()}
    return [each for each in looked if each["key"] in visible[each["source"]]]


def _hit(marker: Marker, kept: Mapping[str, Any]) -> Hit:
    return Hit(
        source=kept["source"],
        key=kept["key"],
        language=kept["language"],
        kind=kept["kind"],
        site=kept["site"],
        title=marker.mark(kept["title"]),
        passage=marker.snip(" ".join(filter(None, (kept["summary"], kept["text"])))),
        address=kept["address"],
        date=date.fromisoformat(kept["date"]) if kept["date"] else None,
    )


def find_faults(*, now: datetime) -> list[str]:
    """What an operator must mend on this machine, in English, each with its remedy."""
    remedy = "start the worker; if it runs, see its log, and build the index anew: kopir manage rebuild_search"
    try:
        mark = find_mark(get_folder())
    except MissingIndexError:
        return [f"there is no index: {remedy}"]
    except BrokenIndexError as error:
        return [f"the index cannot be read ({error}): {remedy}"]
    if mark is None or not is_known(mark):
        return [f"the index is not of this database: {remedy}"]
    late = Change.objects.filter(created_at__lt=now - LATE)
    waiting = late.filter(number=None).count() + late.filter(number__gt=mark.number).count()
    return [f"{waiting} changes wait to be found: {remedy}"] if waiting else []
