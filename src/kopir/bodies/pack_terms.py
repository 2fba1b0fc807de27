"""The tables of `terms.toml` and the acts that files of law name, made into facts; faults go into the entries' list.

Where the file is and how the whole pack is judged: `pack`. How a day is computed from a term: `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kopir.bodies.country import Country, Source, Term
from kopir.bodies.pack_reading import Entry

CODE: Final = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
EVENTS: Final = ("receipt", "registration", "request", "decision")
"""From what a term runs: something came in, was given a number, was asked for, or was decided."""
LONGEST_DAYS: Final = 366


def sources_from(entry: Entry, languages: Sequence[str]) -> dict[str, Source]:
    """The tables `[sources.CODE]`: acts with their names and addresses."""
    sources = {}
    for inner in entry.entries("sources"):
        source = Source(
            inner.text("code", pattern=CODE),
            inner.texts("names", languages),
            inner.text("link", pattern=r"https://\S+"),
        )
        sources[source.code] = source
        inner.end()
    return sources


def terms_from(entry: Entry, country: Country) -> list[Term]:
    """The terms of the file, each with its act."""
    sources = sources_from(entry, country.language_codes)
    terms = [_term_from(inner, sources, country.language_codes) for inner in entry.entries("terms")]
    entry.end()
    return terms


def _term_from(entry: Entry, sources: Mapping[str, Source], languages: Sequence[str]) -> Term:
    source = entry.choice("source", sources)
    term = Term(
        code=entry.text("code", pattern=CODE),
        days=entry.number("days", 1, LONGEST_DAYS),
        unit="calendar_days"
        if entry.choice("unit", ["working_days", "calendar_days"]) == "calendar_days"
        else "working_days",
        since=entry.choice("since", EVENTS),
        extension_days=entry.number("extension_days", 0, LONGEST_DAYS, default=0),
        source=sources.get(source, Source(source, {}, "")),
        place=entry.text("place", default=""),
        texts=entry.texts("texts", languages),
        is_unsure=entry.flag("unsure"),
    )
    entry.end()
    return term
