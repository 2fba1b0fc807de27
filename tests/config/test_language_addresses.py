"""Addresses without a language: those of pages lead on, all others are not there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import acting
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def ask(db, client, settings):
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"
    return lambda address: client.get(address, headers={"host": "kz.localhost", "accept-language": "ru"})


@pytest.mark.parametrize("address", ["/", "/calendar/", "/bodies/ministry-of-education/"])
def test_the_platforms_pages_lead_to_the_readers_language(ask, address):
    answer = ask(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/ru{address}")


def test_a_website_leads_to_the_readers_language(ask, template):
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=NOW)
    create_website(
        body=get_body("ministry-of-education"), template=template, actor=system_actor("tests"), now=NOW, slug="edu"
    )
    answer = ask("/edu/about/")
    assert (answer.status_code, answer["Location"]) == (302, "/ru/edu/about/")


@pytest.mark.parametrize(
    "address", ["/login/", "/wp-admin/setup.php", "/edu/about/", "/api/2/sites/", "/.env", "/x\0y/"]
)
def test_what_is_nobodys_is_not_there(ask, address):
    answer = ask(address)
    assert answer.status_code == 404
    assert answer["Content-Language"] == "ru"
