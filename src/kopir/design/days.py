"""Days in words, as each language writes them: its catalogue holds the months as they stand in a day, and the order."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

MONTHS: Final[tuple[Promise, ...]] = (
    pgettext_lazy("month within a day", "January"),
    pgettext_lazy("month within a day", "February"),
    pgettext_lazy("month within a day", "March"),
    pgettext_lazy("month within a day", "April"),
    pgettext_lazy("month within a day", "May"),
    pgettext_lazy("month within a day", "June"),
    pgettext_lazy("month within a day", "July"),
    pgettext_lazy("month within a day", "August"),
    pgettext_lazy("month within a day", "September"),
    pgettext_lazy("month within a day", "October"),
    pgettext_lazy("month within a day", "November"),
    pgettext_lazy("month within a day", "December"),
)


def write_day(day: date) -> str:
    """A day in the active language: 27 March 2026, 2026 жылғы 27 наурыз."""
    pattern = pgettext("a day: order of its parts", "{day} {month} {year}")
    return pattern.format(day=day.day, month=MONTHS[day.month - 1], year=day.year)
