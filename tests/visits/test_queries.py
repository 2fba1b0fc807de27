"""What is shown of the counts: the last thirty days, by page, of the own websites alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kopir.base.actors import Role
from kopir.visits import queries
from kopir.visits.models import MissingAddress, VainSearch, Views
from kopir.websites.errors import UnknownSiteError
from kopir.websites.models import SitePage

TODAY = date(2026, 3, 2)


def view(website, path, count, ago=0, page=None):
    Views.objects.create(website=website, day=TODAY - timedelta(days=ago), path=path, page_number=page, count=count)


def test_pages_are_summed_over_days_and_addresses(education, finance):
    page = SitePage.objects.get(url_path="/kk/ministry-of-education/news/")
    view(education, "/kk/news/", 2, page=page.pk)
    view(education, "/kk/old-news/", 3, ago=29, page=page.pk)
    view(education, "/kk/news/", 4, ago=30, page=page.pk)
    view(education, "/kk/news/", 50, ago=60, page=page.pk)
    view(education, "/kk/gone/", 9, ago=3, page=10**9)
    view(education, "/kk/", 1)
    view(finance, "/kk/", 70)
    lines = queries.list_views(education, TODAY)
    assert [(line.page.pk if line.page else None, line.count, line.before) for line in lines] == [
        (None, 9, 0),
        (page.pk, 5, 4),
        (None, 1, 0),
    ]
    assert queries.count_views([education, finance], TODAY) == {education.pk: 15, finance.pk: 70}
    assert queries.count_page_views(education, [page.pk, 10**9, 7], TODAY) == {page.pk: 5, 10**9: 9}
    assert queries.count_page_views(finance, [page.pk], TODAY) == {}


def test_a_page_that_went_to_another_website_is_not_named(education, finance):
    page = SitePage.objects.get(url_path="/kk/ministry-of-finance/news/")
    view(education, "/kk/news/", 2, page=page.pk)
    assert [line.page for line in queries.list_views(education, TODAY)] == [None]


def test_only_the_most_read(education, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    for number in range(4):
        view(education, f"/kk/{number}/", number + 1)
    assert [line.path for line in queries.list_views(education, TODAY)] == ["/kk/3/", "/kk/2/"]


def test_addresses_and_searches_of_the_website_alone(education, finance):
    for website, ago in ((education, 0), (education, 29), (education, 30), (finance, 0)):
        day = TODAY - timedelta(days=ago)
        MissingAddress.objects.create(website=website, day=day, path="/kk/x", count=2)
        for words in ("сөз", ""):
            VainSearch.objects.create(website=website, day=day, language="kk", digest=words, words=words, count=2)
    VainSearch.objects.create(day=TODAY, language="kk", digest="a", words="бәрі", count=3)
    assert queries.list_missing(education, TODAY) == [{"path": "/kk/x", "sum": 4, "last": TODAY}]
    assert queries.list_searches(education, TODAY) == [{"words": "сөз", "language": "kk", "sum": 4, "last": TODAY}]
    assert [row["words"] for row in queries.list_searches(None, TODAY)] == ["бәрі"]


def test_who_sees_which_website(education, finance, worker, operator):
    assert list(queries.list_seen_websites(worker())) == [education]
    assert queries.get_seen_website(education.slug, worker(Role.HEAD)) == education
    for actor in (worker(slug="ministry-of-finance"), worker(Role.OFFICER), operator):
        with pytest.raises(UnknownSiteError):
            queries.get_seen_website(education.slug, actor)
