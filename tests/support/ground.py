"""A country with bodies, and the websites of two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import acting
from kopir.base.actors import Actor, Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.country import Pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website
from kopir.websites.models import Website

CENTRAL = {
    "government",
    "ministry-of-education",
    "ministry-of-finance",
    "ministry-of-justice",
}
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def operator() -> Actor:
    return Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture
def kz(db: None, settings: Any) -> None:
    """Some of Kazakhstan's bodies with their regions: the whole register would take longer than most tests."""
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"
    load_pack(pack=_some_of(read_pack("kz")), actor=system_actor("tests"), now=NOW)


def _some_of(pack: Pack) -> Pack:
    local = [body for body in pack.bodies if body.kind == "region_akimat"][:6]
    named = {*CENTRAL, *(body.slug for body in local), *(body.parent for body in local)}
    bodies = tuple(body for body in pack.bodies if body.slug in named)
    codes = {body.region for body in bodies}
    codes |= {region.parent for region in pack.regions if region.code in codes}
    return replace(pack, bodies=bodies, regions=tuple(region for region in pack.regions if region.code in codes))


@pytest.fixture
def education(kz: None, template: str, operator: Actor, now: datetime) -> Website:
    """The website of the ministry of education."""
    return create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)


@pytest.fixture
def finance(kz: None, template: str, operator: Actor, now: datetime) -> Website:
    """The website of another ministry."""
    return create_website(body=get_body("ministry-of-finance"), template=template, actor=operator, now=now)


@pytest.fixture
def client(client: Any) -> Any:
    """A browser that asks at the portal's own address."""
    client.defaults["SERVER_NAME"] = "kz.localhost"
    return client


@pytest.fixture
def system() -> Actor:
    """The system itself."""
    return system_actor("tests")
