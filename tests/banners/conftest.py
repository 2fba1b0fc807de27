"""A country with bodies, the website of one of them, and who may set banners where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ground import client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.base import clock
from kopir.base.actors import Actor, Role
from kopir.bodies.queries import get_body

EDUCATION = "ministry-of-education"


@pytest.fixture
def clocked(monkeypatch):
    """Sets the clock of the portal to a time of one day: `clocked(9, 20)`."""

    def at(hour: int, minute: int = 0) -> datetime:
        instant = datetime(2026, 3, 2, hour, minute, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: instant)
        return instant

    at(9)
    return at


@pytest.fixture
def actor_for():
    """Makes whoever holds a role for one body."""

    def make(role: Role, slug: str = EDUCATION) -> Actor:
        return Actor("person", id="9", name="B.", grants=frozenset({(role, get_body(slug).pk)}))

    return make
