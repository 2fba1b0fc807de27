"""What this house does when allauth and Django say that something happened: proof into the session, rows, letters.

Connected once, when the app is ready.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from allauth.account import signals as account_signals
from allauth.core import context
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.db.models import signals as model_signals
from django.http import HttpRequest

from kopir.accounts import presence, rules
from kopir.accounts.events import LetterDue
from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base import clock
from kopir.base.actors import Actor, system_actor
from kopir.base.events import emit

_log = logging.getLogger(__name__)
MEANS: Final[dict[str, presence.Means]] = {"password": "password", "mfa": "factor"}
STRONG: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def connect() -> None:
    """Listen."""
    account_signals.authentication_step_completed.connect(on_step)
    auth_signals.user_logged_in.connect(on_sign_in)
    auth_signals.user_logged_out.connect(on_sign_out)
    auth_signals.user_login_failed.connect(on_refusal)
    mfa_signals.authentication_failed.connect(on_wrong_factor)
    model_signals.post_save.connect(on_factor_kept, sender=Authenticator)
    model_signals.post_delete.connect(on_factor_removed, sender=Authenticator)


def on_step(*, request: HttpRequest, user: User, method: str, reauthenticated: bool = False, **_: object) -> None:
    """A password or a factor was shown, at sign-in or again later, for a dangerous act; that is recorded."""
    means = MEANS.get(method)
    if means is None:
        return
    presence.note(request, user, means, clock.now())
    if reauthenticated:
        with transaction.atomic():
            record(
                actor=presence.find_presence(request).actor,
                action="accounts.show_again",
                subject=f"accounts.user:{user.pk}",
                after={"means": means},
                now=clock.now(),
            )


def on_sign_in(*, request: HttpRequest, user: User, **_: object) -> None:
    """The session, whose key was just changed, learns whose it is; the sign-in is recorded."""
    presence.describe(request, clock.now())
    here = presence.find_presence(request)
    proof = here.proof
    with transaction.atomic():
        record(
            actor=here.actor,
            action="accounts.sign_in",
            subject=f"accounts.user:{user.pk}",
            after={
                "password": proof.password_at is not None,
                "factor": proof.factor_at is not None,
                "provider": proof.provider_at is not None,
            },
            now=clock.now(),
        )


def on_sign_out(*, request: HttpRequest, user: User | None, **_: object) -> None:
    """The person signed out, or was put in another's place in this browser."""
    if user is None:
        return
    with transaction.atomic():
        record(
            actor=_actor_of(user, request),
            action="accounts.sign_out",
            subject=f"accounts.user:{user.pk}",
            now=clock.now(),
        )
    presence.forget(request)


def on_refusal(*, request: HttpRequest | None = None, **_: object) -> None:
    """A wrong password, told to the log with the address it came from and nothing of what was written."""
    _log.warning("sign-in refused", extra={"address": presence.address_of(request) if request else ""})


def on_wrong_factor(*, request: HttpRequest, user: User, **_: object) -> None:
    """A right password with a wrong factor is the sign of a stolen password: it is recorded."""
    with transaction.atomic():
        record(
            actor=system_actor("accounts.sign_in"),
            action="accounts.wrong_factor",
            subject=f"accounts.user:{user.pk}",
            now=clock.now(),
        )
    _log.warning("wrong factor", extra={"user_id": str(user.pk), "address": presence.address_of(request)})


def on_factor_kept(
    *, instance: Authenticator, created: bool, update_fields: frozenset[str] | None = None, **_: object
) -> None:
    """A new factor: in the same transaction its row, after it the letter; setting it up also showed it.

    A change is a passkey renamed, recovery codes seen, or one of them used; when a factor was last used is none.
    """
    if not created:
        if update_fields is None or "data" in update_fields:
            _record("accounts.change_factor", instance)
        return
    _record("accounts.add_factor", instance)
    if instance.type == Authenticator.Type.RECOVERY_CODES:
        _tell("accounts.recovery_codes_made", instance)
        return
    _tell("accounts.factor_added", instance, factor=instance.type)
    request = context.request
    if request is not None and request.user == instance.user:
        presence.note(request, instance.user, "factor", clock.now())


def on_factor_removed(*, instance: Authenticator, **_: object) -> None:
    """A factor is gone."""
    _record("accounts.remove_factor", instance)
    if instance.type in STRONG:
        _tell("accounts.factor_removed", instance, factor=instance.type)


def _record(action: str, factor: Authenticator) -> None:
    with transaction.atomic():
        record(
            actor=_actor(),
            action=action,
            subject=f"accounts.user:{factor.user_id}",
            after={"type": factor.type},
            now=clock.now(),
        )


def _tell(template: str, owned: Authenticator, **more: str) -> None:
    request = context.request
    fields = {
        "address": presence.address_of(request) if request else "",
        "agent": rules.agent_of(request.headers.get("User-Agent", "")) if request else "",
        **more,
    }
    emit(LetterDue(template, owned.user.language, fields, user_id=str(owned.user_id)))


def _actor() -> Actor:
    request: Any = context.request
    return presence.find_presence(request).actor if request is not None else system_actor("accounts.factors")


def _actor_of(user: User, request: HttpRequest) -> Actor:
    return Actor("person", str(user.pk), str(user), presence.address_of(request))
