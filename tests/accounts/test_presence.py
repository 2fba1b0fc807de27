"""What a session has proven speaks for one person, and grows old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kopir.accounts import presence
from kopir.accounts.models import Level
from kopir.accounts.presence import Presence, Proof
from kopir.base import clock
from kopir.base.actors import Role
from people import browser, make_person, sign_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMIT = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("proof", "by_factor", "verdict"),
    [
        (Proof(), False, False),
        (Proof(password_at=NOW), False, True),
        (Proof(password_at=NOW), True, False),
        (Proof(provider_at=NOW), False, True),
        (Proof(provider_at=NOW), True, False),
        (Proof(password_at=NOW, factor_at=NOW - LIMIT), False, False),
        (Proof(factor_at=NOW - LIMIT + timedelta(seconds=1)), True, True),
    ],
)
def test_what_is_fresh(proof, by_factor, verdict):
    assert proof.is_fresh(NOW, LIMIT, by_factor=by_factor) is verdict


@pytest.mark.parametrize(
    ("proof", "level"),
    [
        (Proof(), Level.CLAIMED),
        (Proof(password_at=NOW), Level.LOW),
        (Proof(password_at=NOW, factor_at=NOW), Level.SUBSTANTIAL),
        (Proof(provider_at=NOW, provider_level=Level.HIGH), Level.HIGH),
        (Proof(password_at=NOW, provider_at=NOW, provider_level=Level.CLAIMED), Level.LOW),
    ],
)
def test_how_sure_a_sign_in_is(proof, level):
    assert proof.level == level


def test_staff_without_factor_acts_without_grants():
    from kopir.accounts.models import User

    grants = frozenset({(Role.EDITOR, 1)})
    bare = Presence(user=User(name="A"), grants=grants)
    assert bare.needs_factor
    assert bare.actor.grants == frozenset()
    full = Presence(user=User(name="A"), grants=grants, proof=Proof(factor_at=NOW))
    assert not full.needs_factor
    assert full.actor.grants == grants


@pytest.mark.django_db
def test_a_proof_about_one_person_never_speaks_for_another():
    one, other = make_person("a@example.org"), make_person("b@example.org")
    client = browser()
    sign_in(client, one)
    request = client.get("/en/account/").wsgi_request
    presence.note(request, other, "factor", clock.now())
    assert presence.find_presence(request).proof == Proof()
    presence.note(request, one, "password", clock.now())
    found = presence.find_presence(request).proof
    assert found.password_at
    assert found.factor_at is None
