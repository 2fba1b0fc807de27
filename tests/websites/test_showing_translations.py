"""What a reader is told of a translation that is older than its original."""

from __future__ import annotations

from datetime import timedelta

import pytest

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.base import clock
from kopir.websites.models import SitePage

RU = "/ru/ministry-of-education/about/"


@pytest.fixture
def about(education):
    def about(language):
        return SitePage.objects.get(url_path=f"/{language}/ministry-of-education/about/").specific

    return about


def test_a_dated_line_leads_to_the_original(about, client, system):
    page = about("ru")
    page.is_translation = True
    page.save()
    assert "websites-older" not in client.get(RU).content.decode()
    source = about("kk")
    source.last_published_at += timedelta(days=40)
    source.save()
    html = client.get(RU).content.decode()
    assert "websites-older" in html
    line = html[html.index("websites-older") :].split("</p>")[0]
    assert "2026" in line
    assert 'href="/kk/ministry-of-education/about/"' in line
    assert 'lang="kk"' in line
    assert "websites-older" not in client.get("/kk/ministry-of-education/about/").content.decode()


def test_the_line_comes_with_the_next_publication_of_the_original(about, client, kept_pages, page_guard):  # noqa: F811
    page = about("ru")
    page.is_translation = True
    page.save()
    kept_pages.settle()
    assert b"websites-older" not in kept_pages.ask(client, RU).content
    source = about("kk")
    source.title = "Жаңа"
    source.last_published_at = clock.now() + timedelta(days=1)
    source.save()
    kept_pages.settle()
    assert b"websites-older" in kept_pages.ask(client, RU).content
