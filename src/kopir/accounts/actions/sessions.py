"""Sessions ended: by their owner, by an operator, by a changed password, by time."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.idp.oidc.models import Token
from django.db import transaction

from kopir.accounts.errors import NotPermittedError, UnknownPersonError
from kopir.accounts.events import LetterDue
from kopir.accounts.models import Counter, Session, User
from kopir.audit.actions import record
from kopir.base import clock
from kopir.base.actors import Actor, Role
from kopir.base.events import emit
from kopir.base.jobs import periodic


def end_session(*, session: Session, actor: Actor, now: datetime) -> None:
    """End one session of a person; its next request is a stranger's.

    Raises NotPermittedError for a session of another person, unless a platform operator asks, and UnknownPersonError
    for one that is over.
    """
    if session.user is None or not _may_end(actor, session.user):
        raise NotPermittedError
    with transaction.atomic():
        deleted, _ = Session.objects.filter(pk=session.pk, user=session.user).delete()
        if not deleted:
            raise UnknownPersonError
        _record(session.user, actor, 1, now)
        if actor.id != str(session.user.pk):
            context = {"address": session.address or "", "agent": session.agent}
            emit(LetterDue("accounts.session_ended", session.user.language, context, user_id=str(session.user.pk)))


def end_sessions(*, user: User, spared: str = "", actor: Actor, now: datetime) -> int:
    """End all sessions of a person but the `spared` one (its key in the table); returns how many there were."""
    if not _may_end(actor, user):
        raise NotPermittedError
    with transaction.atomic():
        return drop_sessions(user=user, spared=spared, actor=actor, now=now)


def drop_sessions(*, user: User, spared: str = "", actor: Actor, now: datetime) -> int:
    """As `end_sessions`, within the caller's transaction and its right to do so."""
    count, _ = Session.objects.filter(user=user).exclude(pk=spared).delete()
    if count:
        _record(user, actor, count, now)
    return count


@periodic("accounts.clear_sessions", every=timedelta(hours=1))
def clear_sessions() -> None:
    """Remove the rows of sessions, counters and tokens whose time is over; they count for nothing any more."""
    now = clock.now()
    Session.objects.filter(expire_date__lte=now).delete()
    Counter.objects.filter(expires__lte=now).delete()
    Token.objects.expired().delete()


def _may_end(actor: Actor, user: User) -> bool:
    return actor.kind == "system" or actor.id == str(user.pk) or actor.has(Role.PLATFORM_OPERATOR)


def _record(user: User, actor: Actor, count: int, now: datetime) -> None:
    record(
        actor=actor,
        action="accounts.end_session",
        subject=f"accounts.user:{user.pk}",
        before={"sessions": count},
        now=now,
    )
