"""Fields taken one by one: each wrong one becomes a sentence, and reading goes on."""

from __future__ import annotations

from datetime import date

import pytest

from kopir.bodies.pack_reading import Entry, is_time


@pytest.fixture
def entry():
    def make(**fields: object) -> Entry:
        return Entry("x.toml", fields, [])

    return make


def test_good_fields_leave_no_problems(entry):
    one = entry(
        a="A", b={"kk": " Абай "}, c=[1, 2], d=3, e=True, f="2026-03-21", g=[[1], [2]], h="51.1", i="71.4", j={"k": 1}
    )
    assert one.text("a") == "A"
    assert one.texts("b", ["kk"]) == {"kk": "Абай"}
    assert (one.numbers("c", 0, 9), one.number("d", 0, 9), one.flag("e"), one.day("f")) == (
        (1, 2),
        3,
        True,
        date(2026, 3, 21),
    )
    assert (one.rows_of_numbers("g", 0, 9), one.point("h", "i"), one.table("j")) == (
        ((1,), (2,)),
        (51.1, 71.4),
        {"k": 1},
    )
    one.end()
    assert one.problems == []


@pytest.mark.parametrize(
    ("read", "problem"),
    [
        (lambda one: one.text("missing"), "x.toml: missing: is missing"),
        (lambda one: one.text("number"), "x.toml: number: 7 has not the form"),
        (lambda one: one.text("word", pattern="[A-Z]{2}"), "x.toml: word: 'word' has not the form [A-Z]{2}"),
        (lambda one: one.choice("word", ["a", "b"]), "x.toml: word: 'word' is none of: a, b"),
        (lambda one: one.texts("word", ["kk"]), "x.toml: word: write a table of languages"),
        (lambda one: one.texts("texts", ["kk", "ru"]), "x.toml: texts: write it in ru too"),
        (lambda one: one.texts("texts", []), "x.toml: texts: kk: list the language in country.toml first"),
        (lambda one: one.numbers("word", 0, 9), "x.toml: word: write a list of whole numbers"),
        (lambda one: one.number("number", 8, 9), "x.toml: number: write a whole number from 8 to 9"),
        (lambda one: one.flag("word"), "x.toml: word: write true or false"),
        (lambda one: one.day("word"), "x.toml: word: 'word' is no day of the calendar"),
        (lambda one: one.table("word"), "x.toml: word: write a table"),
        (lambda one: one.entries("number"), "x.toml: number: write a list of tables"),
        (lambda one: one.point("word", "word"), "x.toml: word: write latitude and longitude"),
        (lambda one: one.end(), "x.toml: number: no such field"),
    ],
)
def test_a_wrong_field_is_a_sentence(entry, read, problem):
    one = entry(number=7, word="word", texts={"kk": "Абай"})
    read(one)
    assert one.problems[0].startswith(problem)


def test_entries_know_where_they_stand(entry):
    one = entry(kinds={"agency": {"a": "1"}}, rows=[{"slug": "s"}, {}])
    assert [inner.where for inner in one.entries("kinds")] == ["x.toml: agency"]
    assert [inner.where for inner in one.entries("rows")] == ["x.toml: s", "x.toml: rows 2"]


@pytest.mark.parametrize(
    ("value", "is_one"), [("09:00", True), ("23:59", True), ("24:00", False), ("9:00", False), (9, False)]
)
def test_times(value, is_one):
    assert is_time(value) is is_one
