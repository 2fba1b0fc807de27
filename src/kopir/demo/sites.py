"""What stands on the demonstration's websites, read from `data/sites/`: sections, heads' posts, documents, news, more.

    shared.toml                sections that every body words alike, and the note of the demonstration
    COUNTRY/BODY.toml          a body's own texts, one table for each language, and its documents
    COUNTRY/news/*.toml        news
    COUNTRY/types/BODY.toml    pages of further types, on the sites that show them
    types.toml                 such pages that these sites word alike
    kept.toml                  a text that one body of each country keeps and others show

It is data only: nothing here knows pages. Texts are plain, paragraphs apart by an empty line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

SITES: Final = Path(__file__).with_name("data") / "sites"
TEMPLATES: Final = ("ministry", "region")
"""What a site may be made from, by name."""

Texts = Mapping[str, str]
"""One text in every language of the country, by its code."""


@dataclass(frozen=True, slots=True)
class Question:
    """What citizens ask, and the answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Words:
    """All of a body's own texts in one language; `duties` and `reception` are those of the head's post."""

    lead: str
    about: str
    activities: str
    services: str
    divisions: tuple[str, ...]
    duties: tuple[str, ...]
    reception: str
    contacts: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An act of the demonstration by its requisites; `state` is draft, adopted or repealed."""

    number: str
    on: date
    state: str
    discussed_until: datetime | None
    titles: Texts
    texts: Texts


@dataclass(frozen=True, slots=True)
class Piece:
    """A page of a further type: an event, a tender, a film. `kind` is its name, `under` where it stands if not usually.

    `values` are alike in every language; `words` are the texts of each language by the names of fields, lists in parts.
    """

    kind: str
    slug: str
    on: date
    source: str
    under: str
    values: Mapping[str, Any]
    words: Mapping[str, Mapping[str, str | list[str]]]


@dataclass(frozen=True, slots=True)
class Site:
    """The site of a body of the pack, by its slug."""

    body: str
    template: str
    words: Mapping[str, Words]
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news; `source` is a key of the sources in `shared.toml`: which side has told it."""

    slug: str
    body: str
    on: date
    source: str
    titles: Texts
    summaries: Texts
    texts: Texts


@dataclass(frozen=True, slots=True)
class Shared:
    """Texts for all sites: sections by their slug, `{name}` standing for the body's; sources of news; the note."""

    sections: Mapping[str, Texts]
    sources: Mapping[str, Texts]
    note: Texts


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that one body keeps and others show, both by the country; it was written `on` that day."""

    slug: str
    on: date
    kept_by: Mapping[str, str]
    shown_by: Mapping[str, list[str]]
    titles: Texts
    texts: Texts


@cache
def read_shared() -> Shared:
    """What all sites have alike, in the five languages."""
    told = _read(SITES / "shared.toml")
    return Shared(told["sections"], told["sources"], told["note"])


@cache
def read_kept() -> Kept:
    """The text that others show, in the five languages."""
    told = _read(SITES / "kept.toml")
    return Kept(**{**told, "texts": {language: text.strip() for language, text in told["texts"].items()}})


@cache
def read_sites(country: str) -> tuple[Site, ...]:
    """The sites of a country, named as its pack that ships, in the order of their bodies' slugs."""
    return tuple(_site(_read(path)) for path in sorted((SITES / country).glob("*.toml")))


@cache
def read_news(country: str) -> tuple[News, ...]:
    """The news of a country, the oldest first."""
    told = [item for path in sorted((SITES / country / "news").glob("*.toml")) for item in _read(path)["news"]]
    return tuple(sorted(map(_news, told), key=lambda news: (news.on, news.slug)))


@cache
def read_pieces(country: str, body: str, languages: tuple[str, ...]) -> tuple[Piece, ...]:
    """The pages of further types of a body's site, those above first; none where it shows no further types."""
    file = SITES / country / "types" / f"{body}.toml"
    if not file.is_file():
        return ()
    told = [*_read(SITES / "types.toml")["pages"], *_read(file)["pages"]]
    return tuple(_piece(one, languages) for one in told)


def _site(told: dict[str, Any]) -> Site:
    body, template, documents = told.pop("body"), told.pop("template"), told.pop("documents")
    words = {language: _words(texts) for language, texts in told.items()}
    return Site(body, template, words, tuple(_document(document) for document in documents))


def _words(told: dict[str, Any]) -> Words:
    questions = tuple(Question(question.strip(), answer.strip()) for question, answer in told.pop("questions"))
    divisions, duties = tuple(told.pop("divisions")), tuple(told.pop("duties"))
    texts: dict[str, str] = {key: text.strip() for key, text in told.items()}
    return Words(questions=questions, divisions=divisions, duties=duties, **texts)


def _document(told: dict[str, Any]) -> Document:
    return Document(
        told["number"], told["on"], told["state"], told.get("discussed_until"), told["titles"], told["texts"]
    )


def _piece(told: dict[str, Any], languages: tuple[str, ...]) -> Piece:
    kind, slug, on = (told.pop(key) for key in ("kind", "slug", "on"))
    source, under = told.pop("source", "platform"), told.pop("under", "")
    words = {language: _stripped(told[language]) for language in languages}
    values = {name: value for name, value in told.items() if not isinstance(value, dict)}
    return Piece(kind, slug, on, source, under, values, words)


def _stripped(texts: Mapping[str, Any]) -> dict[str, str | list[str]]:
    return {name: text if isinstance(text, list) else text.strip() for name, text in texts.items()}


def _news(told: dict[str, Any]) -> News:
    slug, body, on, source = (told.pop(key) for key in ("slug", "body", "on", "source"))
    titles, summaries, texts = (
        {language: one[part].strip() for language, one in told.items()} for part in ("title", "summary", "text")
    )
    return News(slug, body, on, source, titles, summaries, texts)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
