"""What pages show of a body: its hours in words, its kind's name, the frame of its pages. No query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext

from kopir.bodies.models import Body, CalendarDay, Worded
from kopir.bodies.queries import get_country
from kopir.bodies.rules import pack_reference

CREST_PIXELS = 64
CAPITAL_DAYS = frozenset({"en", None})
"""Languages that write days of the week with a capital letter everywhere."""


@dataclass(frozen=True)
class Picture:
    """A picture by its address and size in pixels."""

    source: str
    width: int
    height: int


@dataclass(frozen=True)
class BodyFrame:
    """The body whose page it is, as `design/base.html` wants it."""

    name: str
    address: str
    colors: Mapping[str, str]
    crest: Picture | None
    number: int | None = None
    region_id: int | None = None


@dataclass(frozen=True)
class Group:
    """Bodies of one kind under its name."""

    code: str
    name: Worded
    bodies: Sequence[Body]


def frame(body: Body) -> BodyFrame:
    """The frame of a body's pages: its name, colors and crest."""
    crest = Picture(body.crest.url, CREST_PIXELS, CREST_PIXELS) if body.crest else None
    address = reverse("bodies:body", args=[body.slug])
    return BodyFrame(str(body.short_name), address, body.colors, crest, body.pk, body.region_id)


def kind_name(code: str) -> Worded:
    """The name of one body's kind."""
    kind = get_country().kinds.get(code)
    return Worded.of(kind.names if kind else {"": code})


def by_kind(bodies: Iterable[Body]) -> list[Group]:
    """Bodies grouped by kind, the kinds in the order of the pack, empty ones left out."""
    found: dict[str, list[Body]] = {}
    for body in bodies:
        found.setdefault(body.kind, []).append(body)
    kinds = get_country().kinds
    return [Group(code, Worded.of(kinds[code].plurals), found[code]) for code in kinds if code in found]


def hours_in_words(hours: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each line of the hours as a sentence: the days, from when to when, and the pause."""
    return [_line_in_words(line) for line in hours]


def _line_in_words(line: Mapping[str, Any]) -> str:
    text = gettext("{days}: {opens}–{closes}").format(
        days=_days_in_words(line["days"]), opens=line["opens"], closes=line["closes"]
    )
    if pause := line.get("pause"):
        text += gettext(", break {start}–{end}").format(start=pause[0], end=pause[1])
    return text


def _days_in_words(days: Sequence[int]) -> str:
    """Days that follow one another as a span, others as a list."""
    ordered = sorted(days)
    names = [weekday_name(day) for day in ordered]
    names[0] = names[0][:1].upper() + names[0][1:]
    is_span = len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1))
    return f"{names[0]} – {names[-1]}" if is_span else ", ".join(names)


@dataclass(frozen=True)
class Month:
    """The named days of one month."""

    name: str
    days: Sequence[CalendarDay]


def by_month(days: Iterable[CalendarDay]) -> list[Month]:
    """The days of a year month by month, empty months left out."""
    found: dict[int, list[CalendarDay]] = {}
    for day in days:
        found.setdefault(day.on.month, []).append(day)
    return [Month(str(MONTHS[number]), found[number]) for number in sorted(found)]


def reference_in_words(reference: str) -> str:
    """The source of a version of the calendar; what was loaded with the country pack is said so in words."""
    return gettext("Country pack") if reference == pack_reference(get_country().code) else reference


def weekday(day: date) -> str:
    """The day of the week."""
    return weekday_name(day.isoweekday())


def weekday_name(number: int) -> str:
    """A day of the week by its ISO number, as it is written within a sentence."""
    name = str(WEEKDAYS[number - 1])
    return name if get_language() in CAPITAL_DAYS else name.lower()
