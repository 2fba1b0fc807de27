"""What an auditor may ask for."""

from __future__ import annotations

from datetime import date

import pytest

from kopir.audit.forms import FilterForm
from kopir.audit.queries import Filter


def form(**data: str) -> FilterForm:
    return FilterForm(data, bodies=[("3", "Ministry")], actions=[("bodies.rename", "bodies.rename")])


def test_nothing_asked_for_is_everything():
    asked = form()
    assert asked.is_valid()
    assert asked.wanted() == Filter()


def test_everything_asked_for():
    asked = form(body="3", action="bodies.rename", person="p", subject="bodies.body:1", day="2026-03-05", before="7")
    assert asked.is_valid()
    assert asked.wanted() == Filter(3, "p", "bodies.rename", "bodies.body:1", date(2026, 3, 5))
    assert asked.cleaned_data["before"] == 7


@pytest.mark.parametrize(
    "data",
    [{"body": "4"}, {"body": "x"}, {"action": "bodies.hide"}, {"day": "5 March"}, {"before": "0"}, {"before": "x"}],
)
def test_what_is_not_offered_is_refused(data):
    asked = form(**data)
    assert not asked.is_valid()
    assert set(asked.errors) == set(data)
