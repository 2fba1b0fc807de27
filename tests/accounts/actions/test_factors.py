"""A lost factor is taken by two operators together, within a day, and the person is told at each step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from kopir.accounts.actions import (
    accept_invitation,
    confirm_factor_reset,
    end_role,
    grant_role,
    invite,
    request_factor_reset,
    withdraw_factor_reset,
)
from kopir.accounts.errors import NotPermittedError, ResetError, SameOriginError
from kopir.accounts.models import FactorReset, Session, User
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from people import PASSWORD, actor_of, browser, is_signed_in, make_person, sign_in

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


def let_in(actor: Actor, email: str) -> Actor:
    """A platform operator by invitation."""
    _, token = invite(
        email=email,
        role=Role.PLATFORM_OPERATOR,
        body=None,
        language="kk",
        make_url=lambda token: token,
        actor=actor,
        now=clock.now(),
    )
    accepted = accept_invitation(
        token=token, user=None, name="New", password=PASSWORD, language="kk", actor=ANONYMOUS, now=clock.now()
    )
    return actor_of(accepted.user)


def test_an_invitation_to_ones_own_mailbox_makes_no_second_operator(operators, owner):
    first, second = operators
    double = let_in(first, "first.again@example.org")
    reset = ask(owner, first)
    with pytest.raises(SameOriginError, match="let in by somebody else must confirm"):
        confirm_factor_reset(reset=reset, actor=double, now=clock.now())
    withdraw_factor_reset(reset=reset, actor=double, now=clock.now())
    reset = ask(owner, double)
    with pytest.raises(SameOriginError):
        confirm_factor_reset(reset=reset, actor=first, now=clock.now())
    assert Authenticator.objects.filter(user=owner).exists()
    confirm_factor_reset(reset=reset, actor=second, now=clock.now())
    assert not Authenticator.objects.filter(user=owner).exists()


def test_siblings_and_who_left_are_no_second_operator(operators, owner):
    """Two whom one operator let in, the one through a third, when that operator's own role has ended."""
    first, second = operators
    one, between = let_in(first, "one@example.org"), let_in(first, "between@example.org")
    other = let_in(between, "other@example.org")
    end_role(grant=User.objects.get(pk=first.id).grants.get(), actor=second, now=clock.now())
    reset = ask(owner, one)
    with pytest.raises(SameOriginError):
        confirm_factor_reset(reset=reset, actor=other, now=clock.now())
    confirm_factor_reset(reset=reset, actor=let_in(second, "real@example.org"), now=clock.now())


def test_a_role_given_again_belongs_to_who_gave_it_last(operators, owner):
    first, second = operators
    user = User.objects.get(pk=second.id)
    end_role(grant=user.grants.get(), actor=first, now=clock.now())
    grant_role(user=user, role=Role.PLATFORM_OPERATOR, body=None, actor=first, now=clock.now())
    with pytest.raises(SameOriginError):
        confirm_factor_reset(reset=ask(owner, first), actor=actor_of(user), now=clock.now())


def test_an_operator_resets_not_their_own(operators):
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
