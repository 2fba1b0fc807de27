"""Capitals that follow the source, and numerals that are no words."""

from __future__ import annotations

import pytest

from kopir.script.letters import follow_case, is_numeral, is_upper, may_be_numeral


@pytest.mark.parametrize(
    ("source", "form", "expected"),
    [
        ("sentabr", "сентябрь", "сентябрь"),
        ("Sentabr", "сентябрь", "Сентябрь"),
        ("SENTABR", "сентябрь", "СЕНТЯБРЬ"),
        ("kopir", "Көпір", "Көпір"),
        ("KOPIR", "Көпір", "КӨПІР"),
        ("EGOV", "eGov", "eGov"),
        ("egov", "eGov", "eGov"),
        ("S", "ш", "Ш"),
        ("", "", ""),
    ],
)
def test_a_form_takes_the_capitals_of_its_source(source, form, expected):
    assert follow_case(source, form) == expected


def test_one_capital_is_not_yet_a_word_in_capitals():
    assert [is_upper(word) for word in ("A", "AB", "Ab", "OʻZ")] == [False, True, False, True]


@pytest.mark.parametrize("word", ["II", "IV", "XXI", "XIX", "XL", "LX", "MCMXCI", "MMXXVI", "ХХІ", "ІІ", "XІ"])
def test_numerals_of_several_letters(word):
    assert is_numeral(word, word, len(word))


@pytest.mark.parametrize("word", ["MIX", "LI", "DI", "IIM", "ІІМ", "IIV", "xxi", "Xi", "VIL", "MDH", "IL", "XX1"])
def test_what_only_resembles_numerals(word):
    assert not is_numeral(word, word, len(word))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X asr", True),
        ("I. Umumiy qoidalar", True),
        ("  V. Moliya", True),
        ("I.", True),
        ("I. Karimov", False),
        ("I.Karimova", False),
        ("I. A. Karimov", False),
        ("X. Досмұхамедов", False),
        ("D vitamini", False),
    ],
)
def test_one_letter_is_a_numeral_unless_it_is_an_initial(text, expected):
    place = len(text) - len(text.lstrip())
    assert is_numeral(text[place], text, place + 1) is expected


def test_an_initial_in_the_middle_of_a_text():
    assert not is_numeral("X", "rais X. qaror", 6)


def test_only_capitals_may_be_numerals():
    assert [may_be_numeral(word) for word in ("I", "i", "ХХІ", "Ab")] == [True, False, True, False]
