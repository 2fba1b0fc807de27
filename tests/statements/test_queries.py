"""Only open websites are checked, and each has its own statement."""

from __future__ import annotations

from kopir.statements.actions import check_website
from kopir.statements.queries import find_statement, list_open
from kopir.websites.models import WebsiteState


def test_each_has_its_own(education, finance, system, now):
    made = check_website(website=education, actor=system, now=now)
    assert find_statement(education) == made
    assert find_statement(finance) is None
    finance.state = WebsiteState.ARCHIVED
    finance.save()
    assert list(list_open()) == [education]
