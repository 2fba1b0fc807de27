"""Accounts that the system makes itself, with all that sign-in needs: for an import, a trial, a demonstration.

People make their own by signing up, or by taking an invitation; nothing here is for them.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kopir.accounts.errors import NotPermittedError
from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor


def register_person(*, email: str, name: str, language: str, password: str, actor: Actor, now: datetime) -> User:
    """Make an account whose address counts as confirmed; it holds no role.

    Raises NotPermittedError for any actor but the system, and ValueError where the address has an account.
    """
    _only_system(actor)
    hashed = make_password(password)  # slow, so before the transaction
    with transaction.atomic():
        if User.objects.filter(email=email.lower()).exists():
            raise ValueError(f"{email} has an account")
        user = User.objects.create(email=email.lower(), name=name, language=language, password=hashed, joined_at=now)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        record(
            actor=actor,
            action="accounts.register_person",
            subject=f"accounts.user:{user.pk}",
            person=str(user.pk),
            personal_after={"email": user.email, "name": user.name},
            now=now,
        )
        return user


def give_code_app(*, user: User, secret: str, actor: Actor, now: datetime) -> None:
    """Give an account a code app with this secret (base32, RFC 6238), unless it has one. The person is told.

    Raises NotPermittedError for any actor but the system. The row in the record is written with the factor, by
    `receivers`.
    """
    _only_system(actor)
    with transaction.atomic():
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            TOTP.activate(user, secret)


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotPermittedError
