"""How templates write names."""

from __future__ import annotations

from datetime import date

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from kopir.bodies.models import CalendarDay, Worded


def show(template: str, **context: object) -> str:
    return Template("{% load bodies %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ({"en": "Agency"}, "Agency"),
        ({"kk": "Агенттік"}, '<span lang="kk">Агенттік</span>'),
        ({"en": "<b>"}, "&lt;b&gt;"),
        ({"kk": "<b>"}, '<span lang="kk">&lt;b&gt;</span>'),
        ({}, ""),
    ],
)
def test_a_text_says_its_language_where_it_is_another(texts, shown):
    with override("en"):
        assert show("{% worded text %}", text=Worded.of(texts)) == shown


def test_plain_texts_are_escaped_too():
    assert show("{% worded text %}", text="<i>") == "&lt;i&gt;"


def test_kinds_and_days(settings):
    from datetime import date

    settings.KOPIR_COUNTRY = "uz"
    with override("ru"):
        assert (
            show("{{ kind|kind_name }} {{ day|weekday }}", kind="agency", day=date(2026, 3, 2))
            == "Агентство понедельник"
        )


@pytest.mark.parametrize(("name", "said"), [("Ish kuni", 1), ("Navroʻz arafasi", 1), ("Ish kuni oʻrniga", 2)])
def test_a_worked_weekend_is_said_to_be_one_once(name, said):
    day = CalendarDay(on=date(2026, 3, 28), kind="working_day", names={"uz": name})
    with override("uz"):
        page = render_to_string("bodies/months.html", {"months": [{"name": "mart", "days": [day]}]})
    assert page.lower().count("ish kuni") == said
    assert name in page or name == "Ish kuni"


def test_the_versions_of_the_calendar_tell_their_source_in_words(settings):
    settings.KOPIR_COUNTRY = "tj"
    with override("ru"):
        assert show("{{ text|reference }}", text="TJ pack") == "Данные страны"
        assert show("{{ text|reference }}", text="Указ № 5") == "Указ № 5"
