"""Reads of websites: what is found in how many queries, and what the public never finds."""

from __future__ import annotations

import pytest

from kopir.websites import queries
from kopir.websites.errors import UnknownSiteError
from kopir.websites.models import NewsPage, SectionPage


def test_a_website_is_one_query_whatever_the_number(education, finance, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = queries.find_website("ministry-of-education")
        assert found is not None
        assert found.body.slug == "ministry-of-education"
    with django_assert_num_queries(1):
        assert queries.find_website("ministry-of-magic") is None


def test_a_page_is_found_by_its_whole_way(education, finance, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        page = queries.find_page(education, "kk", "about/head")
    assert page is not None
    assert (page.title, type(page).__name__) == ("Министр", "PersonPage")
    assert queries.find_page(education, "kk", "head") is None
    assert queries.find_page(education, "tg", "about/head") is None
    home = queries.find_page(finance, "ru", "")
    assert home is not None
    assert home.website == finance


def test_what_is_not_published_is_not_found(education, now):
    section = SectionPage.objects.get(url_path="/kk/ministry-of-education/news/")
    section.add_child(instance=NewsPage(title="a", slug="a", happened_on="2026-03-01", live=False))
    assert queries.find_page(education, "kk", "news/a") is None
    assert list(queries.list_in(section, "news", now)) == []
    home = queries.get_home(education, "kk")
    assert home is not None
    assert list(queries.list_news(home)) == []


def test_the_frame_has_the_way_and_the_menu_in_one_query(education, finance, django_assert_num_queries):
    page = queries.find_page(education, "kk", "about/head")
    assert page is not None
    with django_assert_num_queries(1):
        frame = queries.get_frame(page)
    assert [above.slug for above in frame.above] == ["ministry-of-education", "about"]
    assert [entry.slug for entry in frame.menu] == ["news", "about"]
    assert frame.home.slug == "ministry-of-education"


def test_the_menu_lacks_what_is_not_published(education):
    SectionPage.objects.get(url_path="/kk/ministry-of-education/news/").unpublish()
    page = queries.find_page(education, "kk", "about")
    assert page is not None
    assert [entry.slug for entry in queries.get_frame(page).menu] == ["about"]


def test_translations_are_the_same_content_in_the_same_site(education, finance):
    page = queries.find_page(education, "kk", "about")
    assert page is not None
    found = queries.list_translations(page)
    assert sorted(found) == ["en", "ru"]
    assert {other.website_id for other in found.values()} == {education.pk}
    found["ru"].unpublish()
    assert sorted(queries.list_translations(page)) == ["en"]
    assert sorted(queries.list_ways(education, "kk", "about")) == ["en"]
    assert sorted(queries.list_ways(education, "kk", "")) == ["en", "ru"]


def test_an_archived_website_is_found_but_not_gotten(education):
    assert queries.get_website("ministry-of-education") == education
    education.state = "archived"
    education.save()
    assert queries.find_website_of(education.body_id) == education
    with pytest.raises(UnknownSiteError):
        queries.get_website("ministry-of-education")
    with pytest.raises(UnknownSiteError):
        queries.get_website("ministry-of-magic")
