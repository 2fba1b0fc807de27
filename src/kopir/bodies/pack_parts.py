"""The tables and rows of a pack made into facts, one function for each; faults go into the list of the entries.

Where the files are and how the whole is judged: `pack`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from kopir.bodies.country import (
    BodyFact,
    Country,
    Currency,
    DayFact,
    HolidaySource,
    Hours,
    Kind,
    Language,
    Level,
    RegionFact,
    Script,
)
from kopir.bodies.identifiers import ALGORITHMS, Scheme
from kopir.bodies.pack_reading import Entry, is_time

LEVELS: Mapping[str, Level] = {"1": "region", "2": "district"}
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
CODE = r"[a-z][a-z0-9_]*"


def country_from(entry: Entry) -> Country:
    """The country of `country.toml`."""
    languages = tuple(_language_from(inner) for inner in entry.entries("languages"))
    codes = [language.code for language in languages]
    if not codes:
        entry.fail("languages", "list at least one")
    posts = Entry("country.toml: posts", entry.table("posts"), entry.problems)
    country = Country(
        code=entry.text("code", pattern="[A-Z]{2}"),
        names=entry.texts("names", codes),
        official_names=entry.texts("official_names", codes),
        portal_names=entry.texts("portal_names", codes),
        languages=languages,
        currency=_currency_from(Entry("country.toml: currency", entry.table("currency"), entry.problems), codes),
        zone=_zone_from(entry),
        weekend=frozenset(entry.numbers("weekend", 1, 7)),
        kinds={kind.code: kind for kind in (_kind_from(inner, codes) for inner in entry.entries("kinds"))},
        posts={key: posts.texts(key, codes) for key in posts.fields},
        identifiers={scheme.code: scheme for scheme in _schemes_from(entry.entries("identifiers"), codes)},
        working_day_names=entry.texts("working_day_names", codes),
        holidays=_holidays_from(entry, codes),
    )
    entry.end()
    return country


def _language_from(entry: Entry) -> Language:
    scripts = []
    for inner in entry.entries("scripts"):
        scripts.append(
            Script(inner.text("code", pattern="[A-Z][a-z]{3}"), inner.text("name"), inner.flag("is_provisional"))
        )
        inner.end()
    language = Language(entry.text("code", pattern="[a-z]{2,3}"), entry.text("name"), tuple(scripts))
    if not scripts:
        entry.fail("scripts", "list the script in which texts are written first")
    entry.end()
    return language


def _currency_from(entry: Entry, languages: Sequence[str]) -> Currency:
    currency = Currency(
        entry.text("code", pattern="[A-Z]{3}"),
        entry.text("sign"),
        entry.number("digits", 0, 4),
        entry.texts("names", languages),
    )
    entry.end()
    return currency


def _zone_from(entry: Entry) -> ZoneInfo:
    name = entry.text("time_zone")
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, OSError, ValueError):
        entry.fail("time_zone", f"{name!r} is no time zone of the IANA list, which writes Area/City")
        return ZoneInfo("UTC")


def _kind_from(entry: Entry, languages: Sequence[str]) -> Kind:
    kind = Kind(
        entry.text("code", pattern=CODE),
        entry.texts("names", languages),
        entry.texts("plurals", languages),
        entry.flag("is_local"),
    )
    entry.end()
    return kind


def _schemes_from(entries: Iterable[Entry], languages: Sequence[str]) -> Iterable[Scheme]:
    for entry in entries:
        fields = {
            "code": entry.text("code", pattern="[A-Z][A-Z0-9]*"),
            "subject": entry.choice("subject", ["person", "body"]),
            "names": entry.texts("names", languages),
            "length": entry.number("length", 1, 40),
            "algorithm": entry.choice("algorithm", ALGORITHMS),
            "pattern": entry.text("pattern", default=""),
            "rounds": entry.rows_of_numbers("rounds", 0, 99),
            "example": entry.text("example", default=""),
            "law": entry.text("law", default=""),
        }
        entry.end()
        try:
            scheme = Scheme(**fields)  # type: ignore[arg-type]  # the values were judged one by one above
        except (ValueError, TypeError) as error:
            entry.fail("algorithm", str(error))
            continue
        if scheme.example and scheme.fault_of(scheme.example):
            entry.fail("example", f"is not valid: {scheme.fault_of(scheme.example)}")
        yield scheme


def _holidays_from(entry: Entry, languages: Sequence[str]) -> HolidaySource | None:
    inner = Entry("country.toml: holidays", entry.table("holidays"), entry.problems)
    if not inner.fields:
        return None
    names = {key: {**value} for key, value in inner.table("names").items() if isinstance(value, dict)}
    source = HolidaySource(inner.text("code", pattern="[A-Z]{2}"), inner.table("languages"), names)
    if strange := sorted({*source.languages, *names} - set(languages)):
        inner.fail("languages", f"{', '.join(strange)}: list the language first, or take it away")
    inner.end()
    return source


def region_from(entry: Entry, country: Country) -> RegionFact:
    """A row of `regions.csv`; a label, the full name, goes before the short name of the list's publisher."""
    names = {}
    for language in country.language_codes:
        name = entry.text(f"name_{language}", default="")
        if text := entry.text(f"label_{language}", default=name):
            names[language] = text
    if not names:
        entry.fail("name", "give the name in at least one language")
    region = RegionFact(
        code=entry.text("code"),
        level=LEVELS[entry.choice("level", LEVELS) or "1"],
        parent=entry.text("parent", default="") or None,
        iso_3166_2=entry.text("iso_3166_2", pattern="[A-Z]{2}-[A-Z0-9]{1,3}", default="") or None,
        names=names,
        location=entry.point("lat", "lon"),
    )
    entry.end()
    return region


def bodies_from(entry: Entry, country: Country, regions: Collection[str]) -> list[BodyFact]:
    """The tables of `bodies.toml`; `regions` are the codes that exist."""
    hours = {}
    for inner in entry.entries("hours", is_required=False):
        hours[inner.text("code", pattern=CODE)] = tuple(_hours_from(item) for item in inner.entries("open"))
        inner.end()
    bodies = [_body_from(inner, country, regions, hours) for inner in entry.entries("bodies")]
    entry.end()
    return bodies


def _body_from(
    entry: Entry, country: Country, regions: Collection[str], hours: Mapping[str, tuple[Hours, ...]]
) -> BodyFact:
    languages = country.language_codes
    body = BodyFact(
        slug=entry.text("slug", pattern=SLUG),
        kind=entry.choice("kind", country.kinds),
        names=entry.texts("names", languages),
        short_names=entry.texts("short_names", languages, is_required=False),
        parent=entry.text("parent", pattern=SLUG, default="") or None,
        region=entry.text("region", default="") or None,
        head=country.posts.get(entry.choice("head", country.posts, default=""), {}),
        duties=entry.texts("duties", languages, is_required=False),
        address=entry.texts("address", languages, is_required=False),
        hours=hours.get(entry.choice("hours", hours, default=""), ()),
        phone=entry.text("phone", pattern=r"\+?[0-9 ()\-]{3,25}", default=""),
        site=entry.text("site", pattern=r"https://\S+", default=""),
        code=entry.text("code", pattern=r"\d+", default=""),
    )
    if body.region and body.region not in regions:
        entry.fail("region", f"{body.region} is not in regions.csv")
    if body.code and all(scheme.fault_of(body.code) for scheme in country.identifiers_of("body")):
        entry.fail("code", f"{body.code} is no valid number of a body")
    entry.end()
    return body


def _hours_from(entry: Entry) -> Hours:
    pause = entry.fields.get("pause")
    entry.read.add("pause")
    hours = Hours(
        days=entry.numbers("days", 1, 7),
        opens=entry.text("opens"),
        closes=entry.text("closes"),
        pause=(pause[0], pause[1]) if isinstance(pause, list) and len(pause) == 2 else None,
    )
    times = [hours.opens, *(hours.pause or ()), hours.closes]
    if not all(is_time(time) for time in times) or times != sorted(set(times)) or (pause and not hours.pause):
        entry.fail("opens", 'write times as "09:00", each later than the one before, a pause as ["13:00", "14:00"]')
    entry.end()
    return hours


def day_from(entry: Entry, country: Country) -> DayFact:
    """A row of `calendar.csv`."""
    names = {code: entry.text(f"name_{code}") for code in country.language_codes}
    fact = DayFact(
        on=entry.day("day") or date.min,
        kind="working_day" if entry.choice("kind", ["holiday", "working_day"]) == "working_day" else "holiday",
        names=names,
        is_moved=entry.choice("is_moved", ["yes"], default="") == "yes",
        moved_from=entry.day("moved_from"),
        is_estimated=entry.choice("is_estimated", ["yes"], default="") == "yes",
        reference=entry.text("reference", default=""),
    )
    entry.end()
    return fact
