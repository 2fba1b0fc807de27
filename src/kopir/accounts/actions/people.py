"""Accounts of people: their name, their password, whether they may sign in, and who arrives from another node."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kopir.accounts import rules
from kopir.accounts.actions.roles import keep_an_operator
from kopir.accounts.actions.sessions import drop_sessions
from kopir.accounts.errors import NotPermittedError
from kopir.accounts.events import LetterDue
from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor, Role
from kopir.base.events import emit


def rename_person(*, user: User, name: str, language: str, actor: Actor, now: datetime) -> None:
    """Change how a person is called and written to. Raises NotPermittedError for another person."""
    if actor.kind != "person" or actor.id != str(user.pk):
        raise NotPermittedError
    with transaction.atomic():
        kept = User.objects.select_for_update().get(pk=user.pk)
        before = {"name": kept.name, "language": kept.language}
        kept.name, kept.language = name, language
        kept.save(update_fields=["name", "language"])
        record(
            actor=actor,
            action="accounts.rename",
            subject=f"accounts.user:{user.pk}",
            person=str(user.pk),
            personal_before=before,
            personal_after={"name": name, "language": language},
            now=now,
        )


def keep_password(*, user: User, actor: Actor, spared: str = "", now: datetime) -> None:
    """Keep the password that was set on `user`, end all other sessions, and tell the person."""
    with transaction.atomic():
        user.save(update_fields=["password"])
        record(actor=actor, action="accounts.change_password", subject=f"accounts.user:{user.pk}", now=now)
        drop_sessions(user=user, spared=spared, actor=actor, now=now)
        context = {"address": actor.address, "agent": ""}
        emit(LetterDue("accounts.password_changed", user.language, context, user_id=str(user.pk)))


def close_account(*, user: User, actor: Actor, now: datetime) -> None:
    """Let a person sign in no more, from the next request on.

    Raises NotPermittedError, also for oneself, and LastOperatorError for the last platform operator.
    """
    _set_active(user, is_active=False, actor=actor, now=now)


def open_account(*, user: User, actor: Actor, now: datetime) -> None:
    """Let a person sign in again. Raises NotPermittedError."""
    _set_active(user, is_active=True, actor=actor, now=now)


def register_arrival(*, name: str, language: str, actor: Actor, now: datetime) -> User:
    """Make an account for who signs in through a provider of identity for the first time: no address, no password."""
    with transaction.atomic():
        user = User.objects.create_user(None, None, name=name[:200], language=language, joined_at=now)
        record(
            actor=actor,
            action="accounts.register_arrival",
            subject=f"accounts.user:{user.pk}",
            person=str(user.pk),
            personal_after={"name": user.name},
            now=now,
        )
        return user


def _set_active(user: User, *, is_active: bool, actor: Actor, now: datetime) -> None:
    if not actor.has(Role.PLATFORM_OPERATOR) or not rules.may_give_to(actor, str(user.pk)):
        raise NotPermittedError
    with transaction.atomic():
        if not is_active:
            keep_an_operator(user.pk)
        User.objects.filter(pk=user.pk).update(is_active=is_active)
        record(
            actor=actor,
            action="accounts.open_account" if is_active else "accounts.close_account",
            subject=f"accounts.user:{user.pk}",
            before={"is_active": user.is_active},
            after={"is_active": is_active},
            now=now,
        )
        if not is_active:
            drop_sessions(user=user, actor=actor, now=now)
