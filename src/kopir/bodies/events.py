"""What happened in this room, for rooms above: told after commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A decree made `days` free or working; what was computed from them is recomputed from `version` on.

    `years` are those that the calendar has covered since this version and did not before.
    """

    version: int
    days: tuple[date, ...]
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyChanged:
    """A body was made, changed, moved, closed or opened again."""

    body_id: int
    slug: str
