"""The statement as readers and programs meet it."""

from __future__ import annotations

import json

import pytest

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.statements.actions import check_website
from kopir.websites.actions import unpublish_page
from kopir.websites.models import Website, WebsiteState

PAGE = "/en/accessibility/ministry-of-education/"
DATA = "/api/1/accessibility/ministry-of-education"


def test_it_says_what_was_found_when_and_why_it_stays(faulty, education, client, system, now):
    check_website(website=education, actor=system, now=now)
    html = client.get(PAGE).content.decode()
    assert "Checked on 2 March 2026." in html
    assert "Links that do not say where they lead: 1" in html
    assert 'href="/en/inquiries/ministry-of-education/"' in html
    assert "The picture is a scan" not in html, "the page is a Russian one"
    html = client.get(PAGE.replace("/en/", "/ru/")).content.decode()
    assert "The picture is a scan" in html
    assert "/ru/ministry-of-education/about/" in html


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_is_there_in_every_language_before_the_first_check(education, client, language):
    answer = client.get(PAGE.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_own_domain_answers_it_under_its_own_name(education, client, language, now, page_guard, kept_pages):  # noqa: F811
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=now)
    client.defaults["SERVER_NAME"] = "edu.example"
    html = kept_pages.ask(client, f"/{language}/@accessibility/").content.decode()
    assert f'<html lang="{language}">' in html
    assert f'href="/{language}/about/"' in html, "the menu of the website"
    assert f'href="http://kz.localhost/{language}/inquiries/ministry-of-education/"' in html
    other = "en" if language == "kk" else "kk"
    assert f'href="/{other}/@accessibility/"' in html


def test_the_portal_has_no_such_address(education, client):
    assert client.get("/kk/@accessibility/").status_code == 404


def test_programs_read_the_same(faulty, education, client, system, now):
    assert client.get(DATA).json()["checked_at"] is None
    check_website(website=education, actor=system, now=now)
    found = client.get(DATA).json()
    assert (found["pages_with_findings"], found["findings"]) == (1, {"link_words": 1})
    assert found["checked_at"] == now.isoformat()
    assert found["reasons"][0]["address"] == "http://kz.localhost/ru/ministry-of-education/about/"


def test_what_is_kept_is_purged_by_a_new_check(education, client, system, now, page_guard, kept_pages):  # noqa: F811
    for path in (PAGE, DATA):
        assert kept_pages.ask(client, path) is not None
    check_website(website=education, actor=system, now=now)
    kept_pages.settle()
    assert not kept_pages.pages


def test_a_page_that_was_taken_down_since_is_not_named(faulty, education, client, system, now, page_guard, kept_pages):  # noqa: F811
    check_website(website=education, actor=system, now=now)
    page = PAGE.replace("/en/", "/ru/")
    assert b"The picture is a scan" in kept_pages.ask(client, page).content
    assert len(json.loads(kept_pages.ask(client, DATA).content)["reasons"]) == 1
    unpublish_page(page=faulty, actor=system, now=now)
    kept_pages.settle()
    assert not kept_pages.pages
    assert "The picture is a scan" not in client.get(page).content.decode()
    assert client.get(DATA).json()["reasons"] == []


def test_there_is_none_where_there_is_no_open_website(education, client):
    education.state = WebsiteState.ARCHIVED
    education.save()
    for path in (PAGE, DATA, "/en/accessibility/no-such-site/"):
        assert client.get(path).status_code == 404


def test_what_a_publisher_wrote_is_no_markup(faulty, education, client, system, now):
    statement = check_website(website=education, actor=system, now=now)
    statement.reasons[0]["reason"] = "<script>alert(1)</script>"
    statement.save()
    assert "<script>alert" not in client.get(PAGE.replace("/en/", "/ru/")).content.decode()
