"""Better spellings: only for words that nobody wrote, only what stands in a document."""

from __future__ import annotations

import pytest

from kopir.search.actions import get_folder
from kopir.search.index import get_reader
from kopir.search.spelling import likeness, suggest
from kopir.search.words import read_query
from shelves import keep_up


@pytest.fixture
def ask(shelf):
    shelf.put("1", "Сауда және интеграция министрлігі", "Шекарадағы өткізу пункттері туралы.")
    shelf.put("2", "Министерство торговли", language="ru")
    shelf.put("3", "USAID бағдарламасы")
    keep_up()

    def suggested(text, language="kk"):
        return suggest(*get_reader(get_folder()).get_searcher(), read_query(text), language)

    return suggested


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("миинстрлігі", "министрлігі"),
        ("сауда минситрлігі", "сауда министрлігі"),
        ("пунткері", "пункттері"),
        ("өткізу, шекрадағы!", "өткізу, шекарадағы!"),
        ("usaad", "USAID"),
    ],
)
def test_the_nearest_word_stands_in_its_place(ask, typed, meant):
    assert ask(typed) == meant


@pytest.mark.parametrize("typed", ["министрлігі", "су", "қарлығаш", "", "мнс"])
def test_what_is_known_short_or_like_nothing_stays(ask, typed):
    assert ask(typed) == ""


def test_a_beginning_is_enough(ask):
    assert ask("интерац") == "интеграция"


def test_words_of_other_languages_are_not_suggested(ask):
    assert ask("торгвля") == ""
    assert ask("торгвли", "ru") == "торговли"


def test_likeness_is_of_pairs_of_letters():
    assert likeness("ministr", "ministr") == 1
    assert likeness("ministr", "minsitr") > 0.5 > likeness("ministr", "konkurs")
