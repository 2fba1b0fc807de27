"""What the record does: take a row, seal rows into the chain, erase what is personal.

`record` is the door for every action of every room; it runs in the transaction of its caller, so that an action and
its row stand or fall together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kopir.base.actors import Actor

from . import keys, queries
from .errors import NoTransactionError, PersonErasedError
from .keys import ORIGIN, PERSONAL
from .models import PersonKey, Row, Waiting
from .rules import canonical, check_names, session_name
from .sealing import hand_over, seal_waiting

__all__ = ["erase_person", "hand_over", "read_personal", "record", "seal_waiting"]


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    body_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    person: str | None = None,
    personal_before: Mapping[str, Any] | None = None,
    personal_after: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Add one row to the record, in the caller's transaction.

    `action` is like "bodies.rename", `subject` like "bodies.body:12". `before` and `after` hold the fields that changed
    and stay readable for ever: nothing personal. What is personal goes into `personal_before` and `personal_after` and
    is encrypted under the key of `person` (a user id). So are name, address and session of a person who acts, under
    their own key; once that is destroyed they are left out.

    Raises NoTransactionError, PersonErasedError, MasterKeyError, and ValueError for what has no form or is a secret.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError(action=action)
    check_names(action, subject)
    if now.tzinfo is None:
        raise ValueError("`now` must know its time zone: take it from kopir.base.clock")
    personal = canonical(_pair(personal_before, personal_after))
    if personal is not None and not person:
        raise ValueError("personal fields need `person`, whose key they are encrypted under")
    origin, origin_sealed = _origin(actor, now)
    row = Row.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        origin=origin,
        origin_sealed=origin_sealed,
        action=action,
        subject=subject,
        body_id=body_id,
        before=canonical(before),
        after=canonical(after),
        person=person or "",
        personal_sealed=None if personal is None or not person else keys.seal(person, PERSONAL, personal, now=now),
    )
    Waiting.objects.create(row_id=row.pk, at=now)


@transaction.atomic
def erase_person(*, person: str, actor: Actor, now: datetime) -> None:
    """Destroy the key of a person for good: what the record holds about them can never be read again.

    The chain still verifies, for it is over the ciphertext. Call it last: afterwards personal fields of this person are
    refused. A second erasure is recorded and changes nothing. Backups hold the key until their own term ends.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # overwrites what is removed, instead of only forgetting it
            cursor.execute("PRAGMA secure_delete = ON")
    made, _ = PersonKey.objects.get_or_create(pk=person, defaults={"created_at": now, "destroyed_at": now})
    was_readable = made.wrapped is not None
    if was_readable:
        PersonKey.objects.filter(pk=person).update(wrapped=None, destroyed_at=now)
    record(
        actor=actor,
        action="audit.erase_person",
        subject=f"accounts.user:{person}",
        person=person,
        before={"readable": was_readable},
        after={"readable": False},
        now=now,
    )


@transaction.atomic
def read_personal(*, row_id: int, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """What a row holds about a person, {"before": …, "after": …}; None where there is nothing, or no longer.

    The reading is recorded. Raises UnknownRowError, MasterKeyError.
    """
    row = queries.get_row(actor=actor, row_id=row_id)
    record(
        actor=actor,
        action="audit.read_personal",
        subject=f"audit.row:{row.pk}",
        body_id=row.body_id,
        person=row.person or None,
        now=now,
    )
    return queries.open_personal(row)


def _pair(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if before is None and after is None else {"before": before, "after": after}


def _origin(actor: Actor, now: datetime) -> tuple[str | None, bytes | None]:
    """Name, address and session of who acts: readable for the system and strangers, sealed for persons."""
    told = {"name": actor.name, "address": actor.address, "session": session_name(actor.session)}
    text = canonical({key: value for key, value in told.items() if value})
    if actor.kind != "person" or text is None:
        return text, None
    try:
        return None, keys.seal(actor.id, ORIGIN, text, now=now)
    except PersonErasedError:
        return None, None
