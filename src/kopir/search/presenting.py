"""What the search page shows beside its finds: ways to narrow them, as links that work without JavaScript. No query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kopir.search.queries import Count, Hit, Results
from kopir.search.registry import FACETS, KINDS, name_sites

FIXED = ("kind", "site", "year")
TITLES: Mapping[str, str | Promise] = {"kind": _("Kind"), "site": _("Website"), "year": _("Year")}
LIMIT_CHOICES = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to narrow by, and how many finds have it; for the one that is chosen, the way back."""

    text: str
    count: int
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one facet."""

    title: str | Promise
    choices: Sequence[Choice]


def list_groups(results: Results, asked: QueryDict) -> list[Group]:
    """The facets that narrow these results or do so already; one in which all finds agree would change nothing."""
    known = (*FIXED, *(name for name, _words in FACETS))
    groups = []
    for name in known:
        counts, current = results.counts.get(name, ()), asked.get(name, "")
        choices = _list_choices(name, counts, current, asked)
        if choices and (current or len(choices) > 1):
            title = TITLES[name] if name in TITLES else FACETS.get(name)
            groups.append(Group(title, choices[:LIMIT_CHOICES]))
    return groups


def name_kind(kind: str) -> str:
    """What documents of a kind are called; empty for a kind without a name."""
    return str(KINDS.get(kind)) if kind in KINDS else ""


def list_hits(results: Results, asked: QueryDict) -> list[tuple[Hit, list[str]]]:
    """The finds with what is said of each beside its day: its kind, and its website where many are looked through."""
    sites = {} if asked.get("site") else name_sites({hit.site for hit in results.hits if hit.site is not None})
    return [
        (hit, [words for words in (name_kind(hit.kind), sites.get(hit.site or 0, "")) if words]) for hit in results.hits
    ]


def _list_choices(name: str, counts: Sequence[Count], current: str, asked: QueryDict) -> list[Choice]:
    texts = _name_values(name, [each.value for each in counts])
    counts = sorted(counts, key=lambda each: -int(each.value)) if name == "year" else counts
    return [
        Choice(texts[each.value], each.count, _address(name, each.value, current, asked), each.value == current)
        for each in counts
        if texts.get(each.value)
    ]


def _name_values(name: str, values: Sequence[str]) -> dict[str, str]:
    if name == "kind":
        return {value: name_kind(value) for value in values}
    if name == "site":
        return {str(number): text for number, text in name_sites([int(value) for value in values]).items()}
    return {value: value for value in values}


def _address(name: str, value: str, current: str, asked: QueryDict) -> str:
    """The same search with this value, or without it where it is chosen; from the first page."""
    query = asked.copy()
    query.pop("page", None)
    if value == current:
        query.pop(name, None)
    else:
        query[name] = value
    return f"?{query.urlencode()}"
