"""What the gate finds on published pages is counted, with the reasons of publishers, and recorded."""

from __future__ import annotations

import pytest
from django.db import connection

from kopir.audit.models import Row
from kopir.base.errors import NotAllowedError
from kopir.pagecache.models import Purge
from kopir.statements import actions, tags
from kopir.statements.models import Statement
from kopir.websites.actions import unpublish_page
from kopir.websites.gate.findings import Finding
from kopir.websites.models import SitePage


def test_a_website_without_a_fault_says_so_with_its_day(education, system, now):
    statement = actions.check_website(website=education, actor=system, now=now)
    shown = SitePage.objects.shown().filter(website=education).count()
    assert (statement.pages, statement.faulty, statement.counts) == (shown, 0, {})
    assert statement.checked_at == now
    row = Row.objects.latest("pk")
    assert (row.action, row.body_id) == ("statements.check", education.body_id)


def test_what_stays_is_counted_with_the_reason_that_was_written(faulty, education, system, now):
    statement = actions.check_website(website=education, actor=system, now=now)
    assert (statement.faulty, statement.counts) == (1, {"link_words": 1})
    (one,) = statement.reasons
    assert one["path"] == "/ru/ministry-of-education/about/"
    assert one["reason"].startswith("The picture is a scan")
    assert set(Purge.objects.latest("pk").tags) >= {tags.of_website(education.pk)}


def test_what_is_not_shown_is_not_counted(faulty, education, finance, system, now):
    unpublish_page(page=faulty, actor=system, now=now)
    assert actions.check_website(website=education, actor=system, now=now).faulty == 0
    assert actions.check_website(website=finance, actor=system, now=now).faulty == 0


def test_words_that_are_not_there_are_no_barrier(education, system, now, monkeypatch):
    monkeypatch.setattr(actions, "judge", lambda page: [Finding("shared_gone", "1")])
    assert actions.check_website(website=education, actor=system, now=now).counts == {}


def test_a_new_check_takes_the_place_of_the_old(education, system, now):
    actions.check_website(website=education, actor=system, now=now)
    actions.check_website(website=education, actor=system, now=now)
    assert Statement.objects.count() == 1


def test_pages_are_judged_before_the_transaction(faulty, education, system, now, monkeypatch):
    depths = []

    def judge(page):
        depths.append(len(connection.savepoint_ids))
        return []

    monkeypatch.setattr(actions, "judge", judge)
    before = len(connection.savepoint_ids)
    actions.check_website(website=education, actor=system, now=now)
    assert set(depths) == {before}


def test_nobody_but_the_system_checks(education, operator, now):
    with pytest.raises(NotAllowedError):
        actions.check_website(website=education, actor=operator, now=now)
