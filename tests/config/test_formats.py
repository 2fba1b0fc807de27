"""Dates and numbers stand on pages as each language writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils.formats import date_format, number_format
from django.utils.translation import override

AT = datetime(2026, 3, 27, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "instant"),
    [
        ("kk", "2026 жылғы 27 наурыз", "2026 жылғы 27 наурыз, 14:05"),
        ("ru", "27 марта 2026 г.", "27 марта 2026 г. 14:05"),
        ("tg", "27 марти соли 2026", "27 марти соли 2026, 14:05"),
        ("uz", "2026-yil 27-mart", "2026-yil 27-mart, 14:05"),
    ],
)
def test_days_are_written_as_in_the_language(language, day, instant):
    with override(language):
        assert date_format(AT, "DATE_FORMAT") == day
        assert date_format(AT, "DATETIME_FORMAT") == instant
        assert date_format(AT, "SHORT_DATE_FORMAT") == "27.03.2026"


@pytest.mark.parametrize("language", ["kk", "ru", "tg", "uz"])
def test_numbers_have_a_comma_and_their_thousands_apart(language):
    with override(language):
        assert number_format(1234567.5, 1, force_grouping=True).replace("\N{NO-BREAK SPACE}", "_") == "1_234_567,5"
