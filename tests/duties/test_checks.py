"""Every check has a website that passes, one that fails by a single defect, and one where it cannot be checked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from dutysites import case, clause, days_ago, page, site, with_page, without
from kopir.duties.checks import CHECKS, State
from kopir.duties.facts import Facts
from kopir.duties.scoring import judge

NEW: dict[str, Any] = {"opened_on": days_ago(3)}


@dataclass(frozen=True)
class Sites:
    """Three websites of one check, and what its clause tells it."""

    passes: Facts
    fails: Facts
    defect: str
    neutral: Facts
    params: dict[str, Any] = field(default_factory=dict)
    deadline_days: int = 0
    on: date = date(2026, 3, 2)


STRUCTURE = site(page(1, ""), page(2, "about/structure"))
HEADS = site(page(1, ""), page(2, "about/management/head", kind="person", fields={"duties": 12, "biography": 30}))
NEWS = site(page(1, ""), page(2, "news/a", kind="news", published_on="2026-02-26", changed_on="2026-02-26"))
BOTH = site(page(1, "about"), page(2, "about", language="ru"), languages=["kk", "ru"])
DEEP = site(page(1, "", kind="home", clicks=0), page(2, "a/b/c", clicks=3))
SCANS = site(page(1, "acts/a", kind="document", files=["files/a.pdf"]), files={"files/a.pdf": True})
LEADS = site(page(1, ""), links={"https://a.example/": (True, [1]), "https://b.example/": (None, [1])})
STATEMENT = site(page(1, "accessibility", changed_on=days_ago(300)))

SITES = {
    "present": Sites(
        STRUCTURE,
        without(STRUCTURE, 2),
        "absent",
        replace(without(STRUCTURE, 2), **NEW),
        {"sections": ["structure"]},
        20,
    ),
    "filled": Sites(
        HEADS,
        with_page(HEADS, 2, fields={"duties": 12}),
        "empty",
        without(HEADS, 2),
        {"kind": "person", "fields": ["duties", "biography"], "words": 3},
    ),
    "fresh": Sites(NEWS, with_page(NEWS, 2, published_on="2026-02-25", changed_on=""), "old", NEWS, {"kind": "news"}),
    "parity": Sites(BOTH, without(BOTH, 2), "lacking", replace(BOTH, languages=["kk"])),
    "reachable": Sites(DEEP, with_page(DEEP, 2, clicks=4), "far", replace(DEEP, walked=[])),
    "text_layer": Sites(
        SCANS, replace(SCANS, files={"files/a.pdf": False}), "scan", replace(SCANS, files={"files/a.pdf": None})
    ),
    "links": Sites(
        LEADS,
        replace(LEADS, links={**LEADS.links, "https://b.example/": (False, [1])}),
        "dead",
        replace(LEADS, links={"https://a.example/": (None, [1])}),
    ),
    "statement": Sites(
        STATEMENT,
        with_page(STATEMENT, 1, changed_on=days_ago(366)),
        "expired",
        replace(with_page(STATEMENT, 1, changed_on=days_ago(366)), **NEW),
        {"sections": ["accessibility"]},
        20,
    ),
}


def verdict_of(name: str, facts: Facts, *, on: date | None = None, **params: Any) -> Any:
    sites = SITES[name]
    asked = clause(name, params={**sites.params, **params}, deadline_days=sites.deadline_days)
    return judge(asked, case(facts, on=on or sites.on))


def test_every_check_has_its_three_websites():
    assert set(SITES) == {name for name, _check in CHECKS}


@pytest.mark.parametrize("name", SITES)
def test_a_website_that_passes(name):
    assert verdict_of(name, SITES[name].passes).state == State.PASSED


@pytest.mark.parametrize("name", SITES)
def test_a_website_that_fails_by_a_single_defect(name):
    verdict = verdict_of(name, SITES[name].fails)
    assert verdict.state == State.FAILED
    assert [defect.what for defect in verdict.defects] == [SITES[name].defect]


@pytest.mark.parametrize("name", SITES)
def test_a_website_where_it_cannot_be_checked(name):
    on = date(2029, 3, 2) if name == "fresh" else None  # a year that the calendar does not cover
    verdict = verdict_of(name, SITES[name].neutral, on=on)
    assert verdict.state == State.UNKNOWN
    assert len(verdict.defects) == 1


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"words": 3}, "short"),
        ({"digest": "text 1"}, "copied"),
        ({"digest": "of the template"}, "copied"),
    ],
)
def test_an_empty_or_copied_text_counts_as_absent(change, what):
    facts = replace(with_page(STRUCTURE, 2, **change), stock=["of the template"])
    verdict = verdict_of("present", facts)
    assert verdict.state == State.FAILED
    assert [defect.what for defect in verdict.defects] == [what]


def test_of_two_pages_with_one_text_the_later_is_the_copy():
    twins = with_page(STRUCTURE, 2, digest="text 1", published_on="2026-02-01")
    assert verdict_of("present", twins).state == State.PASSED
    assert twins.copied == {1}


def test_a_section_says_something_by_what_is_below_it():
    empty = with_page(STRUCTURE, 2, words=0)
    below = replace(empty, pages=[*empty.pages, page(3, "about/structure/law")])
    assert verdict_of("present", below).state == State.PASSED
    other = replace(empty, pages=[*empty.pages, page(3, "about/structure/law", words=2)])
    assert verdict_of("present", other).state == State.FAILED


def test_items_are_counted_as_contents_and_not_as_pages():
    acts = site(
        page(1, "acts/a", kind="document", key="a"),
        page(2, "acts/a", kind="document", key="a", language="ru"),
        page(3, "acts/b", kind="document", words=1),
    )
    asked: dict[str, Any] = {"sections": [""], "kind": "document"}
    assert verdict_of("present", acts, items=1, **asked).state == State.PASSED
    verdict = verdict_of("present", acts, items=2, **asked)
    assert [(defect.what, defect.detail) for defect in verdict.defects] == [("too_few", "1")]


def test_the_text_of_a_page_is_a_field_too_and_may_not_be_copied():
    act = site(page(1, ""), page(2, "acts/a", kind="document", fields={"number": 1}))
    asked: dict[str, Any] = {"kind": "document", "fields": ["number", "text"], "words": 1}
    assert verdict_of("filled", act, **asked).state == State.PASSED
    verdict = verdict_of("filled", with_page(act, 2, digest="text 1"), **asked)
    assert [(defect.what, defect.detail) for defect in verdict.defects] == [("empty", "text")]


def test_days_off_are_no_delay():
    assert verdict_of("fresh", NEWS, on=date(2026, 3, 2)).state == State.PASSED
    assert verdict_of("fresh", NEWS, on=date(2026, 3, 3)).state == State.FAILED


def test_copied_news_is_no_news():
    copied = replace(
        NEWS, pages=[*NEWS.pages, page(3, "news/b", kind="news", digest="text 2", published_on="2026-03-02")]
    )
    assert verdict_of("fresh", copied, on=date(2026, 3, 3)).state == State.FAILED


@pytest.mark.parametrize(
    ("change", "what"),
    [({"digest": "text 1"}, "copied"), ({"words": 2}, "short"), ({"is_behind": True}, "behind")],
)
def test_a_translation_that_is_copied_empty_or_older_than_its_source_is_lacking(change, what):
    verdict = verdict_of("parity", with_page(BOTH, 2, **change))
    assert [(defect.what, defect.language) for defect in verdict.defects] == [(what, "ru")]


def test_what_was_published_just_now_may_still_lack_a_language():
    young = with_page(without(BOTH, 2), 1, published_on="2026-02-26")
    assert verdict_of("parity", young, within_days=1).state == State.UNKNOWN
    assert verdict_of("parity", young).state == State.FAILED


def test_parity_may_be_asked_of_some_languages_and_kinds_alone():
    three = replace(BOTH, languages=["kk", "ru", "en"])
    assert verdict_of("parity", three).state == State.FAILED
    assert verdict_of("parity", three, languages=["kk", "ru"]).state == State.PASSED
    assert verdict_of("parity", three, kinds=["news"]).state == State.UNKNOWN


def test_a_page_to_which_no_link_leads_is_not_reached():
    assert verdict_of("reachable", with_page(DEEP, 2, clicks=None)).state == State.FAILED


def test_one_scan_among_unreadable_files_is_told():
    files = {"files/a.pdf": None, "files/b.pdf": False}
    both = replace(with_page(SCANS, 1, files=["files/a.pdf", "files/b.pdf"]), files=files)
    assert verdict_of("text_layer", both).state == State.FAILED


def test_some_addresses_may_be_dead():
    dead = SITES["links"].fails
    assert verdict_of("links", dead, most_dead=1).state == State.PASSED


def test_a_statement_that_is_not_there_or_says_nothing():
    assert [defect.what for defect in verdict_of("statement", without(STATEMENT, 1)).defects] == ["absent"]
    assert [defect.what for defect in verdict_of("statement", with_page(STATEMENT, 1, words=1)).defects] == ["short"]
