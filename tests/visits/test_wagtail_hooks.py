"""The menu of the editors leads to the counts of the acting website."""

from __future__ import annotations

from types import SimpleNamespace

from kopir.base.actors import Role
from kopir.visits.wagtail_hooks import add_visits
from kopir.websites.rights import Rights, carry


def entries(website, actor):
    user = SimpleNamespace(pk=actor.id)
    carry(user, Rights(website, frozenset({Role.EDITOR}), actor), "en")
    items = []
    add_visits(SimpleNamespace(user=user), items)
    return [item.url for item in items]


def test_an_editor_finds_the_counts_of_the_acting_website(education, worker):
    assert entries(education, worker()) == ["/en/manage/visits/ministry-of-education/"]


def test_who_may_not_see_them_gets_no_entry(education, finance, worker, operator):
    assert entries(education, operator) == []
    assert entries(finance, worker()) == []
    items = []
    add_visits(SimpleNamespace(user=SimpleNamespace()), items)
    assert items == []
