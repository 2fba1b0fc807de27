"""Words: folded, cut, and read out of whatever people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.search.words import (
    LIMIT_CHARACTERS,
    LIMIT_LETTERS,
    LIMIT_WORDS,
    clean_text,
    cut_text,
    cut_word,
    fold_word,
    list_words,
    read_query,
)


def test_a_word_is_cut_into_pieces_of_four_letters():
    assert cut_word("ministr") == ("mini", "inis", "nist", "istr")
    assert cut_word("kun") == ("kun",)
    assert cut_word("kunu") == ("kunu",)
    assert list(cut_text("Үш күндік")) == ["ush", "kund", "undi", "ndik"]


def test_scripts_and_keyboards_meet():
    for one, other in (
        ("министрлігі", "ministrlıgı"),
        ("ҷумҳурӣ", "чумхури"),
        ("koʻchasi", "кўчаси"),
        ("Ёлка", "елка"),
    ):
        assert fold_word(one) == fold_word(other)


def test_the_words_of_a_text_stand_in_their_order():
    assert list(list_words("Су – 2026 жылғы, су!")) == ["su", "2026", "jilgi", "su"]


def test_a_query_has_each_word_once_and_knows_phrases():
    query = read_query('су  су "екі сөз" «бір» “тағы екі сөз”')
    assert query.words == ("su", "eki", "soz", "bir", "tagi")
    assert query.phrases == (("eki", "soz"), ("tagi", "eki", "soz"))
    assert query.text == 'су су "екі сөз" «бір» “тағы екі сөз”'


def test_one_letter_counts_only_where_there_is_nothing_else():
    assert read_query("а и дом 5").words == ("dom", "5")
    assert read_query("а").words == ("a",)


def test_what_stands_for_several_signs_is_letters_and_digits_in_the_end():
    assert fold_word("½") == "12"
    assert fold_word("ﷺ").isalnum()


@pytest.mark.parametrize("text", ["", " ", "\0", '+-&|!(){}[]^"~*?:\\/', "\udc80\ud800", "…", '""', "' '"])
def test_what_has_no_word_is_an_empty_query(text):
    assert read_query(text).words == ()


def test_a_long_text_is_cut():
    query = read_query("сөз " * 5000 + "тағы")
    assert len(query.text) <= LIMIT_CHARACTERS
    assert len(read_query(" ".join(f"сөз{number}" for number in range(100))).words) == LIMIT_WORDS
    assert len(fold_word("щ" * 10_000)) <= LIMIT_LETTERS
    assert clean_text("a\0b\ud800") == "a b?"


@given(st.text(max_size=400))
def test_anything_can_be_typed(text):
    query = read_query(text)
    query.text.encode()
    assert all(word.isalnum() for word in query.words)
    assert all(1 <= len(piece) <= 4 for word in query.words for piece in cut_word(word))
