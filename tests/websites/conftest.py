"""A country with bodies, and the websites of two of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import acting
from kopir.base.actors import Actor, Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def operator():
    return Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture
def kz(db, settings):
    """Kazakhstan's bodies."""
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=NOW)


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


@pytest.fixture
def system():
    """The system itself."""
    return system_actor("tests")
