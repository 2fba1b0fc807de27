"""What pages say in fields of their own: values for programs, words for search."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from kopir.websites.facts import day_of, list_facets, list_facts, list_words
from kopir.websites.models import DocumentPage, EventPage, PersonPage, SectionPage, VacancyPage

pytestmark = pytest.mark.django_db
"""A page asks for the number of its type, which only some other tests leave in memory."""


def test_instants_and_days_are_written_as_the_standard_has_them():
    event = EventPage(starts_at=datetime(2026, 3, 5, 10, tzinfo=UTC), ends_at=datetime(2026, 3, 5, 12, tzinfo=UTC))
    assert list_facts(event)["starts_at"] == "2026-03-05T10:00:00+00:00"
    assert day_of(event) == date(2026, 3, 5)
    act = DocumentPage(dated_on=date(2026, 1, 9))
    assert list_facts(act)["dated_on"] == "2026-01-09"
    assert list_facts(act)["file"] is None
    assert day_of(act) == date(2026, 1, 9)


def test_a_text_is_plain_and_its_paragraphs_stay_apart():
    vacancy = VacancyPage(duties="<p>Пишет <b>код</b></p><p>Отвечает</p>", salary="350 000")
    assert list_facts(vacancy)["duties"] == "Пишет код\nОтвечает"
    assert {"Пишет код\nОтвечает", "350 000"} <= set(list_words(vacancy))


def test_a_state_is_a_word_for_search_and_a_code_for_programs():
    act = DocumentPage(state="repealed", number="7")
    with override("en"):
        assert list_facets(act) == {"state": ["repealed"]}
        assert "repealed" in list_words(act)
    assert list_facts(act)["state"] == "repealed"
    assert list_facets(PersonPage(name="A")) == {}


def test_what_has_no_day_has_that_of_its_first_publishing():
    assert day_of(SectionPage()) is None
    page = SectionPage(first_published_at=datetime(2026, 3, 1, 20, tzinfo=UTC))
    assert day_of(page) == date(2026, 3, 1)
    with timezone.override("Asia/Almaty"):
        assert day_of(page) == date(2026, 3, 2), "it was tomorrow there"
