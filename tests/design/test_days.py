"""Days in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import override

from kopir.design import days
from kopir.design.days import MONTHS, write_day


def test_a_day_in_english():
    with override("en"):
        assert write_day(date(2026, 3, 27)) == "27 March 2026"


def test_a_catalogue_orders_the_parts_and_bends_the_months(monkeypatch):
    monkeypatch.setattr(days, "pgettext", lambda _context, _text: "{year} жылғы {day} {month}")
    monkeypatch.setattr(days, "MONTHS", ("қаңтар", "ақпан", "наурыз"))
    assert write_day(date(2026, 3, 27)) == "2026 жылғы 27 наурыз"


@pytest.mark.parametrize("language", ["kk", "tg", "uz", "ru", "en"])
def test_every_language_names_day_and_year(language):
    with translation.override(language):
        assert all("17" in write_day(date(2031, month, 17)) for month in range(1, 13))
        assert all("2031" in write_day(date(2031, month, 17)) for month in range(1, 13))
        assert len({str(month) for month in MONTHS}) == 12
