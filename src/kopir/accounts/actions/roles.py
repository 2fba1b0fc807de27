"""Roles given and taken away. Groups of Django, which libraries ask for, follow from the grants and say nothing new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from kopir.accounts import rules
from kopir.accounts.errors import (
    AlreadyGrantedError,
    LastOperatorError,
    NotPermittedError,
    RoleMisfitError,
    UnknownPersonError,
)
from kopir.accounts.events import LetterDue
from kopir.accounts.models import ROLE_NAMES, RoleGrant, User
from kopir.audit.actions import record
from kopir.base.actors import Actor, Role
from kopir.base.events import emit
from kopir.bodies.models import Body


def grant_role(*, user: User, role: Role, body: Body | None, actor: Actor, now: datetime) -> RoleGrant:
    """Give a role, for a body or (None) for the platform.

    Raises RoleMisfitError, NotPermittedError (also for oneself) and AlreadyGrantedError.
    """
    check_may_give(actor, role, body)
    if not rules.may_give_to(actor, str(user.pk)) or not user.is_active:
        raise NotPermittedError
    try:
        with transaction.atomic():
            return put_grant(user=user, role=role, body=body, giver_id=person_id(actor), actor=actor, now=now)
    except IntegrityError as error:
        raise AlreadyGrantedError from error


def end_role(*, grant: RoleGrant, actor: Actor, now: datetime) -> None:
    """Take a role away; it works at the person's next request.

    Raises NotPermittedError, UnknownPersonError, and LastOperatorError for the last platform operator.
    """
    if not rules.may_give(actor, Role(grant.role), grant.body_id):
        raise NotPermittedError
    with transaction.atomic():
        if grant.role == Role.PLATFORM_OPERATOR.value:
            keep_an_operator(grant.user_id)
        ended = RoleGrant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=now, ended_by_id=person_id(actor))
        if not ended:
            raise UnknownPersonError
        sync_groups(grant.user)
        record(
            actor=actor,
            action="accounts.end_role",
            subject=f"accounts.user:{grant.user_id}",
            body_id=grant.body_id,
            before={"role": grant.role},
            now=now,
        )
        _tell("accounts.role_ended", grant)


def check_may_give(actor: Actor, role: Role, body: Body | None) -> None:
    """Raise RoleMisfitError for a role that cannot be held there, NotPermittedError for who may not give it."""
    if not rules.fits(role, for_body=body is not None):
        raise RoleMisfitError(role=ROLE_NAMES[role])
    if not rules.may_give(actor, role, body.pk if body else None):
        raise NotPermittedError


def put_grant(
    *, user: User, role: Role, body: Body | None, giver_id: str | UUID | None, actor: Actor, now: datetime
) -> RoleGrant:
    """Write a grant that was judged before, within the caller's transaction. Raises IntegrityError for a second one."""
    grant = RoleGrant.objects.create(user=user, role=role.value, body=body, granted_by_id=giver_id, granted_at=now)
    sync_groups(user)
    record(
        actor=actor,
        action="accounts.grant_role",
        subject=f"accounts.user:{user.pk}",
        body_id=grant.body_id,
        after={"role": role.value},
        now=now,
    )
    _tell("accounts.role_granted", grant)
    return grant


def keep_an_operator(leaving_id: UUID) -> None:
    """Raise LastOperatorError where nobody but this person is a platform operator who may sign in.

    Within the caller's transaction: the roles are locked, so that of two operators who end each other one stays.
    """
    held = RoleGrant.objects.filter(role=Role.PLATFORM_OPERATOR.value, ended_at=None)
    list(held.select_for_update().order_by("pk"))
    others = held.filter(user__is_active=True).exclude(user=leaving_id)
    if held.filter(user=leaving_id).exists() and not others.exists():
        raise LastOperatorError


def sync_groups(user: User) -> None:
    """Make the person's groups what the grants say: `editor:12` for a body, `auditor` for the platform."""
    held = RoleGrant.objects.filter(user=user, ended_at=None).values_list("role", "body_id")
    names = {role if body_id is None else f"{role}:{body_id}" for role, body_id in held}
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(names)])


def person_id(actor: Actor) -> str | None:
    """The id for a foreign key to whoever acts; None where it is no person."""
    return actor.id if actor.kind == "person" else None


def body_name(body: Body | None) -> str:
    """How letters call the place of a role; empty for the platform."""
    return str(body) if body else ""


def _tell(template: str, grant: RoleGrant) -> None:
    context = {"role": grant.role, "body": body_name(grant.body)}
    emit(LetterDue(template, grant.user.language, context, user_id=str(grant.user_id)))
