"""Sessions ended by their owner, by an operator, by time; by nobody else."""

from __future__ import annotations

import pytest

from kopir.accounts.actions import clear_sessions, end_session, end_sessions
from kopir.accounts.errors import NotPermittedError, UnknownPersonError
from kopir.accounts.models import Counter, Session
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from people import actor_of, browser, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_person()


@pytest.fixture
def client(owner):
    client = browser()
    sign_in(client, owner)
    return client


def test_an_owner_ends_a_session(owner, client, letters):
    end_session(session=Session.objects.get(user=owner), actor=actor_of(owner), now=clock.now())
    assert not is_signed_in(client)
    assert Row.objects.filter(action="accounts.end_session", subject=f"accounts.user:{owner.pk}").exists()
    assert not letters


def test_an_operator_ends_it_and_the_owner_is_told(owner, client, letters):
    operator = actor_of(make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)], factor=False))
    end_session(session=Session.objects.get(user=owner), actor=operator, now=clock.now())
    assert not is_signed_in(client)
    assert letters[-1].template == "accounts.session_ended"


@pytest.mark.parametrize("grants", [[], [(Role.AUDITOR, None)]])
def test_nobody_else_does(owner, client, grants):
    other = actor_of(make_person("other@example.org", grants=grants, factor=False))
    with pytest.raises(NotPermittedError):
        end_session(session=Session.objects.get(user=owner), actor=other, now=clock.now())
    with pytest.raises(NotPermittedError):
        end_sessions(user=owner, actor=other, now=clock.now())
    assert is_signed_in(client)


def test_all_but_one_are_ended(owner, client):
    other = browser()
    sign_in(other, owner)
    spared = other.session
    from kopir.accounts.sessions import digest

    count = end_sessions(user=owner, spared=digest(str(spared.session_key)), actor=actor_of(owner), now=clock.now())
    assert count == 1
    assert is_signed_in(other)
    assert not is_signed_in(client)


def test_a_session_that_is_over_cannot_be_ended(owner, client):
    session = Session.objects.get(user=owner)
    Session.objects.all().delete()
    with pytest.raises(UnknownPersonError):
        end_session(session=session, actor=actor_of(owner), now=clock.now())


def test_a_session_of_nobody_is_nobodys_to_end(owner):
    with pytest.raises(NotPermittedError):
        end_session(session=Session(session_key="x"), actor=system_actor("accounts.x"), now=clock.now())


def test_what_is_over_is_cleared(owner, client):
    Counter.objects.create(cache_key="old", value="", expires=clock.now())
    alive = Session.objects.get(user=owner).pk
    Session.objects.create(session_key="old", session_data="", expire_date=clock.now())
    clear_sessions()
    assert Session.objects.get().pk == alive
    assert not Counter.objects.filter(cache_key="old").exists()
