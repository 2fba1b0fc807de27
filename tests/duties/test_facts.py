"""What is kept of a website: the same facts are the same bytes, and no words."""

from __future__ import annotations

from datetime import date

from dutysites import page, site
from kopir.duties.facts import day_of, digest_of, facts_from


def test_what_is_kept_is_what_was_gathered():
    facts = site(
        page(1, "a", fields={"duties": 3}, files=["files/a.pdf"]),
        files={"files/a.pdf": None},
        links={"https://a.example/": (False, [1])},
    )
    again = facts_from(facts.as_bytes())
    assert again.as_bytes() == facts.as_bytes()
    assert again.pages[0].fields == {"duties": 3}
    assert again.links["https://a.example/"][0] is False


def test_other_facts_are_other_bytes():
    assert site(page(1, "a")).as_bytes() != site(page(1, "a", words=41)).as_bytes()


def test_a_text_is_told_by_its_words_alone():
    assert digest_of(["Су", "—", "өмір."]) == digest_of(["су", "өмір"])
    assert digest_of(["су"]) != digest_of(["жер"])


def test_short_texts_may_be_the_same():
    assert site(page(1, "a", words=4, digest="x"), page(2, "b", words=4, digest="x")).copied == frozenset()
    assert site(page(1, "a", words=5, digest="x"), page(2, "b", words=5, digest="x")).copied == {2}


def test_a_page_and_its_day():
    assert page(1, "about/structure").slug == "structure"
    assert day_of("2026-03-02") == date(2026, 3, 2)
    assert day_of("") is None
