"""Passages: whole words of the original, marked where they fit, safe for a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kopir.search.passages import BEFORE, LENGTH, Marker
from kopir.search.words import read_query

FILLER = "Бұл жерде басқа нәрсе туралы айтылады. " * 20


def snip(query, text):
    return Marker(read_query(query)).snip(text)


def marked(passage):
    return [part.text for part in passage.parts if part.is_match]


def test_words_that_fit_are_marked_in_their_own_spelling():
    title = Marker(read_query("министрлік су")).mark("Су ресурстары министрлігінің хабары")
    assert title.as_html == "<mark>Су</mark> ресурстары <mark>министрлігінің</mark> хабары"
    assert str(title) == "Су ресурстары министрлігінің хабары"


def test_a_query_in_the_other_script_marks_too():
    assert marked(Marker(read_query("ministrlıgı")).mark("Сауда министрлігі")) == ["министрлігі"]
    assert marked(Marker(read_query("кўчаси")).mark("Yahyo Gʻulomov koʻchasi, 66")) == ["koʻchasi"]


def test_a_wrong_letter_marks_too_and_another_word_does_not():
    assert marked(Marker(read_query("коннкурс")).mark("Конкурс жарияланды, курс ашылды")) == ["Конкурс"]
    assert marked(Marker(read_query("су")).mark("Сурет пен Су")) == ["Су"]


def test_the_passage_is_where_most_words_stand_together():
    text = f"Су туралы. {FILLER}Су қоймасы жазда толады. {FILLER}"
    passage = snip("су қоймасы", text)
    assert "Су қоймасы жазда толады" in str(passage)
    assert str(passage).startswith("…")
    assert str(passage).endswith("…")
    assert len(str(passage)) <= LENGTH + 2


def test_a_passage_begins_and_ends_between_words():
    text = f"{FILLER}Су қоймасы жазда толады. {FILLER}"
    words = set(text.split())
    assert set(str(snip("қоймасы", text)).strip("…").split()) <= words


def test_without_a_fit_it_is_the_beginning():
    assert str(snip("ештеңе", "Бір сөз.")) == "Бір сөз."
    assert str(snip("ештеңе", FILLER)).startswith("Бұл жерде")
    assert str(snip("ештеңе", "")) == ""


def test_markup_is_shown_and_never_run():
    assert snip("alert", "<script>alert(1)</script> & <mark>").as_html == (
        "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt; &amp; &lt;mark&gt;"
    )


def test_a_text_without_spaces_is_cut_too():
    passage = snip("щит", "щ" * 10_000)
    assert len(str(passage)) <= LENGTH + 2
    assert len(str(snip("сон", f"{'щ' * 5000} сон {'щ' * 5000}"))) <= LENGTH + BEFORE + 2


@given(st.text(max_size=600), st.text(alphabet='абв сум"<&', max_size=30))
def test_parts_are_the_text(text, query):
    passage = snip(query, text)
    assert str(passage).strip("…").strip() in text
    assert all(part.text for part in passage.parts)
