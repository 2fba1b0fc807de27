"""Actors for tests: the right one, and those who are almost right."""

from __future__ import annotations

from datetime import UTC, datetime

from kopir.base.actors import Actor, Role

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
ANNA = Actor(kind="person", id="anna", name="Anna Bek", address="10.0.0.7", session="session of Anna")


def person_with(*grants: tuple[Role, int | None], user_id: str = "anna") -> Actor:
    """A person with these grants."""
    return Actor(kind="person", id=user_id, name="Anna Bek", address="10.0.0.7", session="s", grants=frozenset(grants))


AUDITOR = person_with((Role.AUDITOR, None), user_id="auditor")
OPERATOR = person_with((Role.PLATFORM_OPERATOR, None), user_id="operator")
