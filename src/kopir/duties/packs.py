"""Reads and judges `duties.toml` of a country pack: what law asks of websites, as data. No database.

All faults are told at once, as by `kopir.bodies.pack`. What each field means: docs/reference/country-pack.md.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from kopir.bodies.country import Source
from kopir.bodies.pack import PackError, find_pack, read_country
from kopir.bodies.pack_reading import Entry
from kopir.bodies.pack_terms import CODE, sources_from
from kopir.duties.checks import CHECKS

FILE: Final = "duties.toml"
LEVELS: Final = ("must", "should")


@dataclass(frozen=True)
class Clause:
    """One duty: where it stands in which act, by which check it is judged, and in words by language.

    `deadline_days`: for how many working days after a website was opened a defect is not due yet. One that `is_unsure`
    is shown and never scored: nobody has verified that the law says so.
    """

    code: str
    source: str
    place: str
    level: str
    check: str
    params: Mapping[str, Any]
    texts: Mapping[str, str]
    deadline_days: int = 0
    is_unsure: bool = False


@dataclass(frozen=True)
class DutyPack:
    """What a country asks of websites, in one version."""

    version: str
    sources: Mapping[str, Source]
    clauses: tuple[Clause, ...]

    def as_json(self) -> dict[str, Any]:
        """How it is kept beside scores."""
        return {
            "version": self.version,
            "sources": {code: asdict(source) for code, source in self.sources.items()},
            "clauses": [asdict(clause) for clause in self.clauses],
        }

    @property
    def digest(self) -> str:
        """What tells it from every other, whatever its version is called."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def pack_from(kept: Mapping[str, Any]) -> DutyPack:
    """The pack that was kept so."""
    sources = {code: Source(**source) for code, source in kept["sources"].items()}
    return DutyPack(kept["version"], sources, tuple(Clause(**clause) for clause in kept["clauses"]))


@cache
def read_duties(place: str) -> DutyPack | None:
    """The duties of the pack at `place`; None where it has none. Raises PackError with all faults."""
    path = find_pack(place) / FILE
    if not path.is_file():
        return None
    problems: list[str] = []
    try:
        entry = Entry(FILE, tomllib.loads(path.read_text("utf-8")), problems)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(place, [f"{FILE}: is no TOML in UTF-8: {error}"]) from None
    pack = _pack_from(entry, read_country(place).language_codes)
    if problems:
        raise PackError(place, problems)
    return pack


def _pack_from(entry: Entry, languages: Sequence[str]) -> DutyPack:
    sources = sources_from(entry, languages)
    clauses = tuple(_clause_from(inner, sources, languages) for inner in entry.entries("clauses"))
    pack = DutyPack(entry.text("version"), sources, clauses)
    for code, count in Counter(clause.code for clause in clauses).items():
        if count > 1:
            entry.fail(code, "stands twice; keep one")
    entry.end()
    return pack


def _clause_from(entry: Entry, sources: Mapping[str, Source], languages: Sequence[str]) -> Clause:
    check = entry.choice("check", [name for name, _check in CHECKS])
    clause = Clause(
        code=entry.text("code", pattern=CODE),
        source=entry.choice("source", sources),
        place=entry.text("place", default=""),
        level=entry.choice("level", LEVELS),
        check=check,
        params=_params_from(entry, check, languages),
        texts=entry.texts("texts", languages),
        deadline_days=entry.number("deadline_days", 0, 250, default=0),
        is_unsure=entry.flag("unsure"),
    )
    entry.end()
    return clause


def _params_from(entry: Entry, check: str, languages: Sequence[str]) -> dict[str, Any]:
    """What the clause tells its check: known words, each of the type of its default."""
    given, known = entry.table("params"), CHECKS.get(check).params if check in CHECKS else {}
    for name, value in given.items():
        if name not in known:
            entry.fail("params", f"{name}: {check} knows {', '.join(known) or 'none'}")
        elif type(value) is not type(known[name]) or (isinstance(value, int) and value < 0):
            entry.fail("params", f"{name}: write it like {known[name]!r}")
        elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
            entry.fail("params", f"{name}: write a list of words")
        elif name == "languages" and (strange := sorted(set(value) - set(languages))):
            entry.fail("params", f"languages: {', '.join(strange)}: list the language in country.toml first")
    return given
