"""Hosts: a proven domain of a website shows that website alone; a host that is nobody's shows nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings

import acting
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.config.site_hosts import named_hosts
from kopir.websites.actions import create_website

DOMAIN = "edu.example.org"


@pytest.fixture
def website(db, settings, clock_now, template):
    acting.use(settings)
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=clock_now)
    made = create_website(
        body=get_body("ministry-of-education"),
        template=template,
        actor=system_actor("tests"),
        now=clock_now,
    )
    made.domain, made.domain_proven_at = DOMAIN, clock_now
    made.save()
    return made


@pytest.fixture
def clock_now():
    return datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_domain_of_a_website_shows_that_website(website, client):
    answer = client.get("/kk/", headers={"host": DOMAIN})
    assert answer.status_code == 200
    assert 'href="/kk/contacts/"' in answer.content.decode()
    assert client.get("/kk/contacts/", headers={"host": f"{DOMAIN.upper()}:8080"}).status_code == 200


def test_under_the_portal_such_a_website_leads_to_its_domain(website, client):
    answer = client.get("/ru/ministry-of-education/contacts/", headers={"host": "kz.localhost"})
    assert (answer.status_code, answer["Location"]) == (301, f"http://{DOMAIN}/ru/contacts/")


@pytest.mark.parametrize(
    "address",
    [
        "/kk/manage/",
        "/kk/account/sign-in/",
        "/kk/inbox/",
        "/en/edit/",
        "/en/metrics/",
        "/kk/bodies/ministry-of-education/",
    ],
)
def test_administration_and_accounts_do_not_exist_there(website, client, address):
    assert client.get(address, headers={"host": DOMAIN}).status_code == 404


def test_no_session_is_believed_or_given_there(website, client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "stolen"
    answer = client.get("/kk/", headers={"host": DOMAIN})
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert settings.CSRF_COOKIE_NAME not in answer.cookies
    assert settings.SESSION_COOKIE_NAME not in answer.wsgi_request.COOKIES


def test_a_domain_counts_once_it_is_proven(website, client):
    website.domain_proven_at = None
    website.save()
    assert client.get("/kk/", headers={"host": DOMAIN}).status_code == 400


@pytest.mark.parametrize(
    "host", ["evil.example", f"{DOMAIN}.evil.example", f"www.{DOMAIN}", "kz.localhost@evil.example"]
)
def test_a_host_that_is_nobodys_gets_nothing(website, client, host):
    answer = client.get("/kk/", headers={"host": host})
    assert answer.status_code == 400
    assert "ministry" not in answer.content.decode().lower()


def test_a_named_host_asks_the_database_nothing(client):
    """Without the mark for a database any query fails here."""
    assert client.get("/health/live", headers={"host": "kz.localhost"}).status_code == 200
    assert "*" in django_settings.ALLOWED_HOSTS
    assert "*" not in named_hosts()
