"""Two bodies with websites, and who reads what is written to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache

from ground import client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.base.actors import Actor, Role
from kopir.bodies.queries import get_body


@pytest.fixture
def reader() -> Callable[..., Actor]:
    """Makes whoever holds a role for one body."""

    def make(role: Role = Role.OFFICER, slug: str = "ministry-of-education") -> Actor:
        return Actor("person", id="9", name="B.", grants=frozenset({(role, get_body(slug).pk)}))

    return make


@pytest.fixture(autouse=True)
def _nobody_has_asked(db: None) -> None:
    cache.clear()
