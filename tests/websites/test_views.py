"""Pages of websites as the public meets them."""

from __future__ import annotations

import re

import pytest

from kopir.websites.actions import unpublish_page
from kopir.websites.models import Redirect, WebsiteState
from kopir.websites.queries import find_page

QUERIES = 12
HOME = "/kk/ministry-of-education/"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Кіріспе сөз"),
        ("news/", "Жаңалықтар"),
        ("about/", "Мұнда не істейтініміз жазылады."),
        ("about/head/", "Министр"),
        ("contacts/", "Байланыс"),
    ],
)
def test_a_page_is_read_in_few_queries(education, client, path, words, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        answer = client.get(HOME + path)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert words in html
    assert '<html lang="kk">' in html
    assert 'href="/kk/ministry-of-education/news/"' in html, "the menu"


def test_each_language_leads_to_the_same_page_in_the_others(education, client):
    html = client.get(HOME + "about/").content.decode()
    assert 'href="/ru/ministry-of-education/about/"' in html
    assert "О министерстве" in client.get("/ru/ministry-of-education/about/").content.decode()


def test_a_page_below_shows_the_way_to_it(education, client):
    html = client.get(HOME + "about/head/").content.decode()
    assert html.index('href="/kk/ministry-of-education/"') < html.index('href="/kk/ministry-of-education/about/"')


@pytest.mark.parametrize(("path", "current"), [("", []), ("about/", ["about"]), ("about/head/", ["about"])])
def test_the_menu_says_in_which_part_the_reader_is(education, client, path, current):
    html = client.get(HOME + path).content.decode()
    assert re.findall(rf'href="{HOME}([^"/]+)/" aria-current="true"', html) == current


def test_what_a_language_lacks_is_a_plain_line_with_a_link(education, client, operator, now, system):
    page = find_page(education, "kk", "about")
    assert page is not None
    unpublish_page(page=page, actor=system, now=now)
    answer = client.get("/kk/ministry-of-education/about/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert 'href="/ru/ministry-of-education/about/"' in html
    assert "Мұнда не істейтініміз" not in html
    assert client.get("/ru/ministry-of-education/about/").status_code == 200


def test_an_address_that_nobody_has_says_so_with_a_way_on(education, client):
    answer = client.get("/ru/ministry-of-education/nothing/here/")
    assert answer.status_code == 404
    assert 'href="/ru/ministry-of-education/"' in answer.content.decode()


def test_an_old_address_leads_to_where_the_page_went(education, client, now):
    page = find_page(education, "kk", "about")
    Redirect.objects.create(website=education, language="kk", path="old", page=page, created_at=now)
    Redirect.objects.create(website=education, language="kk", path="deleted", page=None, created_at=now)
    answer = client.get(HOME + "old/")
    assert (answer.status_code, answer["Location"]) == (301, "/kk/ministry-of-education/about/")
    assert client.get(HOME + "deleted/").status_code == 410


def test_a_closed_site_says_who_took_over(education, finance, client):
    education.state, education.successor = WebsiteState.ARCHIVED, finance
    education.save()
    answer = client.get(HOME + "about/")
    assert answer.status_code == 410
    assert 'href="http://kz.localhost/kk/ministry-of-finance/"' in answer.content.decode()
    assert "Мұнда не істейтініміз" not in answer.content.decode()


def test_an_unknown_site_is_no_page(kz, client):
    assert client.get("/kk/ministry-of-magic/").status_code == 404


def test_the_platforms_own_pages_are_not_taken(education, client):
    assert client.get("/kk/bodies/ministry-of-education/").status_code == 200


def test_every_page_leads_to_a_search_of_its_website(education, client):
    for path in ("", "about/"):
        html = client.get(f"/ru/ministry-of-education/{path}").content.decode()
        assert f'class="design-utility__search" href="/ru/search/?site={education.body_id}"' in html
    assert 'class="design-utility__search" href="/ru/search/"' in client.get("/ru/").content.decode()
