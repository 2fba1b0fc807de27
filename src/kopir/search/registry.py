"""What can be found: rooms above register here what they have, and how its kinds, facets and sites are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.functional import Promise

from kopir.base.registry import Registry

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Document:
    """One thing in one language, as readers know it.

    `key` is the id of the object, as `Source.list_ids` gives it; an object may have a document in each language.
    `language` is a code without a script. `site` is the id of the body whose site it is on, None for the portal's own.
    `address` begins with a slash or a scheme. `facets` are values in the words of the reader, by the name of a facet.
    """

    key: str
    language: str
    site: int | None
    kind: str
    title: str
    address: str
    summary: str = ""
    text: str = ""
    date: date | None = None
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Things of one sort, such as "bodies.body". Ids are texts; each function asks the database as it stands.

    `list_ids` gives the ids of everything that may be found; `load` the documents of these ids, none for those that are
    gone; `visible` those of these ids that everybody may see at this moment. `load` is never asked for what is not
    visible.
    """

    name: str
    load: Callable[[Sequence[str]], Iterable[Document]]
    visible: Callable[[Collection[str]], set[str]]
    list_ids: Callable[[], Iterable[str]]


SOURCES: Final = Registry[Source]("source of documents")
"""Sources by their name."""

KINDS: Final = Registry[Words]("kind of documents")
"""What many documents of a kind are called: "News"."""

FACETS: Final = Registry[Words]("facet")
"""What a facet is called: "Region"."""

SITES: Final = Registry[Callable[[Collection[int]], Mapping[int, str]]]("names of sites")
"""Functions that name sites by their ids for the reader; the first that knows an id names it."""


def name_sites(ids: Collection[int]) -> dict[int, str]:
    """The names of sites; one that nobody knows is left out."""
    names: dict[int, str] = {}
    for _, find in SITES:
        names = {**find(ids), **names}
    return {number: names[number] for number in ids if number in names}
