"""How templates write names."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from kopir.bodies.models import Worded


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
