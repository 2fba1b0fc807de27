"""Links are followed as readers follow them: on rendered pages, by clicks, within one website."""

from __future__ import annotations

import pytest

from kopir.duties import walking
from kopir.duties.gathering import gather
from kopir.duties.walking import read_links, walk
from kopir.websites.actions import archive_website, publish_page
from kopir.websites.models import SectionPage
from sitemedia import change, write_news

HOME = "/kk/ministry-of-education/"


def test_pages_are_found_by_the_clicks_from_the_home_page(education, finance, system, now):
    page = write_news(education)
    publish_page(page=change(page), actor=system, now=now)
    found = walk(education, "kk")
    assert found.is_whole
    clicks = {"": 0, "news/": 1, "about/": 1, "contacts/": 1}
    assert {path: found.clicks[f"{HOME}{path}"] for path in clicks} == clicks
    assert f"{HOME}news/bridge/" in found.clicks
    assert all(path.startswith(HOME) for path in found.clicks)


def test_a_page_to_which_no_shown_page_leads_is_not_found(education):
    clicks = {page.path: page.clicks for page in gather(education).pages if page.language == "kk"}
    assert clicks == {"": 0, "news": 1, "contacts": 1, "about": 1, "about/head": None}
    SectionPage.objects.filter(website=education, slug="about").update(show_in_menus=False, listing="people")
    clicks = {page.path: page.clicks for page in gather(education).pages if page.language == "kk"}
    assert (clicks["about"], clicks["about/head"]) == (1, 2)


def test_ways_out_are_told_with_the_pages_they_are_on(education, system, now):
    page = write_news(education)
    body = [{"type": "paragraph", "value": "<p><a href='https://water.example/a#b'>Су</a></p>"}]
    publish_page(page=change(page, body=body), actor=system, now=now)
    facts = gather(education)
    assert facts.links == {"https://water.example/a": (None, [page.pk])}
    assert list(facts.walked) == ["kk", "ru", "en"]


def test_a_large_website_is_not_walked_to_its_end(education, monkeypatch):
    monkeypatch.setattr(walking, "MOST_PAGES", 2)
    assert not walk(education, "kk").is_whole
    assert list(gather(education).walked) == []


def test_deep_pages_are_not_rendered(education, monkeypatch):
    monkeypatch.setattr(walking, "DEEPEST", 0)
    found = walk(education, "kk")
    assert found.is_whole
    assert f"{HOME}about/head/" not in found.clicks


def test_a_closed_website_has_nothing(education, system, now):
    archive_website(website=education, successor=None, actor=system, now=now)
    assert walk(education, "kk").clicks == {HOME: 0}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="b/">', ["http://x.example/a/b/"]),
        ('<a href="/c?page=2#d">', ["http://x.example/c?page=2"]),
        ('<a href="https://other.example">', ["https://other.example"]),
        ('<a href="mailto:a@example.org"><a href="tel:1"><a href="javascript:x"><a>', []),
        ('<a href="http://[broken">', []),
    ],
)
def test_what_counts_as_a_link(html, found):
    assert list(read_links(html, "http://x.example/a/")) == found
