"""A lost factor is taken by two operators together, within a day, and the person is told at each step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from kopir.accounts.actions import confirm_factor_reset, request_factor_reset, withdraw_factor_reset
from kopir.accounts.errors import NotPermittedError, ResetError
from kopir.accounts.models import FactorReset, Session
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from people import actor_of, browser, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def operators():
    grants = [(Role.PLATFORM_OPERATOR, None)]
    return [actor_of(make_person(f"operator{number}@example.org", grants=grants)) for number in (1, 2)]


@pytest.fixture
def owner(bodies):
    return make_person("owner@example.org", grants=[(Role.EDITOR, bodies[0])])


def ask(owner, actor, now=None):
    return request_factor_reset(user=owner, reason="phone stolen", actor=actor, now=now or clock.now())


def test_two_operators_take_a_lost_factor(operators, owner, letters):
    client = browser()
    sign_in(client, owner)
    reset = ask(owner, operators[0])
    assert Authenticator.objects.filter(user=owner).exists(), "one operator alone takes nothing"
    confirm_factor_reset(reset=reset, actor=operators[1], now=clock.now())
    owner.refresh_from_db()
    assert not Authenticator.objects.filter(user=owner).exists()
    assert not owner.has_usable_password()
    assert not Session.objects.filter(user=owner).exists()
    assert not is_signed_in(client)
    told = [letter.template for letter in letters if letter.user_id == str(owner.pk)]
    assert told == ["accounts.reset_requested", "accounts.factor_removed", "accounts.reset_done"]
    actions = set(Row.objects.filter(subject=f"accounts.user:{owner.pk}").values_list("action", flat=True))
    assert {"accounts.request_reset", "accounts.confirm_reset", "accounts.remove_factor"} <= actions


def test_the_same_operator_is_not_two(operators, owner):
    reset = ask(owner, operators[0])
    with pytest.raises(ResetError, match="Another operator must confirm"):
        confirm_factor_reset(reset=reset, actor=operators[0], now=clock.now())
    assert Authenticator.objects.filter(user=owner).exists()


def test_an_operator_resets_not_their_own(operators):
    from kopir.accounts.models import User

    me = User.objects.get(pk=operators[0].id)
    with pytest.raises(NotPermittedError):
        ask(me, operators[0])
    reset = ask(me, operators[1])
    with pytest.raises(NotPermittedError):
        confirm_factor_reset(reset=reset, actor=operators[0], now=clock.now())


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SITE_ADMINISTRATOR, Role.HEAD])
def test_others_take_no_factor(operators, owner, bodies, role):
    actor = actor_of(make_person("x@example.org", grants=[(role, bodies[0])]))
    for wrong in (actor, system_actor("accounts.x")):
        with pytest.raises(NotPermittedError):
            ask(owner, wrong)
    reset = ask(owner, operators[0])
    with pytest.raises(NotPermittedError):
        confirm_factor_reset(reset=reset, actor=actor, now=clock.now())
    with pytest.raises(NotPermittedError):
        withdraw_factor_reset(reset=reset, actor=actor, now=clock.now())


def test_a_day_later_it_is_too_late_and_may_be_asked_again(operators, owner):
    now = clock.now()
    reset = ask(owner, operators[0], now)
    with pytest.raises(ResetError):
        confirm_factor_reset(reset=reset, actor=operators[1], now=now + timedelta(hours=24))
    assert ask(owner, operators[1], now + timedelta(hours=24)).pk != reset.pk


def test_one_reset_is_open_at_a_time(operators, owner):
    ask(owner, operators[0])
    with pytest.raises(ResetError):
        ask(owner, operators[1])


def test_the_owner_stops_what_they_did_not_ask_for(operators, owner, letters):
    reset = ask(owner, operators[0])
    withdraw_factor_reset(reset=reset, actor=actor_of(owner), now=clock.now())
    with pytest.raises(ResetError):
        confirm_factor_reset(reset=reset, actor=operators[1], now=clock.now())
    with pytest.raises(ResetError):
        withdraw_factor_reset(reset=reset, actor=operators[1], now=clock.now())
    assert letters[-1].template == "accounts.reset_withdrawn"
    assert FactorReset.objects.get().withdrawn_at is not None
