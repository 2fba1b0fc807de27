"""Old addresses on a website's own domain."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.db import OperationalError

from kopir.importing import middleware
from kopir.importing.actions import Order, import_items
from kopir.importing.models import ImportedFile
from kopir.importing.records import Record
from kopir.websites.actions import unpublish_page
from kopir.websites.actions.media import make_renditions_of
from sitemedia import PDF, picture_bytes

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


def test_a_domain_that_is_attached_later_has_them_all(website, client, now):
    website.domain, website.domain_proven_at = None, None
    website.save()
    assert client.get("/news/1", headers={"host": "kz.localhost"}).status_code == 404
    website.domain, website.domain_proven_at = DOMAIN, now
    website.save()
    assert ask(client, "/news/1") == (301, NEW)


def test_what_an_older_portal_had_on_the_portals_host_leads_on(education, finance, system, now, client):
    item = {"key": "1", "title": "A", "date": "2026-02-01", "address": f"https://kz.localhost{GONE}"}
    for website, fields in ((education, item), (finance, {**item, "address": "/relative/7"})):
        order = Order(website=website, language="kk", kind="news", source="old")
        import_items(order=order, records=[Record("", fields)], actor=system, now=now)
    answer = client.get(GONE, headers={"host": "kz.localhost"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "/kk/ministry-of-education/news/2026-02-01-1/")
    assert client.get("/relative/7", headers={"host": "kz.localhost"}).status_code == 404
    assert client.get("/", headers={"host": "kz.localhost"}).status_code != 301


@pytest.fixture
def files(education, system, now, tmp_path):
    """A picture and a file that came with a piece of news, by their names."""
    education.domain, education.domain_proven_at = DOMAIN, now
    education.save()
    (tmp_path / "a b.jpg").write_bytes(picture_bytes().read())
    (tmp_path / "order.pdf").write_bytes(PDF)
    body = '<img src="/a%20b.jpg" alt="Көпір"><a href="/order.pdf">бұйрық</a>'
    item = {"key": "1", "title": "A", "date": "2026-02-01", "address": f"https://{DOMAIN}/news/1", "body": body}
    order = Order(website=education, language="kk", kind="news", source="old", folder=tmp_path)
    import_items(order=order, records=[Record("", item)], actor=system, now=now)
    page = education.pages.get(title="A")
    make_renditions_of(page.pk)
    return page


@pytest.mark.parametrize("path", ["/a%20b.jpg", "/order.pdf", "/order.pdf?download=1"])
def test_old_addresses_of_files_lead_to_them(files, client, path):
    status, to = ask(client, path)
    assert status == 301
    answer = client.get(to, headers={"host": DOMAIN})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    answer.close()
    kinds = {"/a%20b.jpg": "image/webp"}
    assert answer.headers["Content-Type"] == kinds.get(path, "application/pdf")


def test_a_file_of_no_shown_page_is_not_found(files, client, system, now):
    unpublish_page(page=files, actor=system, now=now)
    assert ask(client, "/order.pdf")[0] != 301
    assert ask(client, "/a%20b.jpg")[0] != 301


def test_a_file_of_another_website_is_not_found(files, client, finance, now):
    finance.domain, finance.domain_proven_at = "fin.example.org", now
    finance.save()
    assert client.get("/order.pdf", headers={"host": "fin.example.org"}).status_code != 301
    assert client.get("/order.pdf", headers={"host": "kz.localhost"}).status_code == 404


def test_a_file_that_was_deleted_here_is_not_found(files, client):
    ImportedFile.objects.get(old_path="/order.pdf").document.delete()
    assert ask(client, "/order.pdf")[0] != 301


def test_without_the_database_not_found_stays_not_found(website, client, monkeypatch):
    def fail(*_args):
        raise OperationalError

    monkeypatch.setattr(middleware, "find_led", fail)
    assert client.get("/nothing.txt", headers={"host": DOMAIN}).status_code == 404


def test_an_item_that_is_no_longer_shown_leads_nowhere(website, client):
    page = website.pages.get(title="A")
    page.live = False
    page.save()
    assert ask(client, "/news/1")[0] == 302
    assert ask(client, "/kk/news/1/")[0] == 404
