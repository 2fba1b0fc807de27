"""Texts in several languages, kept as one JSON object: language code -> text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Texts = dict[str, str]

FALLBACKS: Final = ("ru", "en")
LIMIT_LANGUAGES: Final = 20


def pick(texts: Mapping[str, str], language: str, fallbacks: Sequence[str] = FALLBACKS) -> tuple[str, str]:
    """The text for a reader of `language`, and the language that it is in, for the attribute `lang`.

    Where the language has none: the fallbacks in their order, then whatever there is; ("", language) where nothing is.
    """
    for code in (language, *fallbacks, *texts):
        if text := texts.get(code, ""):
            return text, code
    return "", language


def validate_texts(value: object) -> None:
    """A validator of model fields: an object of language codes and texts, with at least one text that is not blank."""
    if not isinstance(value, dict) or len(value) > LIMIT_LANGUAGES:
        raise ValidationError(_("Texts are given by language."), code="texts")
    for code, text in value.items():
        if not isinstance(code, str) or not isinstance(text, str):
            raise ValidationError(_("Texts are given by language."), code="texts")
    if not any(text.strip() for text in value.values()):
        raise ValidationError(_("Write the text in at least one language."), code="empty")
