"""The catalogues of messages: complete, what the code says, fields kept, each in its own language and letters."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import django
import pytest
from django import forms
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.validators import BaseValidator
from django.utils.translation import override

from codebase import ROOT, SOURCE, assert_only
from kopir.bodies.pack import PACKS, read_country

LANGUAGES = ["kk", "ru", "tg", "uz"]
FIELD = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w[^>]*>")
MIXED = re.compile(r"[a-zA-Z][а-яёА-ЯЁәғқңөұүһіӘҒҚҢӨҰҮҺІӣӯҳҷӢӮҲҶ]|[а-яёА-ЯЁәғқңөұүһіӘҒҚҢӨҰҮҺІӣӯҳҷӢӮҲҶ][a-zA-Z]")
WRONG_LETTERS = {
    "kk": re.compile(r"[ӣӯҳҷӢӮҲҶ]"),
    "ru": re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІӣӯҳҷӢӮҲҶ]"),
    "tg": re.compile(r"[цщыьЦЩЫЬәңөұүһіӘҢӨҰҮҺІ]"),  # the alphabet of 1998 has no ц щ ы ь
    "uz": re.compile(r"[а-яёА-ЯЁ]|[oOgG]['‘’`]"),  # oʻ and gʻ with U+02BB, the sign of the alphabet
}
LOAN = "a loan word, the same in both"
UNIT = "the sign of a unit"
SAME_WORD = {
    **dict.fromkeys(
        (
            "аудитор",
            "бюджет",
            "валюта",
            "журнал",
            "лицензия",
            "меню",
            "орган",
            "портал",
            "редактор",
            "сеанс",
            "телефон",
        ),
        LOAN,
    ),
    **dict.fromkeys(("август", "май", "март", "may"), "a month with the same name in both"),
    **dict.fromkeys(("auditor", "portal", "tender"), LOAN),
    **dict.fromkeys(("гб", "кб", "мб", "gb", "kb", "mb", "байт"), UNIT),
    "смс": "the abbreviation that people use",
}


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "languages" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages: Any = _load("messages")


@cache
def gathered() -> Any:
    return messages.gather()


@cache
def words(language: str) -> dict[Any, tuple[str, ...]]:
    """What a catalogue holds: by key, a text for each form."""
    catalog = messages.read_catalog(language)
    return {messages.key_of(one): messages.strings_of(one) for one in catalog if one.id}


def plain(text: str) -> str:
    """The words of a sentence, without fields and marks; empty for one that has none."""
    return " ".join(re.findall(r"[^\W\d_]+", FIELD.sub(" ", text))).casefold()


def pairs(language: str) -> Iterator[tuple[str, str, str]]:
    """Each English sentence with each of its forms: its name for a report, the English, the translation."""
    for key, strings in words(language).items():
        for number, text in enumerate(strings):
            yield f"{language}: {key.singular}", key.plural if key.plural and number else key.singular, text


def ending(text: str) -> str:
    last = text.rstrip("”»")[-1:]
    return last if last in ".:?" else ""


def test_every_language_of_a_country_has_its_catalogue():
    packs = [read_country(path.name) for path in PACKS.iterdir() if path.is_dir()]
    assert {language.code for pack in packs for language in pack.languages} - {"en"} == set(LANGUAGES)
    assert set(messages.PLURALS) == set(LANGUAGES)
    assert sorted(path.name for path in (SOURCE / "locale").iterdir()) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_hold_what_the_code_says_and_nothing_else(language):
    held, said = set(words(language)), set(gathered())
    assert sorted(key.singular for key in said - held) == [], "run: make messages"
    assert sorted(key.singular for key in held - said) == [], "run: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    _po, mo = messages.renew(language, {key: messages.Found({""}, []) for key in words(language)}, words(language))
    assert messages.po_path(language).with_suffix(".mo").read_bytes() == mo, "run: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_words(language):
    assert [key.singular for key in messages.list_gaps(language)] == []
    assert [one.id for one in messages.read_catalog(language) if one.id and one.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_and_marks_are_kept(language):
    found = []
    for name, english, text in pairs(language):
        both = [Counter(pattern.findall(one)) for pattern in (FIELD, TAG) for one in (english, text)]
        if both[0] != both[1] or both[2] != both[3] or english[:1].isspace() != text[:1].isspace():
            found.append(name)
        if text != text.rstrip() or ending(english) != ending(text):
            found.append(name)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_those_of_the_language(language):
    found = [name for name, _english, text in pairs(language) if WRONG_LETTERS[language].search(FIELD.sub("", text))]
    assert found == []
    assert [name for name, _english, text in pairs(language) if MIXED.search(FIELD.sub("", text))] == []


def test_no_sentence_is_left_in_another_language():
    russian = {key: {plain(text) for text in strings} for key, strings in words("ru").items()}
    found = set()
    for language in LANGUAGES:
        for key, strings in words(language).items():
            others = {plain(key.singular), plain(key.plural)} | (russian[key] if language != "ru" else set())
            found |= {plain(text) for text in strings} & others - {""}
    assert_only(found, SAME_WORD, "say it in the language itself, or say why the word is the same")


def test_what_is_borrowed_is_said_by_django():
    home = Path(django.__file__).parent
    places = ["forms", "core/validators.py", "contrib/auth/password_validation.py", "utils/dates.py"]
    files = [
        file
        for place in (*places, "template/defaultfilters.py")
        for file in (home / place, *(home / place).glob("*.py"))
    ]
    said = {
        node.value
        for file in files
        if file.is_file()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [key.singular for key, _place, _comments in messages.read_borrowed() if key.singular not in said] == []


def field_types() -> set[type[forms.Field]]:
    """The fields of Django that forms of ours are made of."""
    texts = [path.read_text("utf-8") for path in SOURCE.rglob("*.py")]
    names = {name for text in texts for name in re.findall(r"\bforms\.(\w+Field)\b", text)}
    return {getattr(forms, name) for name in names}


def declared_fields() -> Iterator[forms.Field]:
    """The fields that our forms declare."""
    for path in SOURCE.rglob("forms.py"):
        module = importlib.import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm):
                yield from getattr(form, "base_fields", {}).values()


def said_by_fields() -> Iterator[Any]:
    """What fields answer to wrong input: sentences, the lazy ones as they are."""
    for kind in field_types():
        for parent in kind.__mro__:
            yield from getattr(parent, "default_error_messages", {}).values()
    for field in declared_fields():
        yield from field.error_messages.values()
        for check in field.validators:
            yield from (check.message,) if hasattr(check, "message") or isinstance(check, BaseValidator) else ()
    judges: list[Any] = get_default_password_validators()
    for judge in judges:
        yield judge.get_help_text()
        yield judge.get_error_message()


def english_of(message: Any) -> str:
    """The English of a sentence; of one with a number, its singular."""
    return getattr(message, "_kw", {}).get("singular") or str(message)


def without_numbers(text: str) -> str:
    return re.sub(r"\d+", "0", FIELD.sub("0", text))


def test_whatever_a_field_answers_is_in_the_catalogues():
    known = {without_numbers(text) for key in gathered() for text in (key.singular, key.plural)}
    with override("en"):
        said = {english_of(message) for message in said_by_fields()}
    assert len(said) > 30
    assert {text for text in said if without_numbers(text) not in known} == set()
