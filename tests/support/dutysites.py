"""Websites as facts, for tests of duties: a page, a website, and a pack of one clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kopir.bodies.country import Source
from kopir.bodies.rules import WorkingCalendar
from kopir.duties.checks import Case
from kopir.duties.facts import Facts, Page
from kopir.duties.packs import Clause, DutyPack

ON = date(2026, 3, 2)
"""A Monday."""
CALENDAR = WorkingCalendar(frozenset({6, 7}), frozenset({date(2026, 2, 27)}), frozenset(), frozenset({2025, 2026}), 1)
"""The Friday before is a day off."""


def page(number: int, path: str, *, language: str = "kk", **fields: Any) -> Page:
    """A page with a text of its own."""
    facts: dict[str, Any] = {
        "key": path,
        "kind": "section",
        "words": 40,
        "digest": f"text {number}",
        "published_on": "2026-02-20",
        "changed_on": "2026-02-20",
        "clicks": path.count("/") + 1,
        **fields,
    }
    return Page(id=number, language=language, path=path, **facts)


def site(*pages: Page, **facts: Any) -> Facts:
    """A website in one language unless told otherwise."""
    given: dict[str, Any] = {"opened_on": "2025-06-02", "languages": ["kk"], "walked": ["kk"], **facts}
    return Facts(pages=pages, **given)


def case(facts: Facts, *, on: date = ON, calendar: WorkingCalendar = CALENDAR) -> Case:
    """The website as it stood on a day."""
    return Case(facts, on, calendar)


def days_ago(days: int) -> str:
    """A day before `ON`."""
    return (ON - timedelta(days=days)).isoformat()


def clause(check: str, code: str = "one", **fields: Any) -> Clause:
    """A clause that must be kept."""
    facts: dict[str, Any] = {"source": "law", "place": "1", "level": "must", "params": {}, **fields}
    return Clause(code=code, check=check, texts={"kk": "Бар", "ru": "Есть", "en": "It is there"}, **facts)


def pack(*clauses: Clause, version: str = "1") -> DutyPack:
    """A pack of these clauses."""
    law = Source("law", {"kk": "Заң", "ru": "Закон", "en": "Law"}, "https://law.example/")
    return DutyPack(version, {"law": law}, clauses)


def without(facts: Facts, number: int) -> Facts:
    """The website without one of its pages."""
    return replace(facts, pages=[each for each in facts.pages if each.id != number])


def with_page(facts: Facts, number: int, **changes: Any) -> Facts:
    """The website with one of its pages changed."""
    changed: Iterable[Page] = (replace(each, **changes) if each.id == number else each for each in facts.pages)
    return replace(facts, pages=list(changed))
