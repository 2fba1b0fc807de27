"""A country in the database: the real packs, loaded by the system, and people with roles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kopir.base.actors import Actor, Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def operator():
    return Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture(params=["kz", "tj", "uz"])
def country_code(request):
    return request.param


@pytest.fixture
def load(db, settings):
    """Load a country pack and make it this installation's."""

    def load_country(code: str):
        settings.KOPIR_COUNTRY = code
        return load_pack(pack=read_pack(code), actor=system_actor("tests"), now=NOW)

    return load_country


@pytest.fixture
def kz(load):
    return load("kz")


@pytest.fixture
def client(client):
    """A browser that asks at the portal's own address: the administration answers nowhere else."""
    client.defaults["SERVER_NAME"] = "kz.localhost"
    return client
