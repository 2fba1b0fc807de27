"""Uzbek in Cyrillic, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.script.uzbek import APOSTROPHES, is_foreign, mend, to_cyrillic, trim

CYRILLIC = set("абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ")


@pytest.mark.parametrize("mark", APOSTROPHES)
def test_every_apostrophe_makes_the_same_word(mark):
    assert to_cyrillic(f"o{mark}g{mark}il") == "ўғил"
    assert to_cyrillic(f"O{mark}G{mark}IL") == "ЎҒИЛ"
    assert to_cyrillic(f"ma{mark}no") == "маъно"
    assert mend(f"O{mark}z") == "Ўz"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("eski", "эски"),
        ("kelsin", "келсин"),
        ("poema", "поэма"),
        ("duet", "дуэт"),
        ("oʻe", "ўэ"),
        ("reestr", "реестр"),
        ("yer", "ер"),
        ("qayerda", "қаерда"),
        ("maʼye", "маъе"),
        ("premyera", "премьера"),
        ("sanʼe", "санъе"),
    ],
)
def test_e_by_its_place(word, expected):
    assert to_cyrillic(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("konstitutsiya", "конституция"),
        ("funksiya", "функция"),
        ("funktsiya", "функция"),
        ("funksional", "функционал"),
        ("korrupsiya", "коррупция"),
        ("versiya", "версия"),
        ("ketsin", "кетсин"),
        ("ketsinchi", "кетсинчи"),
        ("ketsa", "кетса"),
        ("davlatsizlik", "давлатсизлик"),
        ("otsimon", "отсимон"),
        ("meditsina", "медицина"),
        ("etshunos", "этшунос"),
    ],
)
def test_ts_and_s(word, expected):
    assert to_cyrillic(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Sharq", "Шарқ"),
        ("SHARQ", "ШАРҚ"),
        ("ShARQ", "ШАРҚ"),
        ("YOʻL", "ЙЎЛ"),
        ("Yoʻl", "Йўл"),
        ("YOSH", "ЁШ"),
        ("MAʼNO", "МАЪНО"),
        ("Aʼlo", "Аъло"),
        ("JAMʼ", "ЖАМЪ"),
        ("PREMYERA", "ПРЕМЬЕРА"),
        ("premYera", "премьЕра"),
        ("SENTABRda", "СЕНТЯБРда"),
    ],
)
def test_capitals(word, expected):
    assert to_cyrillic(word) == expected


def test_the_sign_between_s_and_h_is_not_written():
    assert to_cyrillic("Isʼhoq") == "Исҳоқ"
    assert to_cyrillic("masʼul") == "масъул"
    assert to_cyrillic("s'") == "съ"


def test_what_is_foreign():
    foreign = ["Windows", "Facebook", "COVID", "café", "Тошкент", "C", "naïve"]
    ours = ["choy", "CHOY", "MChJ", "Oʻzbekiston", "ma’no"]
    assert [is_foreign(word) for word in foreign + ours] == [True] * len(foreign) + [False] * len(ours)


@pytest.mark.parametrize(
    ("word", "before", "expected"),
    [
        ("tog’", " ", "tog’"),
        ("tog'", "", "tog'"),
        ("tog’", "‘", "tog"),
        ("tong’", " ", "tong"),
        ("G’", "", "G’"),
        ("O’", "", "O’"),
        ("Matizo’", " ", "Matizo"),
        ("kitob’", " ", "kitob"),
        ("kitob‘", " ", "kitob"),
        ("togʻ", "‘", "togʻ"),
        ("tog`", "", "tog`"),
        ("jamʼ", " ", "jamʼ"),
        ("kitob", "‘", "kitob"),
    ],
)
def test_an_apostrophe_at_the_end_is_a_letter_or_closes_a_quotation(word, before, expected):
    assert trim(word, before) == expected


@given(st.text(alphabet=f"abdefghijklmnopqrstuvxyz{APOSTROPHES}", min_size=1))
def test_every_uzbek_word_becomes_cyrillic(word):
    assert set(to_cyrillic(word)) <= CYRILLIC


@given(st.lists(st.from_regex(f"[abdefghijklmnopqrstuvxyz][{APOSTROPHES}]?", fullmatch=True), min_size=1))
def test_capitals_change_no_letter(letters):
    word = "".join(letters)
    assert to_cyrillic(word.upper()) == to_cyrillic(word).upper()


@given(st.text(min_size=1), st.text(max_size=1))
def test_no_text_raises(text, before):
    mend(text)
    is_foreign(text)
    trim("a" + text, before)
