"""Which answers may be kept: the application has to say so in `Kopir-Keep`, and nothing else may speak against it.

`Kopir-Keep: {"tags": ["websites.page:12"], "until": 1789000000, "params": ["page"]}`: what the page was made from, the
earliest instant at which it changes by itself (unix seconds, or null), and the query parameters that it reads.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

HEADER: Final = "kopir-keep"
HEADER_CHARACTERS: Final = 64 * 1024
TAGS: Final = 2000
TAG_CHARACTERS: Final = 200
PARAMS: Final = 16
PARAM_CHARACTERS: Final = 64
STATUSES: Final = frozenset({200, 301, 404, 410})
MISSING: Final = 404
MISSING_S: Final = 10.0
"""How long it is kept that there is nothing: each made-up address is one, so they must not crowd out pages."""

_VARIES_BY: Final = frozenset({"accept-encoding"})
_PERSONAL: Final = ("private", "no-store", "no-cache")

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Keep:
    """What the application says of an answer that may be kept. Tags and parameters are sorted, each once."""

    tags: tuple[str, ...]
    until: float
    params: tuple[str, ...]


def read_keep(text: str) -> Keep | None:
    """The header's value; None for one that is not of its form, since what is unclear is not kept."""
    if len(text) > HEADER_CHARACTERS:
        return None
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.keys() != {"tags", "until", "params"}:
        return None
    tags, until, params = value["tags"], value["until"], value["params"]
    if not _are_words(tags, TAGS, TAG_CHARACTERS) or not _are_words(params, PARAMS, PARAM_CHARACTERS):
        return None
    if isinstance(until, bool) or not isinstance(until, int | float | None):
        return None
    end = math.inf if until is None else float(until)
    return None if math.isnan(end) else Keep(tuple(sorted({*tags})), end, tuple(sorted({*params})))


def may_keep(status: int, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether status and headers let an answer be shown to others than who asked for it."""
    if status not in STATUSES:
        return False
    for name, value in headers:
        match name.lower():
            case "set-cookie" | "www-authenticate" | "content-range":
                return False
            case "vary":
                if not _words(value) <= _VARIES_BY:
                    return False
            case "cache-control":
                if not _words(value).isdisjoint(_PERSONAL):
                    return False
            case "content-encoding":
                if value.strip().lower() not in {"gzip", "identity"}:
                    return False
            case _:
                pass
    return True


def is_tag(value: object) -> bool:
    """Whether this can be a tag: a short text without control characters."""
    return isinstance(value, str) and 0 < len(value) <= TAG_CHARACTERS and value.isprintable()


def _are_words(value: object, count: int, characters: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= count
        and all(is_tag(word) and len(word) <= characters for word in value)
    )


def _words(value: str) -> set[str]:
    return {part.partition("=")[0].strip().lower() for part in value.split(",")} - {""}
