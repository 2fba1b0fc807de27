"""A country with two ministries below a government, and the website of one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import acting
from kopir.base.actors import Actor, Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website

NAMED = {"government", "ministry-of-education", "ministry-of-finance"}
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def operator():
    return Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture
def system():
    return system_actor("tests")


@pytest.fixture
def kz(db, settings, system):
    """Some of a country's bodies and its calendar."""
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"
    whole = read_pack("kz")
    bodies = tuple(replace(body, region=None) for body in whole.bodies if body.slug in NAMED)
    load_pack(pack=replace(whole, bodies=bodies, regions=()), actor=system, now=NOW)


@pytest.fixture
def education(kz, template, operator, now):
    """The website of the ministry of education."""
    return create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)


@pytest.fixture
def finance(kz, template, operator, now):
    """The website of another ministry."""
    return create_website(body=get_body("ministry-of-finance"), template=template, actor=operator, now=now)


@pytest.fixture
def client(client):
    """A browser that asks at the portal's own address."""
    client.defaults["SERVER_NAME"] = "kz.localhost"
    return client
