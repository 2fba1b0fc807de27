"""Golden words, written from knowledge of the alphabets: at most one in a hundred may come out otherwise.

`tests/vectors/script/LANGUAGE.csv`: word, expected form, what it is there for.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kopir.script import Converter, fold

FOLDER = Path(__file__).parents[1] / "vectors" / "script"
LEAST_WORDS = 500
MOST_WRONG = 0.01
# What is wrong, and why it stays so; each is among the ambiguities of docs/why/script.md.
WRONG = {
    "kk": {},
    "uz": {"hayotsevar": "a compound: the rule takes -tse- for a loan's ц"},
}
# Folding does not know the loans, so these do not meet.
APART = {"kk": ["батальон", "павильон"], "uz": ["pitsa", "stajor", "rejissor"]}
TOPICS = {
    "kk": {
        "щ",
        "ц",
        "ч",
        "ё",
        "ю",
        "я",
        "e and э",
        "ъ and ь",
        "places",
        "names",
        "abbreviations",
        "capitals",
        "hyphens",
    },
    "uz": {"oʻ and gʻ, with every apostrophe", "the sign: ъ", "e and э", "ye", "ya yo yu", "ts and ц, s and ц", "ь"}
    | {"lost я ё ю, щ, ы", "places", "names", "abbreviations", "capitals", "suffixes", "hyphens", "kept"},
}
CONVERTERS = {"kk": Converter("kk", "Latn"), "uz": Converter("uz", "Cyrl")}


def read(language):
    with (FOLDER / f"{language}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", CONVERTERS)
def test_at_most_one_golden_word_in_a_hundred_is_wrong(language):
    rows = read(language)
    wrong = {row["word"] for row in rows if CONVERTERS[language].convert_text(row["word"]) != row["expected"]}
    assert len({row["word"] for row in rows}) == len(rows) >= LEAST_WORDS
    assert len(wrong) <= MOST_WRONG * len(rows), f"{len(wrong)} of {len(rows)}: {sorted(wrong)}"
    assert wrong == set(WRONG[language]), "the list of what is wrong must agree"


@pytest.mark.parametrize("language", CONVERTERS)
def test_the_golden_words_are_of_every_kind(language):
    assert TOPICS[language] <= {row["about"] for row in read(language)}


@pytest.mark.parametrize("language", CONVERTERS)
def test_the_words_in_a_text_come_out_as_alone(language):
    words = [row["word"] for row in read(language)]
    text = CONVERTERS[language].convert_text(", ".join(words))
    assert text == ", ".join(CONVERTERS[language].convert_text(word) for word in words)


@pytest.mark.parametrize("language", CONVERTERS)
def test_both_spellings_of_a_golden_word_meet_in_an_index(language):
    apart = [row["word"] for row in read(language) if fold(row["word"]) != fold(row["expected"])]
    assert apart == APART[language]
