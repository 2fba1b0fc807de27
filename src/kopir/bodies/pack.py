"""Reads and judges a country pack: the folder of data that makes an installation a country's. No Django, no database.

    country.toml   names, languages and scripts, currency, time zone, weekend, identifiers, kinds of bodies, posts
    regions.csv    regions and districts with their codes
    bodies.toml    the tree of state bodies to begin with
    calendar.csv   days off and moved working days to begin with
    terms.toml     terms of law; may be left out

Every fault is found at once and told with its file, its entry and its remedy. What each field means:
docs/reference/country-pack.md.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from kopir.bodies.country import BodyFact, Country, Pack, RegionFact
from kopir.bodies.pack_parts import bodies_from, country_from, day_from, region_from
from kopir.bodies.pack_reading import Entry
from kopir.bodies.pack_terms import terms_from

PACKS = Path(__file__).parent / "packs"
TERMS = "terms.toml"


class PackError(ValueError):
    """A pack that cannot be used; `problems` are whole sentences, each with file, entry, fault and remedy."""

    def __init__(self, place: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"the country pack {place} cannot be used:\n  " + "\n  ".join(self.problems))


def read_country(place: str) -> Country:
    """Only the country of the pack at `place`: what the settings of a process need. Raises PackError."""
    problems: list[str] = []
    country = country_from(_toml(find_pack(place) / "country.toml", problems))
    if problems:
        raise PackError(place, problems)
    return country


@cache
def read_pack(place: str) -> Pack:
    """Read the pack at `place`: the name of one that ships, or the path of a folder.

    Raises PackError with all its faults.
    """
    folder = find_pack(place)
    problems: list[str] = []
    country = country_from(_toml(folder / "country.toml", problems))
    regions = [region_from(entry, country) for entry in _csv(folder / "regions.csv", ("code", "level"), problems)]
    bodies = bodies_from(_toml(folder / "bodies.toml", problems), country, {region.code for region in regions})
    days = [day_from(entry, country) for entry in _csv(folder / "calendar.csv", ("day", "kind"), problems)]
    terms = terms_from(_toml(folder / TERMS, problems), country) if (folder / TERMS).exists() else ()
    problems += _judge_regions(regions)
    problems += _judge_tree(bodies)
    problems += [f"calendar.csv: {day}: stands twice; keep one row" for day in _twice(str(fact.on) for fact in days)]
    problems += [f"{TERMS}: {code}: stands twice; keep one" for code in _twice(term.code for term in terms)]
    if problems:
        raise PackError(place, problems)
    years = frozenset(fact.on.year for fact in days)
    return Pack(country, tuple(regions), tuple(bodies), tuple(days), years, {term.code: term for term in terms})


def find_pack(place: str) -> Path:
    """The folder of the pack at `place`. Raises PackError where there is none."""
    ours = PACKS / place
    if ours.is_dir() and ours.parent == PACKS and place.isalnum():
        return ours
    if Path(place).is_dir():
        return Path(place)
    known = ", ".join(sorted(path.name for path in PACKS.iterdir() if path.is_dir()))
    raise PackError(place, [f"there is no such folder; name one that ships ({known}), or the path of your own"])


def _toml(path: Path, problems: list[str]) -> Entry:
    try:
        return Entry(path.name, tomllib.loads(path.read_text("utf-8")), problems)
    except OSError:
        raise PackError(str(path.parent), [f"{path.name}: is missing or cannot be read"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(str(path.parent), [f"{path.name}: is no TOML in UTF-8: {error}"]) from None


def _csv(path: Path, columns: Sequence[str], problems: list[str]) -> list[Entry]:
    """The rows of a table, whose first line must name `columns` and may name more."""
    try:
        reader = csv.DictReader(path.read_text("utf-8").splitlines(), restkey="too many cells", strict=True)
        rows = list(reader)
    except OSError:
        raise PackError(str(path.parent), [f"{path.name}: is missing or cannot be read"]) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise PackError(str(path.parent), [f"{path.name}: is no CSV in UTF-8: {error}"]) from None
    if missing := [column for column in columns if column not in (reader.fieldnames or ())]:
        problems.append(f"{path.name}: line 1: name the columns {', '.join(missing)} too")
        return []
    return [
        Entry(f"{path.name}: line {number}", {key: value for key, value in row.items() if value}, problems)
        for number, row in enumerate(rows, 2)
    ]


def _judge_regions(regions: Sequence[RegionFact]) -> list[str]:
    """What only the whole list shows: doubles, and districts that lie in no region."""
    tops = {region.code for region in regions if region.level == "region"}
    lost = [
        f"regions.csv: {region.code}: parent: a district names its region, a region names none"
        for region in regions
        if (region.parent in tops) is (region.level == "region")
    ]
    return lost + [f"regions.csv: {code}: stands twice; keep one" for code in _twice(r.code for r in regions)]


def _judge_tree(bodies: Sequence[BodyFact]) -> list[str]:
    """What only the whole list shows: doubles, and parents that are missing or come later, so that no circle can be."""
    problems = [f"bodies.toml: {slug}: stands twice; keep one" for slug in _twice(body.slug for body in bodies)]
    seen: set[str] = set()
    for body in bodies:
        if body.parent and body.parent not in seen:
            problems.append(f"bodies.toml: {body.slug}: parent: list {body.parent} before the bodies under it")
        seen.add(body.slug)
    return problems


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
