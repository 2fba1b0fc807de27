"""Matching: forms of a word find each other, the better fit comes first, and what limits limits."""

from __future__ import annotations

from datetime import date

import pytest

from kopir.search.actions import get_folder
from kopir.search.index import get_reader
from kopir.search.matching import MOST_PIECES, Filters, choose_pieces, match
from kopir.search.queries import search
from kopir.search.words import read_query
from shelves import keep_up


def titles(text, language="kk", **options):
    return [str(hit.title) for hit in search(text, language, **options).hits]


@pytest.mark.parametrize("text", ["министрлікке", "МИНИСТРЛІГІНІҢ", "ministrlık", "министрликтен", "минисстрлік"])
def test_endings_scripts_keyboards_and_errors_meet(shelf, text):
    shelf.put("1", "Сауда министрлігі")
    shelf.put("2", "Көпір жөндеу")
    keep_up()
    assert titles(text) == ["Сауда министрлігі"]


def test_whole_words_and_titles_come_first(shelf):
    filler = "Мұнда тағы көп нәрсе айтылады, ұзақ әрі жан-жақты. " * 3
    shelf.put("1", "Хабар", f"Суару жүйесі. {filler}")
    shelf.put("2", "Хабар екі", f"Қойма туралы. {filler}")
    shelf.put("3", "Қойма", filler)
    keep_up()
    assert titles("қойма") == ["Қойма", "Хабар екі"]


def test_a_short_word_is_found_as_a_whole(shelf):
    shelf.put("1", "Су бағасы")
    shelf.put("2", "Сурет көрмесі")
    keep_up()
    assert titles("су") == ["Су бағасы"]


def test_a_phrase_stands_together(shelf):
    shelf.put("1", "Екінші қазан күні жаңа мектеп")
    shelf.put("2", "Жаңа екінші мектеп")
    keep_up()
    assert sorted(titles("жаңа мектеп")) == ["Екінші қазан күні жаңа мектеп", "Жаңа екінші мектеп"]
    assert titles('"жаңа мектеп"') == ["Екінші қазан күні жаңа мектеп"]


def test_what_limits_limits(shelf):
    shelf.put("1", "Су туралы хабар", site=7, date=date(2025, 3, 5), facets={"topic": ["су"]})
    shelf.put("2", "Су туралы хат", kind="letter", site=8, date=date(2026, 3, 5))
    shelf.put("3", "Су туралы", date=None)
    shelf.put("4", "Су туралы", language="ru")
    keep_up()
    assert len(titles("су туралы")) == 3
    assert titles("су туралы", site=7) == ["Су туралы хабар"]
    assert titles("су туралы", kinds=["letter", "other"]) == ["Су туралы хат"]
    assert titles("су туралы", since=date(2025, 3, 5), until=date(2025, 3, 5)) == ["Су туралы хабар"]
    assert titles("су туралы", since=date(2025, 3, 6)) == ["Су туралы хат"]
    assert titles("су туралы", until=date(2024, 1, 1)) == []
    assert titles("су туралы", facets={"topic": "су"}) == ["Су туралы хабар"]
    assert titles("су туралы", site=9) == titles("су туралы", kinds=["other"]) == []


def test_pieces_of_another_language_neither_find_nor_weigh(shelf):
    for key in range(3):
        shelf.put(str(key), "Министр", language="ru")
    shelf.put("3", "Министр Миниатюра")
    keep_up()
    assert titles("министр") == ["Министр Миниатюра"]
    _schema, searcher = get_reader(get_folder()).get_searcher()
    assert [searcher.doc_freq("pieces", f"{language}:nist") for language in ("kk", "ru", "tg")] == [1, 3, 0]


def test_the_rarest_pieces_of_a_word_speak_for_it(shelf):
    for key in range(5):
        shelf.put(str(key), "Әкімдігінің хабары")
    shelf.put("9", "Министрлігінің хабары")
    keep_up()
    schema, searcher = get_reader(get_folder()).get_searcher()
    chosen = choose_pieces(searcher, "kk", "ministrliginin")
    assert len(chosen) == MOST_PIECES
    assert "kk:inin" not in chosen
    assert choose_pieces(searcher, "kk", "shshshsh") == []
    assert match(schema, searcher, read_query("ззззз"), Filters("kk")) is None


@pytest.mark.parametrize(
    "text",
    ["title:су", "су AND (", "+су -туралы", "су~9", "[a TO z]", "*", "су^99", 'kind:"note"', "\\", "/su.*/", "#mark"],
)
def test_the_syntax_of_the_engine_is_only_words(shelf, text):
    shelf.put("1", "Су туралы хабар")
    keep_up()
    results = search(text, "kk")
    assert results.is_available
    assert [hit.key for hit in results.hits] in ([], ["1"])
