"""What was gathered of a website at one instant, as it is judged and kept: nothing personal, no words, no titles. Pure.

A text is known by its number of words and a digest, so that empty and copied ones are told without keeping them.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

FORM: Final = 1
"""The form of what is kept; a later one reads the earlier ones too."""
FEWEST_WORDS_OF_A_COPY: Final = 5
"""Shorter texts may well be the same without being copied."""


@dataclass(frozen=True)
class Page:
    """A page that the public sees. `path` is its way below the home page, "" for that one; `key` joins its languages.

    `words` counts those of its own text, `digest` is of them; `fields` says of each own field how many words it has, 1
    for a day or a file; `files` are the names under which its files are kept. `is_behind`: a translation whose source
    was published later. `clicks` from the home page, None where no link leads to it or nobody has looked.
    """

    id: int
    key: str
    language: str
    kind: str
    path: str
    words: int
    digest: str
    published_on: str
    changed_on: str
    is_behind: bool = False
    fields: Mapping[str, int] = field(default_factory=dict)
    files: Sequence[str] = ()
    clicks: int | None = None

    @property
    def slug(self) -> str:
        """The last segment of the way to it."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Facts:
    """A website with its pages.

    `stock` are digests of texts that came with its template, `walked` the languages whose links were followed to the
    end. `files` says whether each has a text that can be read, `links` whether each address answers, with the pages
    that lead there; None where it cannot be told.
    """

    opened_on: str
    languages: Sequence[str]
    pages: Sequence[Page]
    stock: Sequence[str] = ()
    walked: Sequence[str] = ()
    files: Mapping[str, bool | None] = field(default_factory=dict)
    links: Mapping[str, tuple[bool | None, Sequence[int]]] = field(default_factory=dict)

    @cached_property
    def copied(self) -> frozenset[int]:
        """The pages whose text came with the template, or stands on another page that was published earlier."""
        seen, found = set(self.stock), set()
        for page in sorted(self.pages, key=lambda page: (page.published_on, page.id)):
            if page.words >= FEWEST_WORDS_OF_A_COPY and page.digest in seen:
                found.add(page.id)
            seen.add(page.digest)
        return frozenset(found)

    def as_bytes(self) -> bytes:
        """How it is kept: the same facts are the same bytes."""
        text = json.dumps({"form": FORM, **asdict(self)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return zlib.compress(text.encode(), 9)


def facts_from(kept: bytes) -> Facts:
    """The facts that were kept so."""
    data: dict[str, Any] = json.loads(zlib.decompress(kept))
    del data["form"]
    links = {address: (alive, tuple(pages)) for address, (alive, pages) in data.pop("links").items()}
    return Facts(pages=tuple(Page(**page) for page in data.pop("pages")), links=links, **data)


def digest_of(words: Iterable[str]) -> str:
    """What tells a text from another, whatever its case and signs."""
    folded = " ".join(word for word in ("".join(filter(str.isalnum, one)).casefold() for one in words) if word)
    return hashlib.sha256(folded.encode()).hexdigest()[:24]


def day_of(text: str) -> date | None:
    """A day as the facts write it; None for ""."""
    return date.fromisoformat(text) if text else None
