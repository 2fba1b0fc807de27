"""A country's regions and districts: the lists of the country packs, read once and asked by code, level and parent.

The lists and their licenses are described in `bodies/packs/ATTRIBUTION.md`. No HTTP here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Level = Literal["region", "district"]

COUNTRY_NAMES: Mapping[str, str] = MappingProxyType({"kz": "Kazakhstan", "tj": "Tajikistan", "uz": "Uzbekistan"})
LEVELS: Mapping[str, Level] = MappingProxyType({"1": "region", "2": "district"})


@dataclass(frozen=True, slots=True)
class Place:
    """One region or district. `names` is by language, the state's own first; None where the publisher gives no name."""

    code: str
    level: Level
    parent: str | None
    iso_3166_2: str | None
    names: Mapping[str, str | None]
    location: tuple[float, float] | None
    """Latitude and longitude of a point inside, in degrees (WGS 84)."""

    def name_in(self, language: str) -> str:
        """The name in `language`, or in the state's own where the publisher gives none in that one."""
        return self.names.get(language) or next(name for name in self.names.values() if name)


@dataclass(frozen=True, slots=True)
class Territory:
    """A country's places, regions before districts, each by its code."""

    country: str
    languages: tuple[str, ...]
    places: Mapping[str, Place]

    def list_places(self, *, level: Level | None = None, parent: str | None = None) -> list[Place]:
        """The places of that level under that parent; None stands for any."""
        return [
            place
            for place in self.places.values()
            if (level is None or place.level == level) and (parent is None or place.parent == parent)
        ]


@cache
def load_territory(country: str) -> Territory:
    """Read the list of `country`, a key of `COUNTRY_NAMES`. Raises KeyError for any other."""
    if country not in COUNTRY_NAMES:
        raise KeyError(country)
    text = (files("kopir.bodies") / "packs" / country / "regions.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    languages = tuple(column.removeprefix("name_") for column in rows[0] if column.startswith("name_"))
    places = (_place_from(row, languages) for row in rows)
    return Territory(country, languages, MappingProxyType({place.code: place for place in places}))


def _place_from(row: Mapping[str, str], languages: tuple[str, ...]) -> Place:
    has_point = row.get("lat") and row.get("lon")
    return Place(
        code=row["code"],
        level=LEVELS[row["level"]],
        parent=row["parent"] or None,
        iso_3166_2=row["iso_3166_2"] or None,
        names=MappingProxyType({language: row[f"name_{language}"] or None for language in languages}),
        location=(float(row["lat"]), float(row["lon"])) if has_point else None,
    )
