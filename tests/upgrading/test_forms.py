"""Decisions on conflicts: one by one, for all, and only on what was shown."""

from __future__ import annotations

from kopir.upgrading.forms import DecisionsForm
from kopir.upgrading.presenting import Line
from kopir.upgrading.rules import Choice, Unit

LINES = [Line(token, Unit(token, "ru", "title"), "", "", "", "", "") for token in ("c1", "c2")]


def decide(**data):
    form = DecisionsForm(data, lines=LINES)
    assert form.is_valid()
    return {unit.page: choice for unit, choice in form.get_decisions().items()}


def test_one_by_one():
    assert decide(c1="keep", c2="") == {"c1": Choice.KEEP}


def test_for_all_that_were_shown():
    assert decide(c1="", all="take") == {"c1": Choice.TAKE}
    assert decide(c1="keep", all="other") == {"c1": Choice.KEEP}


def test_what_may_wait_is_not_called_optional():
    html = str(DecisionsForm(lines=LINES)["c1"].as_field_group())
    assert "checked" in html
    assert "optional" not in html


def test_another_answer_is_none():
    assert not DecisionsForm({"c1": "both"}, lines=LINES).is_valid()
