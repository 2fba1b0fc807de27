"""The clock: aware, in UTC, and the date of a place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kopir.base import clock


def test_now_is_aware_and_in_utc():
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_today_is_the_date_on_the_walls_of_the_place(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 20, 30, tzinfo=UTC))
    assert clock.today(ZoneInfo("Asia/Almaty")) == date(2027, 1, 1)
    assert clock.today(ZoneInfo("UTC")) == date(2026, 12, 31)
