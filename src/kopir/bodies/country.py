"""What a country pack says, as frozen facts: the country, its regions, bodies and calendar to begin with.

`names` and other texts are by language code. Nothing in these classes is about any one country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from kopir.bodies.identifiers import Scheme

Level = Literal["region", "district"]
DayKind = Literal["holiday", "working_day"]
TermUnit = Literal["working_days", "calendar_days"]


@dataclass(frozen=True, slots=True)
class Script:
    """A script of a language by its ISO 15924 code; `name` is written in that script, for readers to choose it by."""

    code: str
    name: str
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the portal. Texts are written in the first of `scripts`, the others are converted from it."""

    code: str
    name: str
    scripts: tuple[Script, ...]

    @property
    def source(self) -> Script:
        return self.scripts[0]

    @property
    def variants(self) -> tuple[Script, ...]:
        """The scripts that texts are converted to."""
        return self.scripts[1:]


@dataclass(frozen=True, slots=True)
class Currency:
    """The money of the country by its ISO 4217 code; `digits` is how many stand after the decimal sign."""

    code: str
    sign: str
    digits: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of body, as the law of the country has it; `is_local` for the authorities of regions and districts."""

    code: str
    names: Mapping[str, str]
    plurals: Mapping[str, str]
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on these days of the week (ISO, Monday 1), from and to in local time as "09:00", with at most one pause."""

    days: tuple[int, ...]
    opens: str
    closes: str
    pause: tuple[str, str] | None = None

    def as_json(self) -> dict[str, object]:
        """As it is stored with a body."""
        value: dict[str, object] = {"days": list(self.days), "opens": self.opens, "closes": self.closes}
        return value | ({"pause": list(self.pause)} if self.pause else {})


@dataclass(frozen=True, slots=True)
class HolidaySource:
    """How the library `holidays` knows the country.

    Its code there, its name for each of our languages, and names by the library's English one for languages in which
    it has none, or poor ones.
    """

    code: str
    languages: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Country:
    """A country as its portal shows it. `languages` are equals, in the order in which the switch lists them."""

    code: str
    names: Mapping[str, str]
    official_names: Mapping[str, str]
    portal_names: Mapping[str, str]
    languages: tuple[Language, ...]
    currency: Currency
    zone: ZoneInfo
    weekend: frozenset[int]
    kinds: Mapping[str, Kind]
    posts: Mapping[str, Mapping[str, str]]
    identifiers: Mapping[str, Scheme]
    working_day_names: Mapping[str, str]
    holidays: HolidaySource | None = None

    @property
    def language_codes(self) -> tuple[str, ...]:
        return tuple(language.code for language in self.languages)

    def identifiers_of(self, subject: Literal["person", "body"]) -> tuple[Scheme, ...]:
        """The schemes by which persons, or bodies, are named; the first is the usual one."""
        return tuple(scheme for scheme in self.identifiers.values() if scheme.subject == subject)


@dataclass(frozen=True, slots=True)
class RegionFact:
    """A region, or a district with its region as `parent`. `location` is latitude and longitude in degrees, WGS 84."""

    code: str
    level: Level
    parent: str | None
    iso_3166_2: str | None
    names: Mapping[str, str]
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A state body to begin with; `parent` is the slug of another, `head` the title of the post, never a person."""

    slug: str
    kind: str
    names: Mapping[str, str]
    short_names: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    region: str | None = None
    head: Mapping[str, str] = field(default_factory=dict)
    duties: Mapping[str, str] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    hours: tuple[Hours, ...] = ()
    phone: str = ""
    site: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class DayFact:
    """A day off, or a day of a weekend that is worked.

    `is_moved` where it stands in for another day, `moved_from` if that day is known; `is_estimated` where it has still
    to be confirmed; `reference` is the decree.
    """

    on: date
    kind: DayKind
    names: Mapping[str, str]
    is_moved: bool = False
    moved_from: date | None = None
    is_estimated: bool = False
    reference: str = ""


@dataclass(frozen=True)
class Source:
    """An act: its name by language, and where it can be read."""

    code: str
    names: Mapping[str, str]
    link: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of law: so many days from the day after an event, where it stands in which act, and in words by language.

    `extension_days` are those by which law lets a body make it longer, once; 0 where it lets nobody. One that
    `is_unsure` nobody has held against the wording of the law: whoever shows it says so.
    """

    code: str
    days: int
    unit: TermUnit
    since: str
    extension_days: int
    source: Source
    place: str
    texts: Mapping[str, str]
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole country pack, judged: every reference in it leads somewhere. `years` are those its calendar covers."""

    country: Country
    regions: tuple[RegionFact, ...]
    bodies: tuple[BodyFact, ...]
    days: tuple[DayFact, ...]
    years: frozenset[int]
    terms: Mapping[str, Term] = field(default_factory=dict)
