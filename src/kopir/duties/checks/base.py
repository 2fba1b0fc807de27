"""What every check is given and gives: the case, the verdict, and the registry in which it stands by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from kopir.base.registry import Registry
from kopir.bodies.rules import WorkingCalendar, count_working_days
from kopir.duties.facts import Facts, Page, day_of

Params = Mapping[str, Any]
FEWEST_WORDS: Final = 8
"""What counts as a text where a clause does not say it."""


class State(StrEnum):
    """How a clause stands."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong: what (a code of `presenting.DEFECTS`), where, and in which language."""

    what: str
    page: int | None = None
    language: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Verdict:
    """How a clause stands, and why not better."""

    state: State
    defects: Sequence[Defect] = ()


PASSED: Final = Verdict(State.PASSED)


def unknown(why: str) -> Verdict:
    """That it cannot be checked, and why."""
    return Verdict(State.UNKNOWN, (Defect(why),))


def judged(defects: Sequence[Defect]) -> Verdict:
    """Failed where there is a defect."""
    return Verdict(State.FAILED, tuple(defects)) if defects else PASSED


@dataclass(frozen=True)
class Case:
    """A website as it stood on a day, and the calendar by which terms are counted."""

    facts: Facts
    on: date
    calendar: WorkingCalendar

    def is_text(self, page: Page, words: int = FEWEST_WORDS) -> bool:
        """Whether the page says something of its own: long enough, and not copied."""
        return page.words >= words and page.id not in self.facts.copied

    def pages(self, kind: str = "", section: str = "") -> Iterator[Page]:
        """The pages of a kind and below a section, "" for any."""
        for page in self.facts.pages:
            if (not kind or page.kind == kind) and (not section or f"/{section}/" in f"/{page.path}"):
                yield page

    def working_days_since(self, day: str) -> int:
        """How many working days have gone by since. Raises OutsideCalendarError."""
        return count_working_days(day_of(day) or self.on, self.on, self.calendar)


@dataclass(frozen=True)
class Check:
    """A check: what judges, and what a clause may tell it, each with its default; its type is that of the default."""

    judge: Callable[[Params, Case], Verdict]
    params: Mapping[str, Any]


CHECKS: Final = Registry[Check]("check")
Judge = Callable[[Params, Case], Verdict]


def check(name: str, **params: Any) -> Callable[[Judge], Judge]:  # noqa: ANN401 - whatever a pack may say
    """Register a check by its name, with the defaults of what a clause may tell it."""

    def register(function: Judge) -> Judge:
        CHECKS.add(name, Check(function, params))
        return function

    return register
