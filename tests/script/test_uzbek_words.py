"""The table of Uzbek loans."""

from __future__ import annotations

import re

import pytest

from kopir.script.uzbek_words import _STEMS, _TABLE, find_stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sentabr", (7, "сентябрь")),
        ("sentabrda", (7, "сентябр")),
        ("filmlarning", (4, "фильм")),
        ("obyektiv", (8, "объектив")),
        ("roli", (3, "рол")),
        ("aksionerlik", (8, "акционер")),
    ],
)
def test_a_stem_alone_and_with_endings(word, expected):
    assert find_stem(word) == expected


@pytest.mark.parametrize("word", ["", "x", "merosxoʻr", "volta", "stilist", "nolish", "bahor", "modelyer"])
def test_a_word_that_only_begins_so_is_left_to_the_rules(word):
    assert find_stem(word) == (0, "")


def test_the_table_is_whole():
    entries = [entry for line in _TABLE.strip().splitlines() for entry in line.split(", ")]
    assert all(re.fullmatch(r"[a-zў]{3,} [а-яёў]{3,}", entry) for entry in entries)
    assert len(entries) == len(_STEMS), "a stem stands twice"
