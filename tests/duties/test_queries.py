"""Whose scores a person sees, what a website had at an instant, and scores computed again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.duties import queries
from kopir.duties.actions import score_website
from kopir.duties.errors import UnknownScoreError
from kopir.duties.models import LinkFinding


@pytest.fixture
def scored(education, finance, system, now):
    return [score_website(website=website, actor=system, now=now) for website in (education, finance)]


def person(*grants):
    return Actor("person", id="9", grants=frozenset(grants))


def test_each_sees_what_they_work_on_or_stand_above(scored, education):
    body, above = education.body_id, education.body.parent_id
    assert list(queries.list_seen_by(person((Role.EDITOR, body)))) == scored[:1]
    assert list(queries.list_seen_by(person((Role.HEAD, body)))) == scored[:1]
    assert set(queries.list_seen_by(person((Role.HEAD, above)))) == set(scored)
    assert set(queries.list_seen_by(person((Role.AUDITOR, None)))) == set(scored)
    assert list(queries.list_seen_by(person((Role.EDITOR, above)))) == []
    assert list(queries.list_seen_by(ANONYMOUS)) == []


def test_a_number_within_another_is_no_body_above(scored, education):
    stranger = person((Role.HEAD, int(f"{education.body_id}0")))
    assert list(queries.list_seen_by(stranger)) == []


def test_what_they_had_at_an_instant(scored, education, system, now):
    later = score_website(website=education, actor=system, now=now + timedelta(days=30))
    assert queries.find_before([later], now + timedelta(days=1)) == {education.pk: scored[0]}
    assert queries.find_before([later], now + timedelta(days=31)) == {education.pk: later}
    assert queries.find_before([later], now - timedelta(days=1)) == {}


def test_the_past_of_one_website_alone(scored):
    assert queries.get_past(scored[0], scored[0].pk) == scored[0]
    with pytest.raises(UnknownScoreError):
        queries.get_past(scored[0], scored[1].pk)


def test_a_score_from_before_the_first_calendar_is_computed_again(scored):
    scored[0].on += timedelta(days=1)
    assert queries.recompute(scored[0]).results["structure"]["defects"][0]["what"] == "not_due"
    scored[0].calendar = 0
    assert queries.recompute(scored[0]).results["structure"]["defects"][0]["what"] == "no_calendar"


def test_hosts_that_have_waited_longest_are_asked_and_not_all_in_one_night(db, now, monkeypatch):
    monkeypatch.setattr(queries, "MOST_HOSTS", 2)
    for host, days in (("a", 2), ("b", 3), ("c", None)):
        asked_at = now - timedelta(days=days) if days else None
        for path in "12":
            address = f"https://{host}.example/{path}"
            LinkFinding.objects.create(address=address, host=host, seen_on=now.date(), asked_at=asked_at)
    assert queries.list_hosts_to_ask(now) == ["c", "b"]


def test_open_websites_are_found(education, finance):
    assert list(queries.list_websites()) == [education, finance]
    assert queries.find_website(education.pk) == education
    assert queries.find_website(0) is None
