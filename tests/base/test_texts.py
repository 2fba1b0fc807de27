"""Texts in languages: the reader's own, else the nearest, and always which it is."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from kopir.base.texts import LIMIT_LANGUAGES, pick, validate_texts


@pytest.mark.parametrize(
    ("texts", "language", "picked"),
    [
        ({"kk": "Су", "ru": "Вода", "en": "Water"}, "kk", ("Су", "kk")),
        ({"kk": "Су", "ru": "Вода", "en": "Water"}, "tg", ("Вода", "ru")),
        ({"kk": "Су", "en": "Water"}, "tg", ("Water", "en")),
        ({"kk": "Су"}, "tg", ("Су", "kk")),
        ({"kk": "", "ru": "Вода"}, "kk", ("Вода", "ru")),
        ({}, "kk", ("", "kk")),
        ({"kk": ""}, "ru", ("", "ru")),
    ],
)
def test_a_reader_gets_her_language_or_the_nearest_and_is_told_which(texts, language, picked):
    assert pick(texts, language) == picked


def test_other_fallbacks_can_be_asked_for():
    assert pick({"ru": "Вода", "en": "Water"}, "uz", fallbacks=["en"]) == ("Water", "en")


@pytest.mark.parametrize("value", [{"kk": "Су"}, {"kk": "", "ru": "Вода"}])
def test_texts_are_texts(value):
    validate_texts(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "empty"),
        ({"kk": " \n"}, "empty"),
        ("Су", "texts"),
        (["Су"], "texts"),
        (None, "texts"),
        ({"kk": None}, "texts"),
        ({"kk": {"ru": "Су"}}, "texts"),
        ({1: "Су"}, "texts"),
        ({f"x{number}": "Су" for number in range(LIMIT_LANGUAGES + 1)}, "texts"),
    ],
)
def test_anything_else_is_refused(value, code):
    with pytest.raises(ValidationError) as caught:
        validate_texts(value)
    assert caught.value.code == code
