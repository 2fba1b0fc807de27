"""What is written for a change: only the pages it is about, each once."""

from __future__ import annotations

from kopir.upgrading.queries import find_plan
from kopir.upgrading.rules import Change, Unit
from kopir.upgrading.writing import Written, write
from kopir.websites.models import SitePage


def test_only_pages_that_change_are_written_each_once(website, system, now, page):
    plan = find_plan(website)
    assert plan is not None
    unit, other = Unit("about", "ru", "title"), Unit("about", "ru", "show_in_menus")
    changes = [Change(unit, plan.standing.state[unit], "О нас"), Change(other, True, False)]
    result = {**plan.standing.state, unit: "О нас", other: False}
    assert write(plan, result, changes, system, now) == Written(published=1)
    assert (page("about").title, page("about").show_in_menus) == ("О нас", False)
    assert SitePage.objects.exclude(latest_revision=None).count() == 1


def test_nothing_is_written_for_nothing(website, system, now):
    plan = find_plan(website)
    assert plan is not None
    assert write(plan, plan.standing.state, [], system, now) == Written()
