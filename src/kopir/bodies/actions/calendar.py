"""Changing the calendar: each decree makes a numbered version, and what was computed from the days is recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.events import emit
from kopir.base.jobs import enqueue
from kopir.base.registry import Registry
from kopir.bodies.actions.locking import lock_portal, only_operators
from kopir.bodies.country import DayFact
from kopir.bodies.errors import DayTwiceError, UnfitFieldError
from kopir.bodies.events import CalendarChanged
from kopir.bodies.models import CalendarDay, CalendarVersion
from kopir.bodies.queries import get_country
from kopir.bodies.rules import missing_languages
from kopir.bodies.tags import CALENDAR
from kopir.pagecache.actions import touch

RECOMPUTATIONS: Final = Registry[Callable[[CalendarChanged], object]]("recomputation")
"""What rooms above compute from the calendar, by "room.what": called in a job of its own after each change, again until
it succeeds, so it must be harmless when it runs twice."""


@dataclass(frozen=True, slots=True)
class DayChange:
    """What a day becomes: a day off, a working day of a weekend, or what its day of the week is ("ordinary")."""

    on: date
    becomes: Literal["holiday", "working_day", "ordinary"]
    names: Mapping[str, str] = field(default_factory=dict)
    is_moved: bool = False
    moved_from: date | None = None
    is_estimated: bool = False

    @classmethod
    def of(cls, fact: DayFact) -> DayChange:
        """The change that brings about a day of a pack."""
        return cls(fact.on, fact.kind, fact.names, fact.is_moved, fact.moved_from, fact.is_estimated)


@transaction.atomic
def set_calendar_days(
    *, changes: Sequence[DayChange], reference: str, actor: Actor, now: datetime
) -> CalendarVersion | None:
    """Make a version of the calendar with these days changed; None where nothing differs. `reference` is the decree.

    Raises NotAllowedError, UnfitFieldError, and DayTwiceError for a day that would be both a day off and a working day:
    named twice, or one while it is the other. To turn one into the other, make it ordinary first.
    """
    only_operators(actor)
    lock_portal()
    if not reference.strip():
        raise UnfitFieldError(field="reference", reason=_("Name the decree: what, number, day."))
    newest = CalendarVersion.objects.first()
    known = frozenset(newest.years) if newest else frozenset()
    return _make_version(changes, known, reference.strip(), actor, now=now)


def move_day_off(
    *,
    moved_from: date,
    moved_to: date,
    names: Mapping[str, str],
    working_names: Mapping[str, str],
    reference: str,
    actor: Actor,
    now: datetime,
) -> CalendarVersion | None:
    """Make `moved_to` a day off in exchange for `moved_from`, a day of a weekend, which is worked."""
    changes = [
        DayChange(moved_to, "holiday", names, is_moved=True, moved_from=moved_from),
        DayChange(moved_from, "working_day", working_names, is_moved=True, moved_from=moved_to),
    ]
    return set_calendar_days(changes=changes, reference=reference, actor=actor, now=now)


@transaction.atomic
def add_years(
    *, days: Iterable[DayFact], years: Iterable[int], reference: str, actor: Actor, now: datetime
) -> CalendarVersion | None:
    """Let the calendar cover `years` too, beginning with `days`; years that it covers already are left as they are."""
    only_operators(actor)
    lock_portal()
    newest = CalendarVersion.objects.first()
    known = frozenset(newest.years) if newest else frozenset()
    added = frozenset(years) - known
    if not added:
        return None
    changes = [DayChange.of(day) for day in days if day.on.year in added]
    return _make_version(changes, known, reference, actor, now=now, added=added)


def _make_version(
    changes: Sequence[DayChange],
    known: frozenset[int],
    reference: str,
    actor: Actor,
    *,
    now: datetime,
    added: frozenset[int] = frozenset(),
) -> CalendarVersion | None:
    current = {day.on: day for day in CalendarDay.objects.filter(until__isnull=True)}
    years = known | added
    wanted: dict[date, DayChange] = {}
    for change in changes:
        if change.on in wanted:
            raise DayTwiceError(field="on", day=change.on)
        _check(change, current.get(change.on), years)
        wanted[change.on] = change
    effective = [change for change in wanted.values() if _differs(change, current.get(change.on))]
    if not effective and not added:
        return None
    number = (CalendarVersion.objects.values_list("number", flat=True).first() or 0) + 1
    version = CalendarVersion.objects.create(number=number, years=sorted(years), reference=reference, created_at=now)
    ended = [current[change.on].pk for change in effective if change.on in current]
    CalendarDay.objects.filter(pk__in=ended).update(until=version)
    CalendarDay.objects.bulk_create(_line(change, version) for change in effective if change.becomes != "ordinary")
    touch(CALENDAR)
    before = {str(change.on): current[change.on].kind for change in effective if change.on in current}
    after = {str(change.on): change.becomes for change in effective}
    record(
        actor=actor,
        action="bodies.set_calendar_days",
        subject=f"bodies.calendar:{number}",
        before={"days": before},
        after={"days": after, "reference": reference, "years": sorted(added)},
        now=now,
    )
    _tell(CalendarChanged(number, tuple(sorted(change.on for change in effective)), tuple(sorted(added))))
    return version


def _check(change: DayChange, current: CalendarDay | None, years: frozenset[int]) -> None:
    """Raise DayTwiceError or UnfitFieldError unless the change makes sense for the day as it is."""
    if change.on.year not in years:
        reason = str(_("The calendar of {year} is not set yet. Add that year first.")).format(year=change.on.year)
        raise UnfitFieldError(field="on", day=change.on, reason=reason)
    if current and change.becomes not in (current.kind, "ordinary"):
        raise DayTwiceError(field="on", day=change.on)
    is_weekend = change.on.isoweekday() in get_country().weekend
    if change.becomes == "working_day" and not is_weekend:
        reason = str(_("This is a working day anyway. Choose a day of a weekend."))
        raise UnfitFieldError(field="on", day=change.on, reason=reason)
    languages = get_country().languages
    if change.becomes != "ordinary" and missing_languages(change.names, [language.code for language in languages]):
        raise UnfitFieldError(field="names", reason=_("Name the day in every language of the portal."))


def _differs(change: DayChange, current: CalendarDay | None) -> bool:
    if current is None:
        return change.becomes != "ordinary"
    new = (change.becomes, dict(change.names), change.is_moved, change.moved_from, change.is_estimated)
    return new != (current.kind, current.names, current.is_moved, current.moved_from, current.is_estimated)


def _line(change: DayChange, version: CalendarVersion) -> CalendarDay:
    return CalendarDay(
        on=change.on,
        kind=change.becomes,
        names=dict(change.names),
        is_moved=change.is_moved,
        moved_from=change.moved_from,
        is_estimated=change.is_estimated,
        reference=version.reference,
        since=version,
    )


def _tell(event: CalendarChanged) -> None:
    """Emit the event, and ask for each recomputation as a job, which no crash can lose."""
    emit(event)
    days = [day.isoformat() for day in event.days]
    for name, _work in RECOMPUTATIONS:
        key = f"{name}:{event.version}"
        enqueue("bodies.recompute", key=key, work=name, version=event.version, days=days, years=list(event.years))
