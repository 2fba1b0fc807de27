"""A shelf of notes as a source of search: documents in a dictionary, some of them hidden, in a test's own folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kopir.search import indexing
from kopir.search.actions import changed, get_folder
from kopir.search.index import find_current
from kopir.search.registry import FACETS, KINDS, SITES, SOURCES, Document, Source

NAME = "tests.note"


class Shelf(dict[str, list[Document]]):
    """Documents by key; what is in `hidden` is not visible, what is in `broken` cannot be read."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[str] = set()
        self.broken: set[str] = set()
        self.source = Source(NAME, self.load, self.visible, self.list_ids)

    def load(self, keys: Sequence[str]) -> Iterable[Document]:
        """As a room does."""
        if self.broken & set(keys):
            raise ZeroDivisionError
        return [document for key in keys for document in self.get(key, [])]

    def visible(self, keys: Collection[str]) -> set[str]:
        """As a room does."""
        return {key for key in keys if key in self and key not in self.hidden}

    def list_ids(self) -> Iterable[str]:
        """As a room does."""
        return list(self)

    def put(self, key: str, title: str, text: str = "", language: str = "kk", **fields: Any) -> None:
        """Write a document and say so; a second language of the same key stays beside the first."""
        address = fields.pop("address", f"/{language}/notes/{key}/")
        fields = {"site": None, "kind": "note", **fields}
        made = Document(key=key, language=language, title=title, text=text, address=address, **fields)
        others = [each for each in self.get(key, []) if each.language != language]
        self[key] = [*others, made]
        changed(NAME, [key])

    def take(self, key: str) -> None:
        """Take it off the shelf."""
        del self[key]
        changed(NAME, [key])


def keep_up(times: int = 5) -> None:
    """What a worker does in some seconds."""
    for _ in range(times):
        indexing.keep_up(get_folder())


def get_path(folder: Path) -> Path:
    """The index that is read."""
    path = find_current(folder)
    assert path is not None
    return path


@contextmanager
def own_sources() -> Iterator[None]:
    """Hide what rooms have registered, and forget what is registered inside."""
    registries: tuple[Any, ...] = (SOURCES, KINDS, FACETS, SITES)
    kept = [registry._things for registry in registries]
    for registry in registries:
        registry._things = {}
    try:
        yield
    finally:
        for registry, things in zip(registries, kept, strict=True):
            registry._things = things
