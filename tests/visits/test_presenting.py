"""Rows as people read them: titles with links, paths as they were typed, languages by name."""

from __future__ import annotations

from datetime import date

from kopir.visits.presenting import tell_missing, tell_searches, tell_views
from kopir.visits.queries import Line
from kopir.websites.models import SitePage


def test_a_page_is_a_link_as_long_as_it_is_shown(education):
    page = SitePage.objects.get(url_path="/ru/ministry-of-education/news/")
    page.title = "<i>Новости</i>"
    lines = [Line(page, "/ru/news/", 5, 2), Line(None, "/ru/<b>/", 1, 0)]
    rows = tell_views(education, lines).rows
    assert rows[0][0] == (
        '<a class="govuk-link" href="/ru/ministry-of-education/news/" lang="ru">&lt;i&gt;Новости&lt;/i&gt;</a>'
    )
    assert rows[0][1:] == (5, 2)
    assert rows[1] == ("/ru/ministry-of-education/<b>/", 1, 0)
    page.live = False
    assert tell_views(education, lines).rows[0][0] == "<i>Новости</i>"


def test_an_address_is_that_of_the_host_where_the_website_answers(education, now):
    found = [
        {"path": "/kk/x", "sum": 2, "last": date(2026, 3, 2)},
        {"path": "/x.php", "sum": 1, "last": date(2026, 3, 1)},
    ]
    rows = tell_missing(education, found, {}, may_lead=False).rows
    assert [(row[0], row[3]) for row in rows] == [("/kk/ministry-of-education/x", ""), ("/x.php", "")]
    education.domain, education.domain_proven_at = "edu.example.kz", now
    assert [row[0] for row in tell_missing(education, found, {}, may_lead=False).rows] == ["/kk/x", "/x.php"]


def test_an_address_leads_to_a_page_or_to_the_choice_of_one(education):
    page = SitePage.objects.get(url_path="/kk/ministry-of-education/news/")
    found = [{"path": path, "sum": 1, "last": date(2026, 3, 2)} for path in ("/kk/a/?", "/kk/b", "/kk/c/", "/c")]
    ends = [row[3] for row in tell_missing(education, found, {"/kk/b": page}, may_lead=True).rows]
    assert ends[0] == ends[3] == "", "no page can stand there"
    assert 'href="/kk/ministry-of-education/news/"' in ends[1]
    assert 'manage/visits/ministry-of-education/lead/?from=%2Fkk%2Fc%2F"' in ends[2]


def test_a_language_is_named(settings):
    found = [{"words": "a", "language": "kk", "sum": 3}, {"words": "b", "language": "xx", "sum": 1}]
    assert list(tell_searches(found).rows) == [("a", dict(settings.LANGUAGES)["kk"], 3), ("b", "xx", 1)]
