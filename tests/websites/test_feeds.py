"""What machines read: feeds, maps, robots.txt."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from defusedxml import ElementTree

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.websites.models import BudgetPage, EventPage, NewsPage, SectionPage
from kopir.websites.queries import find_page
from sitetypes import write_page

LINK = "{http://www.w3.org/1999/xhtml}link"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def write_news(website, title: str, *, language: str = "ru", live: bool = True, day: int = 1) -> NewsPage:
    section = SectionPage.objects.get(url_path=f"/{language}/{website.slug}/news/")
    page = NewsPage(title=title, slug=f"n{day}", happened_on=date(2026, 3, day), live=live, summary="Коротко & ясно")
    section.add_child(instance=page)
    return page


def test_the_feed_holds_the_news_of_its_language_newest_first(education, client):
    write_news(education, "Первая", day=1)
    write_news(education, "Вторая", day=2)
    write_news(education, "Черновик", day=3, live=False)
    write_news(education, "Қазақша", language="kk", day=4)
    answer = client.get("/ru/ministry-of-education/feed.xml")
    assert answer["Content-Type"].startswith("application/rss+xml")
    feed = ElementTree.fromstring(answer.content)
    assert [item.findtext("title") for item in feed.iter("item")] == ["Вторая", "Первая"]
    assert feed.findtext("channel/language") == "ru"
    link = feed.findtext("channel/item/link")
    assert link == "http://kz.localhost/ru/ministry-of-education/news/n2/"
    assert client.get(link.removeprefix("http://kz.localhost")).status_code == 200


def test_a_page_names_its_feed_its_languages_and_itself(education, client):
    html = client.get("/kk/ministry-of-education/about/").content.decode()
    assert 'href="/kk/ministry-of-education/feed.xml"' in html
    assert '<link rel="canonical" href="http://kz.localhost/kk/ministry-of-education/about/">' in html
    for tag, segment in {"kk-Cyrl": "kk", "kk-Latn": "kk-latn", "ru": "ru", "en": "en"}.items():
        address = f"http://kz.localhost/{segment}/ministry-of-education/about/"
        assert f'<link rel="alternate" hreflang="{tag}" href="{address}">' in html
        assert client.get(address.removeprefix("http://kz.localhost")).status_code == 200
    latin = client.get("/kk-latn/ministry-of-education/about/").content.decode()
    assert '<link rel="canonical" href="http://kz.localhost/kk-latn/ministry-of-education/about/">' in latin
    assert 'hreflang="kk-Cyrl" href="http://kz.localhost/kk/ministry-of-education/about/"' in latin


def test_the_map_has_each_shown_page_with_its_languages(education, client):
    page = find_page(education, "ru", "about")
    assert page is not None
    page.unpublish()
    tree = ElementTree.fromstring(client.get("/sitemaps/ministry-of-education.xml").content)
    places = {url.findtext(LOC): url for url in tree}
    assert len(places) == 3 * 5 - 1
    assert "http://kz.localhost/ru/ministry-of-education/about/" not in places
    about = places["http://kz.localhost/kk/ministry-of-education/about/"]
    assert [link.get("hreflang") for link in about.iter(LINK)] == ["kk-Cyrl", "kk-Latn", "en"]


def test_the_map_of_maps_names_the_open_sites_of_the_portal(education, finance, client, now):
    finance.domain, finance.domain_proven_at = "fin.example.org", now
    finance.save()
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert [place.text for place in tree.iter(LOC)] == ["http://kz.localhost/sitemaps/ministry-of-education.xml"]
    assert client.get("/sitemaps/ministry-of-finance.xml").status_code == 404
    own = ElementTree.fromstring(client.get("/sitemap.xml", headers={"host": "fin.example.org"}).content)
    assert "http://fin.example.org/kk/about/" in [place.text for place in own.iter(LOC)]
    assert client.get("/ru/feed.xml", headers={"host": "fin.example.org"}).status_code == 200


def test_robots_are_told_the_map_of_their_host(education, client, now):
    assert "Sitemap: http://kz.localhost/sitemap.xml" in client.get("/robots.txt").content.decode()
    education.domain, education.domain_proven_at = "edu.example.org", now
    education.save()
    text = client.get("/robots.txt", headers={"host": "edu.example.org"}).content.decode()
    assert "Sitemap: http://edu.example.org/sitemap.xml" in text


@pytest.mark.parametrize("address", ["/sitemaps/ministry-of-magic.xml", "/ru/ministry-of-magic/feed.xml"])
def test_a_site_that_is_not_there_has_neither(education, client, address):
    assert client.get(address).status_code == 404


def test_a_closed_site_has_neither(education, client):
    education.state = "archived"
    education.save()
    assert client.get("/sitemaps/ministry-of-education.xml").status_code == 404
    assert client.get("/ru/ministry-of-education/feed.xml").status_code == 404
    assert b"ministry-of-education" not in client.get("/sitemap.xml").content


def test_an_event_is_a_calendar_and_all_of_a_site_are_one(education, finance, client):
    page = write_page(EventPage, education, title="Отырыс, ашық", slug="open")
    write_page(EventPage, finance, title="Foreign")
    own = client.get(f"{page.url_path}event.ics")
    assert own["Content-Type"] == "text/calendar; charset=utf-8"
    assert own.content.count(b"BEGIN:VEVENT") == 1
    whole = client.get("/kk/ministry-of-education/calendar.ics").content.decode()
    assert "SUMMARY:Отырыс\\, ашық" in whole
    assert f"UID:urn:uuid:{page.translation_key}" in whole
    assert "Foreign" not in whole
    page.unpublish()
    assert "Отырыс" not in client.get("/kk/ministry-of-education/calendar.ics").content.decode()
    assert client.get(f"{page.url_path}event.ics").status_code == 404


def test_what_is_no_event_is_no_calendar(education, client, now):
    assert client.get("/kk/ministry-of-education/about/event.ics").status_code == 404
    assert client.get("/kk/ministry-of-magic/calendar.ics").status_code == 404
    assert client.get("/kk/ministry-of-education/calendar.ics").content.count(b"BEGIN:VEVENT") == 0
    education.domain, education.domain_proven_at = "edu.example.org", now
    education.save()
    assert client.get("/kk/calendar.ics", headers={"host": "edu.example.org"}).status_code == 200
    assert client.get("/kk/ministry-of-education/calendar.ics").status_code == 404


def test_a_budget_is_a_table_for_programs_at_an_address_of_its_own(education, client, now):
    page = write_page(BudgetPage, education, slug="plan")
    address = f"{page.url_path}budget.csv"
    assert 'href="budget.csv"' in client.get(page.url_path).content.decode()
    answer = client.get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="plan-2026.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert rows[:2] == [
        ["Код", "Атауы", "Жоспар", "Атқарылғаны"],
        ["1", "Қызметкерлердің еңбекақысы", "1500.5", "1400"],
    ]
    content = client.get(f"/api/1/contents/{page.translation_key}/kk").json()
    assert content["formats"] == {"csv": f"http://kz.localhost{address}"}
    education.domain, education.domain_proven_at = "edu.example.org", now
    education.save()
    assert client.get(address).status_code == 404
    assert client.get("/kk/budget/plan/budget.csv", headers={"host": "edu.example.org"}).status_code == 200


def test_what_is_no_budget_or_has_no_rows_is_no_table(education, client):
    page = write_page(BudgetPage, education)
    BudgetPage.objects.filter(pk=page.pk).update(rows="no table")
    assert client.get(f"{page.url_path}budget.csv").status_code == 404
    assert "budget.csv" not in client.get(page.url_path).content.decode()
    assert client.get("/kk/ministry-of-education/about/budget.csv").status_code == 404


def test_a_table_is_kept_until_its_budget_changes(education, client, kept_pages, page_guard):  # noqa: F811 - fixtures
    page = write_page(BudgetPage, education)
    address = f"{page.url_path}budget.csv"
    kept_pages.settle()
    assert kept_pages.ask(client, address)
    kept_pages.settle()
    assert address in kept_pages.pages
    page.save_revision().publish()
    kept_pages.settle()
    assert address not in kept_pages.pages


def test_a_sign_that_xml_cannot_hold_does_not_break_the_feed(education, client):
    write_news(education, "Первая\x0bвторая")
    feed = ElementTree.fromstring(client.get("/ru/ministry-of-education/feed.xml").content)
    assert [item.findtext("title") for item in feed.iter("item")] == ["Первая вторая"]
