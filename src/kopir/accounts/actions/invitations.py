"""Invitations: an e-mail address is offered a role; whoever opens the link sets a password and takes it, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from kopir.accounts import rules
from kopir.accounts.actions.roles import body_name, check_may_give, person_id, put_grant
from kopir.accounts.errors import (
    InvitationError,
    InvitationExpiredError,
    InvitationForAnotherError,
    InvitationUsedError,
    NotPermittedError,
    UnknownPersonError,
)
from kopir.accounts.events import LetterDue
from kopir.accounts.models import Invitation, RoleGrant, User
from kopir.accounts.presence import list_grants
from kopir.audit.actions import record
from kopir.base.actors import Actor, Role
from kopir.base.events import emit
from kopir.bodies.models import Body


@dataclass(frozen=True)
class Accepted:
    """Who took an invitation, and whether the account was made for it."""

    user: User
    is_new: bool


def invite(
    *,
    email: str,
    role: Role,
    body: Body | None,
    language: str,
    make_url: Callable[[str], str],
    actor: Actor,
    now: datetime,
) -> tuple[Invitation, str]:
    """Offer a role to an e-mail address; returns the invitation and its token, which is kept nowhere.

    An open invitation of the same role there is replaced. `make_url` makes the link of a token. Whether the address has
    an account is not told. Raises RoleMisfitError and NotPermittedError (also for one's own address).
    """
    check_may_give(actor, role, body)
    email = email.lower()
    if actor.kind == "person" and User.objects.filter(pk=actor.id, email=email).exists():
        raise NotPermittedError
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        _open_ones().filter(email=email, role=role.value, body=body).update(withdrawn_at=now)
        invitation = Invitation.objects.create(
            email=email,
            role=role.value,
            body=body,
            language=language,
            token_hash=hash_token(token),
            invited_by_id=person_id(actor),
            invited_at=now,
            expires_at=now + rules.INVITATION_LIVES,
        )
        record(
            actor=actor,
            action="accounts.invite",
            subject=f"accounts.invitation:{invitation.pk}",
            body_id=invitation.body_id,
            after={"role": role.value, "expires_at": invitation.expires_at.isoformat()},
            now=now,
        )
        context = {
            "inviter": actor.name,
            "role": role.value,
            "body": body_name(body),
            "url": make_url(token),
            "expires_at": invitation.expires_at.isoformat(),
        }
        emit(LetterDue("accounts.invitation", language, context, address=email))
    return invitation, token


def withdraw_invitation(*, invitation: Invitation, actor: Actor, now: datetime) -> None:
    """Take an open invitation back. Raises NotPermittedError, and UnknownPersonError where it is open no more."""
    if not rules.may_give(actor, Role(invitation.role), invitation.body_id):
        raise NotPermittedError
    with transaction.atomic():
        if not _open_ones().filter(pk=invitation.pk).update(withdrawn_at=now):
            raise UnknownPersonError
        record(
            actor=actor,
            action="accounts.withdraw_invitation",
            subject=f"accounts.invitation:{invitation.pk}",
            body_id=invitation.body_id,
            before={"role": invitation.role},
            now=now,
        )


def accept_invitation(
    *, token: str, user: User | None, name: str, password: str, language: str, actor: Actor, now: datetime
) -> Accepted:
    """Take an invitation: `user` is who has signed in; for None an account is made, with name and password.

    The role has no force before a second factor is shown. Raises UnknownPersonError, InvitationUsedError,
    InvitationExpiredError, InvitationError (withdrawn) and InvitationForAnotherError, also where the address has an
    account that has not signed in.
    """
    hashed = make_password(password) if user is None else ""
    with transaction.atomic():
        invitation = read_invitation(token, now)
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(accepted_at=now)
        if not taken:
            raise InvitationUsedError
        if user is None:
            user, is_new = _make_account(invitation, name, hashed, language, now), True
        else:
            is_new = False
            if (user.email or "").lower() != invitation.email:
                raise InvitationForAnotherError(email=invitation.email)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
        who = Actor("person", str(user.pk), str(user), actor.address, actor.session)
        _take_role(invitation, user, who, now)
        record(
            actor=who,
            action="accounts.accept_invitation",
            subject=f"accounts.invitation:{invitation.pk}",
            body_id=invitation.body_id,
            after={"role": invitation.role, "user": str(user.pk)},
            person=str(user.pk),
            personal_after={"email": user.email, "name": user.name} if is_new else None,
            now=now,
        )
    return Accepted(user, is_new)


def read_invitation(token: str, now: datetime) -> Invitation:
    """The open invitation of a token. Raises what became of it."""
    invitation = Invitation.objects.select_related("body").filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise InvitationError
    if invitation.accepted_at is not None:
        raise InvitationUsedError
    if invitation.withdrawn_at is not None:
        raise InvitationError
    if now >= invitation.expires_at:
        raise InvitationExpiredError
    if not _is_backed(invitation):
        raise InvitationError
    return invitation


def hash_token(token: str) -> str:
    """How a token is kept: 256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def _make_account(invitation: Invitation, name: str, hashed: str, language: str, now: datetime) -> User:
    """An account whose address is confirmed by the letter that brought the token."""
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationForAnotherError(email=invitation.email)
    user = User(email=invitation.email, name=name, language=language, password=hashed, joined_at=now)
    user.save()
    EmailAddress.objects.create(user=user, email=invitation.email, verified=True, primary=True)
    return user


def _take_role(invitation: Invitation, user: User, actor: Actor, now: datetime) -> None:
    """The role that the inviter gave stands from now on. Who holds it already keeps it."""
    role, place = Role(invitation.role), invitation.body
    if RoleGrant.objects.filter(user=user, role=role.value, body=place, ended_at=None).exists():
        return
    put_grant(user=user, role=role, body=place, giver_id=invitation.invited_by_id, actor=actor, now=now)


def _is_backed(invitation: Invitation) -> bool:
    """Whether the inviter could still give the role: an invitation outlives no right."""
    inviter = invitation.invited_by
    if inviter is None:
        return True
    giver = Actor("person", str(inviter.pk), grants=list_grants(inviter) if inviter.is_active else frozenset())
    return rules.may_give(giver, Role(invitation.role), invitation.body_id)


def _open_ones() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
