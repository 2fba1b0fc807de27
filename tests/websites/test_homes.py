"""The portal's page of a body leads to its website, in every language, and is made anew when that changes."""

from __future__ import annotations

import pytest

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website
from kopir.websites.actions.lifecycle import archive_website, clone_website, rename_website
from kopir.websites.homes import find_home
from kopir.websites.models import HomePage, Website
from kopir.websites.queries import get_website

PAGE = "/{}/bodies/ministry-of-education/"


@pytest.fixture
def keeping(kept_pages, page_guard, client):  # noqa: F811 - fixtures
    """What a reader gets at a path from the store of pages, that was asked for it before."""

    def ask(path: str) -> str:
        kept_pages.settle()
        return (kept_pages.pages.get(path) or kept_pages.ask(client, path)).content.decode()

    return ask


def test_a_home_page_that_is_not_shown_is_not_led_to(education, keeping):
    path, link = PAGE.format("en"), 'href="/{}/ministry-of-education/"'.format
    assert link("en") in keeping(path)
    homes = HomePage.objects.filter(website=education)
    homes.get(locale__language_code="en").unpublish()
    assert link("en") not in keeping(path)
    assert link("kk") in keeping(path), "another language is better than nothing"
    for home in homes.filter(live=True):
        home.unpublish()
    assert 'ministry-of-education/"' not in keeping(path).replace("bodies/ministry-of-education", "")
    assert find_home(education.body, "en") == ""


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_of_a_body_leads_to_its_website(education, client, language):
    html = client.get(PAGE.format(language)).content.decode()
    assert f'href="/{language}/ministry-of-education/"' in html


def test_an_own_domain_is_led_to(education, client, now):
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=now)
    assert "edu.example%2Fkk%2F" in client.get(PAGE.format("kk")).content.decode()


def test_a_page_that_is_kept_follows_the_website(kz, template, keeping, operator, now):
    path, body, other = PAGE.format("ru"), get_body("ministry-of-education"), get_body("ministry-of-finance")
    link = 'href="/ru/{}/"'.format
    assert link("edu") not in keeping(path)
    website = create_website(body=body, template=template, slug="edu", actor=operator, now=now)
    assert link("edu") in keeping(path)
    assert link("money") not in keeping("/ru/bodies/ministry-of-finance/")
    clone_website(website=website, body=other, slug="money", actor=operator, now=now)
    assert link("money") in keeping("/ru/bodies/ministry-of-finance/")
    rename_website(website=website, slug="school", actor=operator, now=now)
    assert link("school") in keeping(path)
    archive_website(website=get_website("school"), successor=None, actor=operator, now=now)
    assert link("school") not in keeping(path)
    assert find_home(body, "ru") == ""
