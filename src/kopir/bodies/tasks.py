"""The room's background work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kopir.base.jobs import job
from kopir.bodies.actions import RECOMPUTATIONS
from kopir.bodies.events import CalendarChanged


@job("bodies.recompute", attempts=8)
def recompute(*, work: str, version: int, days: Sequence[str], years: Sequence[int]) -> None:
    """Have one room recompute what it computed from days that a decree has changed."""
    event = CalendarChanged(version, tuple(date.fromisoformat(day) for day in days), tuple(years))
    RECOMPUTATIONS.get(work)(event)
