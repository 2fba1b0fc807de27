"""The page store before Django: our hosts, the scheme that may be believed, a busy page in every language."""

from __future__ import annotations

import ipaddress

import pytest
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.config import page_store
from kopir.config.page_store import KNOWN_S, REMEMBERED, UNKNOWN_S, KnownHosts, keep_pages, make_busy_page
from kopir.edge import Purger
from kopir.pagecache.storing import make_staff_mark
from pageworker import App, Says, get


class Asked:
    """Stands for the database: which hosts are proven, and what was asked for."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = set(hosts)
        self.asked: list[str] = []
        self.is_away = False

    def __call__(self, host: str) -> object:
        self.asked.append(host)
        if self.is_away:
            raise OperationalError
        return host if host in self.hosts else None


@pytest.fixture
def proven(monkeypatch) -> Asked:
    asked = Asked("own.example")
    monkeypatch.setattr(page_store, "find_website_by_host", asked)
    monkeypatch.setattr(page_store, "close_old_connections", lambda: None)
    return asked


@pytest.fixture
def app(tmp_path, settings, proven) -> App:
    settings.KOPIR_PAGES_FOLDER = tmp_path / "pages"
    return App()


def test_a_page_of_ours_is_answered_before_django(app, settings):
    settings.KOPIR_ADDRESS = "http://kz.localhost:8000"
    store = keep_pages(app)
    app.says["/kk/"] = Says("text", tags=["page"])
    for _ in range(3):
        assert get(store, "/kk/", HOST="kz.localhost:8000").text == "text"
        assert get(store, "/kk/", HOST="own.example").text == "text"
    assert len(app.asked) == 2
    assert get(store, "/kk/", HOST="kz.localhost:8000", COOKIE="kopir-staff=1").text == "text"
    assert len(app.asked) == 3, "the cookie of the settings leads past it"
    assert store._is_staff(make_staff_mark())
    assert not store._is_staff("1")
    Purger(django_settings.KOPIR_PAGES_FOLDER).purge(["page"], hard=True)
    app.says["/kk/"] = Says("new")
    assert get(store, "/kk/", HOST="own.example").text == "new"


@pytest.mark.parametrize("path", ["/static/a.css", "/media/a.png", "/health/ready", "/metrics", "/edit/"])
def test_what_is_never_looked_for(app, path):
    store = keep_pages(app)
    app.says[path] = Says("text")
    for _ in range(2):
        assert get(store, path, HOST="kz.localhost").text == "text"
    assert len(app.asked) == 2


@pytest.mark.parametrize("host", ["evil.example", "kz.localhost.evil.example", "kz.localhost:8001"])
def test_nothing_is_kept_for_strangers_hosts(app, host):
    store = keep_pages(app)
    app.says["/kk/"] = Says("text")
    for _ in range(2):
        get(store, "/kk/", HOST=host)
    assert len(app.asked) == 2


def test_over_tls_and_without_are_two_pages_when_a_trusted_proxy_says_so(app, settings):
    settings.KOPIR_TRUSTED_PROXIES = (ipaddress.ip_network("203.0.113.7"),)
    store = keep_pages(app)
    app.says["/kk/"] = lambda environ: Says(environ.get("HTTP_X_FORWARDED_PROTO", "none"))
    for _ in range(2):
        assert get(store, "/kk/", HOST="kz.localhost", X_FORWARDED_PROTO="https").text == "https"
        assert get(store, "/kk/", HOST="kz.localhost").text == "none"
    assert len(app.asked) == 2
    settings.KOPIR_TRUSTED_PROXIES = ()
    assert get(store, "/kk/", HOST="kz.localhost", X_FORWARDED_PROTO="https").text == "none", "anybody may say so"


def test_hosts_of_the_settings_are_known_without_the_database(proven):
    known = KnownHosts()
    assert known("kz.localhost")
    assert known("a.bodies.localhost")
    assert not proven.asked


def test_a_proven_domain_is_asked_for_now_and_then(proven):
    now = 100.0
    known = KnownHosts(lambda: now)
    assert [known("own.example"), known("own.example"), known("new.example"), known("new.example")] == [
        True,
        True,
        False,
        False,
    ]
    assert proven.asked == ["own.example", "new.example"]
    proven.hosts = {"new.example"}
    now += UNKNOWN_S
    assert known("new.example")
    assert known("own.example")
    now += KNOWN_S - UNKNOWN_S
    assert not known("own.example")


def test_while_the_database_is_away_the_application_decides(proven):
    known = KnownHosts()
    proven.is_away = True
    assert known("own.example")
    proven.is_away = False
    assert not known("evil.example")


def test_made_up_hosts_fill_no_memory(proven):
    known = KnownHosts()
    for number in range(REMEMBERED + 5):
        known(f"{number}.example")
    assert len(known._remembered) <= REMEMBERED


def test_who_has_to_come_back_is_told_in_every_language():
    page = make_busy_page().decode()
    assert page.startswith('<!doctype html><html lang="')
    for code, _ in django_settings.LANGUAGES:
        assert f'<section lang="{code}">' in page
    assert "Open this page again in a few seconds." in page
    assert "<script" not in page


@pytest.mark.django_db(transaction=True)
def test_the_home_page_is_made_once_for_all_and_again_after_an_edit(tmp_path, settings):
    """With Django itself: what `pagecache` says is what the store understands."""
    settings.KOPIR_PAGES_FOLDER = tmp_path / "pages"
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=clock.now())
    asked = []
    django = WSGIHandler()

    def counted(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return django(environ, start_response)

    store = keep_pages(counted)
    citizen = {"HOST": "kz.localhost", "COOKIE": "kopir-low-vision=size-150; kopir-session=5"}
    assert get(store, "/en/", **citizen).status == 200
    page = get(store, "/en/", HOST="kz.localhost")
    assert get(store, "/en/", **citizen) == get(store, "/en/", "utm=1", HOST="kz.localhost") == page
    assert page.status == 200
    assert "Kopir-Keep" not in page.headers
    assert "Set-Cookie" not in page.headers
    assert page.headers["Content-Security-Policy"]
    assert len(asked) == 2, "once to learn, once to keep"
    Purger(settings.KOPIR_PAGES_FOLDER).purge_everything(hard=True)
    assert get(store, "/en/", HOST="kz.localhost").status == 200
    assert len(asked) == 3
