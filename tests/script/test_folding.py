"""Spellings that have to meet in an index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.script.folding import Token, fold, list_tokens


@pytest.mark.parametrize(
    "spellings",
    [
        ["Қазақстан", "Qazaqstan", "ҚАЗАҚСТАН", "казакстан", "qazaqstan"],
        ["мүмкіндік", "mümkındık", "мумкиндик", "MÜMKINDIK"],
        ["Жамбыл", "Jambyl", "Zhambyl"],
        ["Шымкент", "Şymkent", "Shymkent", "ШЫМКЕНТ"],
        ["өтініш", "ötınış", "отиниш"],
        ["ғылым", "ğylym", "гылым"],
        ["жаңа", "jaña", "жана"],
        ["ұйым", "ūiym", "уйым", "уйим"],
        ["аялдама", "aialdama"],
        ["конституция", "konstitutsiia", "konstitutsiya"],
        ["чемпион", "tşempion", "chempion"],
        ["ащы", "aşşy", "ащи"],
        ["Oʻzbekiston", "O‘zbekiston", "O'zbekiston", "Ozbekiston", "Ўзбекистон"],
        ["yoʻl", "йўл", "yol"],
        ["gʻisht", "ғишт", "гишт", "gisht"],
        ["maʼno", "ma’no", "mano", "маъно", "мано"],
        ["yoshlar", "ёшлар"],
        ["qayerda", "қаерда", "каерда"],
        ["sentabr", "сентябрь", "сентябр"],
        ["budjet", "бюджет", "byudjet"],
        ["konsert", "концерт"],
        ["milliy", "миллий"],
        ["pavilyon", "павильон"],
        ["Isʼhoq", "Исҳоқ"],
        ["ҷумҳурӣ", "чумхури", "ҶУМҲУРӢ"],
        ["Тоҷикистон", "Точикистон"],
        ["кӯдак", "кудак"],
        ["приём", "прием", "ПРИЁМ"],
        ["ещё", "еще"],
        ["объект", "обьект", "obyekt"],
        ["Йемен", "Иемен"],
    ],
)
def test_spellings_of_one_word_meet(spellings):
    assert {fold(spelling) for spelling in spellings} == {fold(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"), [("бар", "бер"), ("сол", "сул"), ("ат", "аш"), ("жер", "зер"), ("чой", "шой"), ("11", "1")]
)
def test_other_words_stay_apart(one, other):
    assert fold(one) != fold(other)


def test_signs_digits_and_other_scripts_stay():
    assert fold("№ 12-3, 中文!") == "no 12-3, 中文!"
    assert fold("") == ""


def test_a_key_is_of_small_latin_letters():
    assert fold("Қарағанды Oʻzbekiston ЁЖИК").replace(" ", "").isascii()
    assert fold("ÂÉ ﬁ Straße İIı") == "ae fi strasse i"


def test_tokens_and_where_they_are():
    text = "Oʻzbekiston — «2024-yil», ь ﬁ_x"
    assert list(list_tokens(text)) == [
        Token("ozbekiston", 0, 11),
        Token("2024", 15, 19),
        Token("il", 20, 23),
        Token("fi", 28, 29),
        Token("h", 30, 31),
    ]


@given(st.text() | st.text(alphabet="iуyauoetshzc'ьёоtцсшщчѕäİıўʼşç ŝ\u0301\u0327"))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_lie_in_the_text_in_their_order(text):
    tokens = list(list_tokens(text))
    places = [place for token in tokens for place in (token.start, token.end)]
    assert places == sorted(places)
    assert all(token.folded == fold(text[token.start : token.end]) for token in tokens)
