"""Old addresses on a website's own domain."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from kopir.importing import middleware
from kopir.importing.actions import Order, import_items
from kopir.importing.records import Record

DOMAIN = "edu.example.org"
GONE = "/memleket/entities/edu/press/news/details/2?lang=kk"
NEW = "/kk/news/2026-02-01-1/"


@pytest.fixture
def website(education, system, now):
    education.domain, education.domain_proven_at = DOMAIN, now
    education.save()
    items = [
        {"key": "1", "title": "A", "date": "2026-02-01", "address": f"https://{DOMAIN}/news/1/"},
        {"key": "2", "title": "B", "date": "2026-02-01", "address": f"https://old.example{GONE}"},
        {"key": "3", "title": "C", "date": "2026-02-01", "address": f"https://{DOMAIN}/kk/contacts"},
        {"key": "4", "title": "D", "date": "2026-02-01", "address": f"https://{DOMAIN}/ru/old/4"},
    ]
    order = Order(website=education, language="kk", kind="news", source="old")
    import_items(order=order, records=[Record("", item) for item in items], actor=system, now=now)
    return education


def ask(client, path, method="get"):
    answer = getattr(client, method)(path, headers={"host": DOMAIN})
    return answer.status_code, answer.headers.get("Location")


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/news/1", NEW),
        ("/news/1/", NEW),
        ("/news/1?utm_source=x", NEW),
        (GONE, "/kk/news/2026-02-01-2/"),
        ("/ru/old/4/", "/kk/news/2026-02-01-4/"),
    ],
)
def test_an_old_address_leads_to_its_page_for_ever(website, client, path, to):
    assert ask(client, path) == (301, to)
    assert ask(client, to)[0] == 200


def test_what_stands_here_comes_first(website, client):
    assert ask(client, "/kk/contacts/") == (200, None)


def test_others_are_found_as_before(website, client):
    assert ask(client, "/kk/nothing/")[0] == 404
    assert ask(client, "/memleket/entities/edu/press/news/details/2")[0] != 301
    assert ask(client, "/news/1", "post")[0] != 301
    assert client.get("/news/1", headers={"host": "kz.localhost"}).status_code == 404


@pytest.mark.parametrize("path", ["//[x/", "/%00", "/news/1%00"])
def test_what_is_no_address_is_not_found(website, client, path, monkeypatch):
    asked = []
    monkeypatch.setattr(middleware, "find_led", lambda _website, _host, paths: asked.extend(paths))
    assert client.generic("GET", "/", headers={"host": DOMAIN}, PATH_INFO=unquote(path)).status_code == 404
    assert not any("\0" in path for path in asked)


def test_an_item_that_is_no_longer_shown_leads_nowhere(website, client):
    page = website.pages.get(title="A")
    page.live = False
    page.save()
    assert ask(client, "/news/1")[0] == 302
    assert ask(client, "/kk/news/1/")[0] == 404
