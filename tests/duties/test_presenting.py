"""How a score is told: every code has its words, and what may be repaired has its address."""

from __future__ import annotations

import ast
import re

import pytest
from django.utils.translation import override

from codebase import SOURCE, list_modules, parse
from kopir.duties.actions import score_website
from kopir.duties.presenting import DEFECTS, STATES, list_lines


def _codes():
    """What the checks say is wrong: the constant first arguments of `Defect` and `unknown`."""
    for path in list_modules("src"):
        if path.is_relative_to(SOURCE / "duties"):
            for node in ast.walk(parse(path)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Defect", "unknown"}:
                    first = node.args[0]
                    found = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                    yield from (each.value for each in found if isinstance(each, ast.Constant))


def test_every_code_has_its_words_and_no_other():
    assert set(_codes()) == set(DEFECTS)


def test_words_name_what_is_known_alone():
    assert {name for words in DEFECTS.values() for name in re.findall(r"\{(\w+)\}", str(words))} == {
        "detail",
        "language",
    }


@pytest.fixture
def score(education, system, now):
    return score_website(website=education, actor=system, now=now)


def test_clauses_stand_in_the_order_of_the_pack_in_the_readers_language(score):
    with override("kk"):
        lines = list_lines(score)
    assert [line.code for line in lines][:2] == ["structure", "heads"]
    assert lines[0].text.language == "kk"
    assert not any(line.faults for line in lines)


def test_what_is_unsure_says_so(score):
    unsure = next(line for line in list_lines(score) if line.code == "budget")
    assert unsure.color == "yellow"


def test_what_is_wrong_is_told_with_the_page_and_the_way_to_repair_it(score):
    page = score.website.pages.get(url_path__endswith="/kk/ministry-of-education/contacts/")
    defects = [{"what": "empty", "page": page.pk, "language": "kk", "detail": "phone"}] * 2
    score.results["contacts"] = {"state": "failed", "count": 5, "defects": defects}
    line = next(line for line in list_lines(score, with_faults=True) if line.code == "contacts")
    assert (line.faults[0].title, line.faults[0].address) == ("Байланыс", f"/edit/pages/{page.pk}/edit/")
    assert line.more == 3
    with override("en"):
        line = next(line for line in list_lines(score, with_faults=True) if line.code == "contacts")
    assert line.faults[0].sentence == "The field “telephone” is empty."


def test_a_page_of_another_website_is_never_named(score, finance):
    page = finance.pages.order_by("pk").last()
    defects = [{"what": "empty", "page": page.pk, "language": "kk", "detail": "phone"}]
    score.results["contacts"] = {"state": "failed", "count": 1, "defects": defects}
    line = next(line for line in list_lines(score, with_faults=True) if line.code == "contacts")
    assert line.faults[0].title == ""
    assert str(page.pk) not in line.faults[0].address.split("/")


def test_what_cannot_be_checked_is_not_repaired(score):
    line = next(line for line in list_lines(score, with_faults=True) if line.code == "structure")
    assert (line.state, line.faults[0].address) == (STATES["unknown"][0], "")
