"""A lost second factor, taken away by two operators together.

The first asks and says why, the second, another person, confirms within a day. Then every factor, every session and
the password are gone: the person comes back by a code to the mailbox, and sets up a new factor. At each step the person
is told, so that a reset nobody asked for does not stay unseen.
"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kopir.accounts import queries, rules
from kopir.accounts.actions.sessions import drop_sessions
from kopir.accounts.errors import NotPermittedError, ResetError, SameOriginError
from kopir.accounts.events import LetterDue
from kopir.accounts.models import FactorReset, User
from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.events import emit


def request_factor_reset(*, user: User, reason: str, actor: Actor, now: datetime) -> FactorReset:
    """Ask, as the first operator. Raises NotPermittedError, also for oneself, and ResetError where one is open."""
    if not rules.may_request_reset(actor, str(user.pk)):
        raise NotPermittedError
    try:
        with transaction.atomic():
            _open(user).filter(requested_at__lte=now - rules.RESET_LIVES).update(withdrawn_at=now)
            reset = FactorReset.objects.create(user=user, reason=reason, requested_by_id=actor.id, requested_at=now)
            _record("accounts.request_reset", reset, actor, now)
            _tell("accounts.reset_requested", reset, operator=actor.name)
            return reset
    except IntegrityError as error:
        raise ResetError from error


def confirm_factor_reset(*, reset: FactorReset, actor: Actor, now: datetime) -> None:
    """Confirm, as the second operator, and take factors, sessions and password from the person.

    Raises NotPermittedError, ResetError for the operator who asked, and for a reset that is old or no longer open, and
    SameOriginError for an operator whom the first let in: an invitation to a mailbox of one's own makes no second one.
    """
    if not rules.may_request_reset(actor, str(reset.user_id)):
        raise NotPermittedError
    if not rules.may_confirm_reset(actor, str(reset.user_id), str(reset.requested_by_id)):
        raise ResetError
    if not queries.are_two(actor.id, str(reset.requested_by_id)):
        raise SameOriginError
    with transaction.atomic():
        still_open = _open(reset.user).filter(pk=reset.pk, requested_at__gt=now - rules.RESET_LIVES)
        if not still_open.update(confirmed_by_id=actor.id, confirmed_at=now):
            raise ResetError
        Authenticator.objects.filter(user=reset.user).delete()
        reset.user.set_unusable_password()
        reset.user.save(update_fields=["password"])
        drop_sessions(user=reset.user, actor=actor, now=now)
        _record("accounts.confirm_reset", reset, actor, now)
        names = {"operator": str(reset.requested_by), "second_operator": actor.name}
        _tell("accounts.reset_done", reset, **names)


def withdraw_factor_reset(*, reset: FactorReset, actor: Actor, now: datetime) -> None:
    """Stop an open reset: any operator, and the person it is about. Raises NotPermittedError and ResetError."""
    is_own = actor.kind == "person" and actor.id == str(reset.user_id)
    if not is_own and not rules.may_request_reset(actor, str(reset.user_id)):
        raise NotPermittedError
    with transaction.atomic():
        if not _open(reset.user).filter(pk=reset.pk).update(withdrawn_at=now):
            raise ResetError
        _record("accounts.withdraw_reset", reset, actor, now)
        _tell("accounts.reset_withdrawn", reset, operator=actor.name)


def _open(user: User) -> QuerySet[FactorReset]:
    return FactorReset.objects.filter(user=user, confirmed_at=None, withdrawn_at=None)


def _record(action: str, reset: FactorReset, actor: Actor, now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"accounts.user:{reset.user_id}",
        after={"reset": reset.pk},
        person=str(reset.user_id),
        personal_after={"reason": reset.reason},
        now=now,
    )


def _tell(template: str, reset: FactorReset, **context: str) -> None:
    emit(LetterDue(template, reset.user.language, context, user_id=str(reset.user_id)))
