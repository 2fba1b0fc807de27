"""The pages on duties: what everybody sees, what a body repairs, what a supervisor compares; and who sees it not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

import acting
from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.base import clock
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.models import Job
from kopir.duties.actions import CHECK, score_website
from kopir.websites.actions import archive_website

ALL, ONE = "/kk/duties/", "/kk/duties/ministry-of-education/"
MANAGE, MANAGE_ONE = "/kk/manage/duties/", "/kk/manage/duties/ministry-of-education/"


@pytest.fixture
def scored(education, system, now):
    return score_website(website=education, actor=system, now=now)


def person(*grants):
    return Actor("person", id="9", name="A. Person", grants=frozenset(grants))


def test_everybody_sees_how_each_website_stands(scored, client):
    text = client.get(ALL).content.decode()
    assert 'href="/kk/duties/ministry-of-education/"' in text
    assert f"<strong>{scored.percent} %</strong>" in text


def test_everybody_sees_each_clause_with_its_law_and_the_day(scored, client):
    text = client.get(ONE).content.decode()
    assert "Жаңалықтар күн сайын жаңартылады." in text
    assert "https://adilet.zan.kz/rus/docs/V2500035902" in text
    assert "2026-11" in text
    assert "/edit/" not in text


def test_a_website_that_was_never_checked_says_so(education, client):
    answer = client.get(ONE.replace("/kk/", "/en/"))
    assert (answer.status_code, "was not checked yet" in answer.content.decode()) == (200, True)
    assert client.get(ONE.replace("education", "magic")).status_code == 404
    assert client.get(ALL).status_code == 200


def test_what_is_kept_is_purged_by_a_new_score(education, system, now, client, kept_pages, page_guard):  # noqa: F811
    empty = kept_pages.ask(client, ALL)
    score_website(website=education, actor=system, now=now)
    kept_pages.settle()
    assert ALL not in kept_pages.pages
    assert kept_pages.ask(client, ALL).content != empty.content
    assert kept_pages.ask(client, ONE)
    score_website(website=education, actor=system, now=now + timedelta(days=1))
    kept_pages.settle()
    assert ONE not in kept_pages.pages


def test_a_website_that_is_closed_is_not_listed(scored, system, now, client, kept_pages, page_guard):  # noqa: F811
    kept_pages.ask(client, ALL)
    kept_pages.ask(client, ONE)
    archive_website(website=scored.website, successor=None, actor=system, now=now)
    kept_pages.settle()
    assert not {ALL, ONE} & set(kept_pages.pages)
    assert "ministry-of-education" not in client.get(ALL).content.decode()
    assert client.get(ONE).status_code == 404


def test_who_works_on_a_website_is_led_to_what_has_to_be_repaired(scored, client):
    acting.act_as(person((Role.EDITOR, scored.website.body_id)))
    text = client.get(MANAGE_ONE).content.decode()
    assert reverse("wagtailadmin_explore", args=[scored.website.pages.order_by("pk").first().pk]) in text
    assert 'action="' not in text or "manage/duties" in text


def test_its_head_sees_the_same_without_the_way_into_the_administration(scored, client):
    acting.act_as(person((Role.HEAD, scored.website.body.parent_id)))
    text = client.get(MANAGE_ONE).content.decode()
    assert "Жаңалықтар күн сайын жаңартылады." in text
    assert "/edit/" not in text


@pytest.mark.parametrize("role", [Role.EDITOR, Role.HEAD, Role.SITE_ADMINISTRATOR])
def test_who_works_elsewhere_sees_nothing_of_it(scored, finance, client, role):
    acting.act_as(person((role, finance.body_id)))
    assert client.get(MANAGE_ONE).status_code == 404
    assert client.post(MANAGE_ONE).status_code == 404
    assert client.get(f"{MANAGE_ONE}{scored.pk}/").status_code == 404
    assert "ministry-of-education" not in client.get(MANAGE).content.decode()


@pytest.mark.parametrize("actor", [ANONYMOUS, person(), person((Role.OFFICER, None))])
def test_who_has_no_part_in_websites_does_not_come_in(scored, client, actor):
    acting.act_as(actor)
    assert [client.get(path).status_code for path in (MANAGE, MANAGE_ONE)] == [403, 403]


def test_a_supervisor_compares_with_what_was_before(education, system, client):
    now = clock.now()
    scores = [score_website(website=education, actor=system, now=now - timedelta(days=days)) for days in (40, 0)]
    acting.act_as(person((Role.AUDITOR, None)))
    text = client.get(MANAGE).content.decode()
    assert all(f">{score.percent} %</td>" in text for score in scores)
    assert text.count(" %</td>") == 2
    assert text.count("–</td>") == 1


def test_a_score_of_the_past_is_computed_again(scored, finance, system, now, client):
    other = score_website(website=finance, actor=system, now=now)
    acting.act_as(person((Role.AUDITOR, None)))
    with_words = client.get(f"/en/manage/duties/ministry-of-education/{scored.pk}/").content.decode()
    assert "the same" in with_words
    assert client.get(f"{MANAGE_ONE}{other.pk}/").status_code == 404
    scored.results["structure"]["state"] = "passed"
    scored.save()
    assert "it differs" in client.get(f"/en/manage/duties/ministry-of-education/{scored.pk}/").content.decode()


def test_a_check_can_be_asked_for(scored, client):
    acting.act_as(person((Role.EDITOR, scored.website.body_id)))
    assert client.post(MANAGE_ONE).status_code == 302
    assert Job.objects.filter(name=CHECK).count() == 1
