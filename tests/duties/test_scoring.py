"""A score weighs what must be kept more than what should, and counts nothing that is unsure or cannot be checked."""

from __future__ import annotations

import pytest

from dutysites import case, clause, days_ago, pack, page, site
from kopir.duties.scoring import MOST_DEFECTS, score

HERE, LACKING = {"sections": ["a"]}, {"sections": ["b"]}
FACTS = site(page(1, "a"))


def outcome_of(*clauses, facts=FACTS):
    return score(pack(*clauses), case(facts))


@pytest.mark.parametrize(
    ("clauses", "points", "possible"),
    [
        ([clause("present", params=HERE)], 3, 3),
        ([clause("present", params=HERE, level="should")], 1, 1),
        ([clause("present", params=HERE), clause("present", "two", params=LACKING, level="should")], 3, 4),
        ([clause("present", params=HERE), clause("present", "two", params=LACKING, is_unsure=True)], 3, 3),
        ([clause("present", params=HERE, is_unsure=True)], 0, 0),
        ([clause("present", params=HERE), clause("links", "two")], 3, 3),
    ],
)
def test_what_is_counted(clauses, points, possible):
    outcome = outcome_of(*clauses)
    assert (outcome.points, outcome.possible) == (points, possible)


def test_what_is_unsure_is_shown():
    assert outcome_of(clause("present", params=LACKING, is_unsure=True)).results["one"]["state"] == "failed"


@pytest.mark.parametrize(("opened", "state"), [(days_ago(3), "unknown"), ("2025-06-02", "failed")])
def test_a_new_website_has_until_the_deadline(opened, state):
    asked = clause("present", params=LACKING, deadline_days=20)
    assert outcome_of(asked, facts=site(page(1, "a"), opened_on=opened)).results["one"]["state"] == state


def test_what_a_new_website_has_already_is_counted():
    asked = clause("present", params=HERE, deadline_days=20)
    assert outcome_of(asked, facts=site(page(1, "a"), opened_on=days_ago(3))).points == 3


def test_not_every_defect_is_kept_but_their_number_is():
    pages = [page(number, f"acts/{number}", kind="document") for number in range(1, MOST_DEFECTS + 6)]
    asked = clause("filled", params={"kind": "document", "fields": ["number"]})
    result = outcome_of(asked, facts=site(*pages)).results["one"]
    assert (len(result["defects"]), result["count"]) == (MOST_DEFECTS, MOST_DEFECTS + 5)
