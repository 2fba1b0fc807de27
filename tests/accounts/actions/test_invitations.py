"""Invitations: once, in time, for one address, as long as the inviter may give the role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from kopir.accounts.actions import accept_invitation, invitations, invite, withdraw_invitation
from kopir.accounts.actions.invitations import read_invitation
from kopir.accounts.errors import (
    InvitationError,
    InvitationExpiredError,
    InvitationForAnotherError,
    InvitationUsedError,
    NotPermittedError,
    RoleMisfitError,
    UnknownPersonError,
)
from kopir.accounts.models import Invitation, RoleGrant, User
from kopir.base import clock
from kopir.base.actors import ANONYMOUS, Role
from people import PASSWORD, actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return actor_of(make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)]))


def offer(actor, body, email="new@example.org", role=Role.EDITOR, now=None):
    return invite(
        email=email,
        role=role,
        body=body,
        language="tg",
        make_url=lambda token: f"https://portal.example/{token}",
        actor=actor,
        now=now or clock.now(),
    )


def take(token, user=None, now=None):
    return accept_invitation(
        token=token,
        user=user,
        name="Фирӯза",
        password=PASSWORD,
        language="tg",
        actor=ANONYMOUS,
        now=now or clock.now(),
    )


def test_an_invitation_becomes_an_account_with_its_role(operator, bodies, letters):
    invitation, token = offer(operator, bodies[0])
    letter = letters[-1]
    assert (letter.address, letter.language) == ("new@example.org", "tg")
    assert letter.context["url"] == f"https://portal.example/{token}"
    accepted = take(token)
    assert accepted.is_new
    assert (accepted.user.email, accepted.user.name, accepted.user.language) == ("new@example.org", "Фирӯза", "tg")
    assert accepted.user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=accepted.user).verified
    grant = accepted.user.grants.get()
    assert (grant.role, grant.body, str(grant.granted_by_id)) == ("editor", bodies[0], operator.id)
    invitation.refresh_from_db()
    assert invitation.accepted_by == accepted.user


def test_the_token_is_kept_nowhere(operator, bodies, letters):
    invitation, token = offer(operator, bodies[0])
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values())
    from kopir.audit.models import Row

    assert token not in str(list(Row.objects.values()))


def test_an_invitation_works_once(operator, bodies):
    _, token = offer(operator, bodies[0])
    take(token)
    with pytest.raises(InvitationUsedError, match="has been used already"):
        take(token)
    assert User.objects.filter(email="new@example.org").count() == 1


def test_two_who_take_it_at_once_are_one(operator, bodies, monkeypatch):
    """The second read it before the first had taken it."""
    invitation, token = offer(operator, bodies[0])
    take(token)
    monkeypatch.setattr(invitations, "read_invitation", lambda *_: invitation)
    with pytest.raises(InvitationUsedError):
        take(token)


def test_an_invitation_expires(operator, bodies):
    now = clock.now()
    _, token = offer(operator, bodies[0], now=now)
    assert read_invitation(token, now + timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(InvitationExpiredError, match="Ask the person who sent it"):
        take(token, now=now + timedelta(days=7))


def test_a_withdrawn_or_unknown_invitation_opens_nothing(operator, bodies):
    invitation, token = offer(operator, bodies[0])
    withdraw_invitation(invitation=invitation, actor=operator, now=clock.now())
    for wrong in (token, "guessed", ""):
        with pytest.raises(InvitationError):
            take(wrong)
    with pytest.raises(UnknownPersonError):
        withdraw_invitation(invitation=invitation, actor=operator, now=clock.now())


def test_a_second_invitation_replaces_the_first(operator, bodies):
    _, first = offer(operator, bodies[0])
    _, second = offer(operator, bodies[0])
    with pytest.raises(InvitationError):
        take(first)
    assert take(second).is_new


def test_an_account_takes_it_after_sign_in(operator, bodies):
    user = make_person("new@example.org")
    _, token = offer(operator, bodies[0])
    with pytest.raises(InvitationForAnotherError, match="Sign in with that address"):
        take(token)
    accepted = take(token, user=user)
    assert not accepted.is_new
    assert accepted.user.check_password(PASSWORD)
    assert user.grants.get().role == "editor"


def test_somebody_else_cannot_take_it(operator, bodies):
    other = make_person("other@example.org")
    _, token = offer(operator, bodies[0])
    with pytest.raises(InvitationForAnotherError):
        take(token, user=other)
    assert take(token).is_new, "the failed try has used nothing up"


def test_who_has_the_role_already_keeps_it_once(operator, bodies):
    user = make_person("new@example.org", grants=[(Role.EDITOR, bodies[0])])
    _, token = offer(operator, bodies[0])
    take(token, user=user)
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_an_invitation_dies_with_the_right_of_its_inviter(operator, bodies):
    inviter = make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, bodies[0])])
    _, token = offer(actor_of(inviter), bodies[0])
    RoleGrant.objects.filter(user=inviter).update(ended_at=clock.now())
    with pytest.raises(InvitationError):
        take(token)


def test_an_invitation_dies_with_the_account_of_its_inviter(operator, bodies):
    inviter = make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, bodies[0])])
    _, token = offer(actor_of(inviter), bodies[0])
    User.objects.filter(pk=inviter.pk).update(is_active=False)
    with pytest.raises(InvitationError):
        take(token)


def test_who_may_not_give_a_role_invites_nobody_to_it(bodies):
    here, there = bodies
    actor = actor_of(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, here)]))
    with pytest.raises(NotPermittedError):
        offer(actor, there)
    with pytest.raises(NotPermittedError):
        offer(actor, here, role=Role.OFFICER)
    with pytest.raises(RoleMisfitError):
        offer(actor, None)


def test_nobody_invites_themselves(operator, bodies):
    with pytest.raises(NotPermittedError):
        offer(operator, bodies[0], email="Operator@example.org")


def test_only_who_may_give_the_role_withdraws(operator, bodies):
    invitation, _ = offer(operator, bodies[0])
    stranger = actor_of(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, bodies[1])]))
    with pytest.raises(NotPermittedError):
        withdraw_invitation(invitation=invitation, actor=stranger, now=clock.now())
