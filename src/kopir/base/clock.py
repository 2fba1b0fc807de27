"""The one place of the portal that reads the clock. Actions take `now` as an argument; faces and jobs ask here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The date that calendars on the walls of `zone` show at this instant."""
    return now().astimezone(zone).date()
