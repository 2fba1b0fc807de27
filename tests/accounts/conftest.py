"""What tests of people share: a body or two, a clock that can be turned, letters caught, no counters left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from kopir.accounts.events import LetterDue
from kopir.base import clock
from kopir.base.events import subscribe, unsubscribe
from kopir.bodies.models import Body


@pytest.fixture
def bodies(db) -> tuple[Body, Body]:
    """Two bodies that have nothing to do with each other."""
    now = clock.now()
    made = [
        Body.objects.create(
            slug=f"body-{letter}",
            kind="ministry",
            names={"en": f"Ministry {letter.upper()}"},
            path="",
            created_at=now,
            changed_at=now,
        )
        for letter in "ab"
    ]
    return made[0], made[1]


@pytest.fixture
def later(monkeypatch) -> Callable[[timedelta], datetime]:
    """Turn the clock of the house on by so much; sessions, proofs and invitations see it."""
    read, passed = clock.now, timedelta()

    def turn(step: timedelta) -> datetime:
        nonlocal passed
        passed += step
        return clock.now()

    monkeypatch.setattr(clock, "now", lambda: read() + passed)
    return turn


@pytest.fixture
def letters(db, django_capture_on_commit_callbacks, monkeypatch) -> Iterator[list[LetterDue]]:
    """The letters that became due, in their order; what waits for a commit does not wait."""
    from django.db import transaction

    found: list[LetterDue] = []
    monkeypatch.setattr(transaction, "on_commit", lambda call, **_: call())
    subscribe(LetterDue, found.append)
    yield found
    unsubscribe(LetterDue, found.append)
