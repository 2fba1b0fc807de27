"""Saying what a write makes stale: within its transaction, so that it stands or falls with it."""

from __future__ import annotations

from django.db import connection, transaction

from kopir.base import clock

from . import ledger, outbox
from .errors import OutsideTransactionError
from .models import Purge
from .tags import prefix_of


def touch(*tags: str, hard: bool = False) -> None:
    """Purge every page that carries one of `tags`, once the caller's transaction is committed.

    `hard` for what must be gone at once, also as the last good page: unpublished, deleted, restricted, suspended. Else
    the old bytes may be shown for a second more. Raises OutsideTransactionError.
    """
    if not tags:
        return
    if not connection.in_atomic_block:
        raise OutsideTransactionError("touch tags inside the transaction that writes")
    named = sorted(set(tags))
    now = clock.now()
    Purge.objects.create(tags=named, is_hard=hard, created_at=now)
    for prefix in {prefix_of(tag) for tag in named}:
        ledger.note_touch(connection, prefix)
    outbox.send_after_commit(connection, now)


def spare(*prefixes: str) -> None:
    """Say that what this transaction writes of these prefixes is seen on no page: a draft, a lock, a counter.

    Raises OutsideTransactionError.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError("spare pages inside the transaction that writes")
    for prefix in prefixes:
        ledger.note_touch(connection, prefix)


def touch_alone(*tags: str, hard: bool = False) -> None:
    """`touch` in a transaction of its own: for what is no write of the database."""
    with transaction.atomic():
        touch(*tags, hard=hard)
