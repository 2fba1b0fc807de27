"""A year's calendar to begin with, from the library `holidays`; what decrees change later is set by people.

The library names days in some languages only, and writes "(observed)" or "(estimated)" behind a name; those become
flags here, and names that it lacks come from the country pack. Reads no clock and no database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date

import holidays

from kopir.bodies.country import Country, DayFact, HolidaySource

ENGLISH = "en_US"
_REMARK = re.compile(r"\s*\(([^()]*)\)$")
_MOVED_FROM = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")


class UnknownDayError(LookupError):
    """The library names a day for which neither it nor the pack has a name in some language; `names` are in English."""

    def __init__(self, language: str, names: Iterable[str]) -> None:
        self.names = tuple(names)
        quoted = ", ".join(f'"{name}"' for name in self.names)
        super().__init__(f"give these a name under [holidays.names.{language}] of country.toml: {quoted}")


def seed_days(country: Country, years: Iterable[int]) -> tuple[DayFact, ...]:
    """The days off and the moved working days of `years`, in order. No days where the pack names no source.

    Raises UnknownDayError with every name that a language lacks.
    """
    source = country.holidays
    if source is None:
        return ()
    wanted = frozenset(years)
    english = holidays.country_holidays(source.code, years=wanted, language=ENGLISH)
    names = {code: _names_in(code, source, english, wanted) for code in country.language_codes}
    days = [_day_off(on, english[on], names) for on in english if on.year in wanted]
    worked = sorted(on for on in english.weekend_workdays if on.year in wanted)
    days += [_working_day(on, days, dict(country.working_day_names)) for on in worked]
    return tuple(sorted(days, key=lambda day: day.on))


def days_as_csv(days: Iterable[DayFact], languages: Iterable[str]) -> str:
    """The days as the file `calendar.csv` of a pack."""
    codes = tuple(languages)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"name_{code}" for code in codes]
    writer.writerow(["day", "kind", *names, "is_moved", "moved_from", "is_estimated", "reference"])
    for day in days:
        flags = ["yes" if day.is_moved else "", day.moved_from or "", "yes" if day.is_estimated else "", day.reference]
        writer.writerow([day.on, day.kind, *(day.names.get(code, "") for code in codes), *flags])
    return text.getvalue()


def _names_in(
    language: str, source: HolidaySource, english: holidays.HolidayBase, years: frozenset[int]
) -> dict[date, str]:
    """The name of each day in one of our languages, without remarks."""
    theirs = source.languages.get(language)
    own = holidays.country_holidays(source.code, years=years, language=theirs) if theirs else {}
    ours = source.names.get(language, {})
    bare = {on: _without_remarks(english[on])[0] for on in english}
    if missing := sorted({name for on, name in bare.items() if name not in ours and on not in own}):
        raise UnknownDayError(language, missing)
    return {on: ours.get(name) or _without_remarks(own[on])[0] for on, name in bare.items()}


def _without_remarks(name: str) -> tuple[str, str]:
    """A name bare of what stands in brackets behind it, and that; two holidays of one day keep the order given."""
    parts = [part.strip() for part in name.split(";")]
    found = [_REMARK.search(part) for part in parts]
    remarks = " ".join(match[1] for match in found if match)
    return "; ".join(_REMARK.sub("", part) for part in parts), remarks


def _day_off(on: date, english: str, names: dict[str, dict[date, str]]) -> DayFact:
    remarks = _without_remarks(english)[1]
    moved = _MOVED_FROM.search(remarks)
    return DayFact(
        on=on,
        kind="holiday",
        names={language: days[on] for language, days in names.items()},
        is_moved=bool(moved) or "observed" in remarks,
        moved_from=date(int(moved[3]), int(moved[1]), int(moved[2])) if moved else None,
        is_estimated="estimated" in remarks,
    )


def _working_day(on: date, days: Iterable[DayFact], names: dict[str, str]) -> DayFact:
    """A day of a weekend that is worked; `moved_from` is the day off that it pays for, where the library tells."""
    paid = next((day.on for day in days if day.moved_from == on), None)
    return DayFact(on=on, kind="working_day", names=names, is_moved=True, moved_from=paid)
