"""Kazakh in the Latin letters of the draft of 2021, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.script.kazakh import LETTERS, is_foreign, mend, to_latin

# The alphabet of the draft: 31 letters.
DRAFT = "aäbdefgğhıijklmnñoöpqrsştuūüvyz"


def test_the_table_writes_the_letters_of_the_draft_and_no_others():
    assert len(DRAFT) == 31
    assert set("".join(LETTERS.values())) == set(DRAFT)


def test_the_table_knows_every_letter_of_the_kazakh_alphabet():
    assert "".join(sorted(LETTERS)) == "".join(sorted("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Қазақстан", "Qazaqstan"),
        ("үйіне", "üiıne"),
        ("қалайын", "qalaiyn"),
        ("ИЛ", "İL"),
        ("ІЛ", "IL"),
        ("ащы", "aşşy"),
        ("қоян", "qoian"),
        ("э", "e"),
    ],
)
def test_words(word, expected):
    assert to_latin(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Юсуп", "İusup"),
        ("ЮСУП", "İUSUP"),
        ("ЮНЕСКО", "İUNESKO"),
        ("МИЯда", "MİİAda"),
        ("Я", "İa"),
        ("аЯқ", "aİaq"),
        ("Шымкент", "Şymkent"),
        ("ШЫМКЕНТ", "ŞYMKENT"),
        ("БАЯНЫ", "BAİANY"),
    ],
)
def test_capitals_of_letters_that_take_two(word, expected):
    assert to_latin(word) == expected


def test_look_alikes_count_as_what_was_meant():
    assert to_latin("бiлiм") == to_latin("білім") == "bılım"
    assert to_latin("əлем") == to_latin("әлем") == "älem"
    assert to_latin("шаhар") == "şahar"


def test_latin_words_with_a_cyrillic_ending_keep_their_i():
    assert to_latin("Wifiға") == "Wifiğa"


def test_letters_in_two_parts_are_put_together():
    assert mend("и\u0306") == "й"
    assert to_latin("жан\u0304а") == "jan\u0304a"


def test_look_alikes_alone_are_no_kazakh_word():
    assert mend("hi") == "hi"
    assert mend("əə") == "əə"


def test_what_is_foreign():
    assert [is_foreign(word) for word in ("eGov", "əə", "бір", "IТ")] == [True, True, False, False]


@given(st.text())
def test_no_text_raises(text):
    mended = mend(text)
    assert isinstance(to_latin(mended), str)
    assert isinstance(is_foreign(text), bool)
