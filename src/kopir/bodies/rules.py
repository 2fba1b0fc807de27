"""Pure decisions of the room: working days, and which moves the tree of bodies allows. No query, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kopir.base.actors import Actor, Role
from kopir.bodies.country import Term
from kopir.bodies.errors import OutsideCalendarError

ONE_DAY = timedelta(days=1)
WEEKDAYS = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of a country as one version of its calendar has them, valid once made.

    `weekend` holds days of the week by ISO number (Monday 1 … Sunday 7), `holidays` days off, `working_days` days of
    a weekend that a decree made working. Raises ValueError for a day that is both, or where no day could be working.
    """

    weekend: frozenset[int]
    holidays: frozenset[date]
    working_days: frozenset[date]
    years: frozenset[int]
    version: int = 0

    def __post_init__(self) -> None:
        if both := self.holidays & self.working_days:
            raise ValueError(f"both holiday and working day: {', '.join(str(day) for day in sorted(both))}")
        if not self.weekend < WEEKDAYS:
            raise ValueError("a weekend leaves at least one day of the week, numbered 1 (Monday) to 7 (Sunday)")

    def is_working(self, day: date) -> bool:
        """Whether bodies work on `day`. Raises OutsideCalendarError for a year that is not in the calendar."""
        if day.year not in self.years:
            raise OutsideCalendarError(year=day.year)
        if day in self.holidays:
            return False
        return day in self.working_days or day.isoweekday() not in self.weekend


def add_working_days(start: date, days: int, calendar: WorkingCalendar) -> date:
    """The last day of a term of `days` working days that runs from the day after `start`.

    0 gives `start` itself if it is a working day, else the next one: a term never ends on a day off. Raises ValueError
    for a negative number and OutsideCalendarError where the term leaves the calendar.
    """
    if days < 0:
        raise ValueError("a term has no negative length")
    day = start
    while days:
        day += ONE_DAY
        days -= calendar.is_working(day)
    while not calendar.is_working(day):
        day += ONE_DAY
    return day


def count_working_days(start: date, end: date, calendar: WorkingCalendar) -> int:
    """How many working days lie after `start` up to and with `end`; 0 if `end` is not later."""
    length = max(0, (end - start).days)
    return sum(calendar.is_working(start + ONE_DAY * step) for step in range(1, length + 1))


def due_on(term: Term, start: date, calendar: WorkingCalendar, *, is_extended: bool = False) -> date:
    """The last day of a term whose event was on `start`; `is_extended` where the body has made it longer.

    A term of calendar days ends on its last day even if that is a day off: nobody who keeps it is ever late. Raises
    ValueError for an extension that law does not give, and OutsideCalendarError.
    """
    if is_extended and not term.extension_days:
        raise ValueError(f"the term {term.code} cannot be made longer")
    days = term.days + (term.extension_days if is_extended else 0)
    return add_working_days(start, days, calendar) if term.unit == "working_days" else start + ONE_DAY * days


def affected_by(start: date, end: date, changed: Iterable[date]) -> bool:
    """Whether a term from `start` to `end` may end elsewhere after `changed` days became working or free."""
    return any(start <= day <= end for day in changed)


def is_inside(path: str, ancestor_path: str) -> bool:
    """Whether the body at `path` is the one at `ancestor_path` or stands below it. Paths are "1/7/23/"."""
    return path.startswith(ancestor_path)


def ancestors_of(path: str) -> list[int]:
    """The ids above the body at `path`, from the root down."""
    return [int(part) for part in path.split("/")[:-2]]


def missing_languages(texts: Mapping[str, str], languages: Iterable[str]) -> list[str]:
    """Of `languages` those in which `texts` says nothing."""
    return [language for language in languages if not texts.get(language, "").strip()]


PASSPORT = frozenset({"slug", "kind", "code", "names", "parent", "region"})
"""What a body is in law: only the operator of the platform changes it."""
FACE = frozenset({"short_names", "head", "duties", "postal_address", "hours", "phone", "site", "colors", "crest"})
"""How a body shows itself: its own site administrator changes it too."""


def may_change_bodies(actor: Actor) -> bool:
    """Whether the actor makes, moves and closes bodies, and sets calendar and portal: the operator, or the system."""
    return actor.kind == "system" or actor.has(Role.PLATFORM_OPERATOR)


def may_change_field(actor: Actor, body_id: int, field: str) -> bool:
    """Whether the actor may change a field of a body: all for the operator, the face for its site administrator."""
    return may_change_bodies(actor) or (field in FACE and actor.has(Role.SITE_ADMINISTRATOR, body_id))


def pack_reference(code: str) -> str:
    """What stands as source of the days that came with the pack of a country."""
    return f"{code} pack"
