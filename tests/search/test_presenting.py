"""Ways to narrow: links that keep the words, drop the page, and lead back."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from kopir.search.presenting import LIMIT_CHOICES, list_groups, name_kind
from kopir.search.queries import Count, Results
from kopir.search.registry import FACETS, KINDS, SITES
from shelves import own_sources


@pytest.fixture(autouse=True)
def names():
    with own_sources():
        KINDS.add("note", "Notes")
        KINDS.add("letter", "Letters")
        FACETS.add("topic", "Topic")
        SITES.add("tests", lambda ids: {7: "Ministry"})
        yield


def groups(asked="q=су&page=3", **counts):
    results = Results("су", counts=counts)
    return {str(group.title): list(group.choices) for group in list_groups(results, QueryDict(asked))}


def test_each_value_is_a_link_that_keeps_the_words_and_drops_the_page():
    (letters, notes) = groups(kind=[Count("letter", 2), Count("note", 1)])["Kind"]
    assert (letters.text, letters.count, letters.address) == ("Letters", 2, "?q=%D1%81%D1%83&kind=letter")
    assert (notes.text, notes.is_current) == ("Notes", False)


def test_the_chosen_value_leads_back_and_is_shown_even_alone():
    (notes,) = groups("q=a&kind=note", kind=[Count("note", 1)])["Kind"]
    assert (notes.is_current, notes.address) == (True, "?q=a")


def test_what_would_change_nothing_or_has_no_name_is_left_out():
    assert groups(kind=[Count("note", 1)], year=[], secret=[Count("a", 1), Count("b", 1)]) == {}
    assert groups(kind=[Count("note", 1), Count("unknown", 1)]) == {}
    assert groups(site=[Count("7", 1), Count("8", 1)]) == {}
    assert name_kind("unknown") == ""


def test_years_are_in_their_order_and_facets_have_their_title():
    found = groups(year=[Count("2024", 9), Count("2026", 1)], topic=[Count("су", 1), Count("жер", 1)])
    assert [each.text for each in found["Year"]] == ["2026", "2024"]
    assert [each.text for each in found["Topic"]] == ["су", "жер"]


def test_a_long_list_is_cut():
    counts = [Count(f"topic {number}", 1) for number in range(30)]
    assert len(groups(topic=counts)["Topic"]) == LIMIT_CHOICES
