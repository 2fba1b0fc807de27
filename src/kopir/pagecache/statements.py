"""Which tables an SQL statement reads and writes: found in its text, quickly, and rather one too many than one too few.

Only tables that are known are found: those of models, and those that the cache keeps. A name counts wherever it
stands, so a view or a function of the database that reads a table in secret is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from django.apps import apps
from django.conf import settings

LIMIT_CACHED: Final = 8_192
"""Characters of a statement that is remembered; longer ones (many rows at once) rarely come twice."""
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_WRITE: Final = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|"
    r"TRUNCATE(?:\s+TABLE)?)"
    r'\s+(?:"?\w+"?\.)?"?([A-Za-z_]\w*)"?',
    re.IGNORECASE,
)
_BEGINS_WRITE: Final = re.compile(r"\s*(?:INSERT|REPLACE|UPDATE|DELETE|TRUNCATE|WITH)\b", re.IGNORECASE)
_TRUNCATED: Final = re.compile(r"\s*TRUNCATE\b", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """The known tables of a statement."""

    reads: frozenset[str]
    writes: frozenset[str]


def parse(sql: str) -> Statement:
    """The tables of a statement."""
    return _parse_cached(sql) if len(sql) <= LIMIT_CACHED else _parse(sql)


@cache
def known_tables() -> frozenset[str]:
    """Every table of a model, and those of caches in the database."""
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    caches = {str(one.get("LOCATION")) for one in settings.CACHES.values() if "DatabaseCache" in one["BACKEND"]}
    return frozenset(models | caches)


def _parse(sql: str) -> Statement:
    bare = _TEXT.sub("''", sql)
    found = known_tables().intersection(_WORD.findall(bare))
    if not found or not _BEGINS_WRITE.match(bare):
        return Statement(found, frozenset())
    if _TRUNCATED.match(bare):
        return Statement(frozenset(), found)
    writes = found.intersection(_WRITE.findall(bare))
    return Statement(found - writes, writes)


_parse_cached = lru_cache(maxsize=4_096)(_parse)
