"""Sealing: committed rows get their places in the chain, and the head of the chain goes to the bridge's journal.

The worker does both once a second: the chain in one short transaction, the connection outside of any.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from . import bridge
from .errors import BridgeUnreachableError
from .models import Handover, Link, Row, Waiting
from .rules import GENESIS, next_head, row_hash

BATCH: Final = 500
LIMIT_FAILURE: Final = 300
PAUSE: Final = timedelta(seconds=15)
"""How long a bridge that failed is left alone: one that hangs would hold up the seals."""


def seal_waiting(*, now: datetime) -> int:
    """Give every committed row its link, in the order of their ids; how many that were.

    A row that commits later gets a later place, whatever its id. Two sealers at once do no harm: positions are unique,
    so the slower one undoes its batch.
    """
    sealed = 0
    while Waiting.objects.exists():
        try:
            count = _seal_batch(now)
        except IntegrityError:  # another worker was quicker
            break
        sealed += count
        if count < BATCH:
            break
    return sealed


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    waiting = Waiting.objects.values("row_id")
    # Rows that have their link already are waiting by a mistake or by a trick; ids without a row are left for `verify`.
    Waiting.objects.filter(row_id__in=Link.objects.values("row_id").filter(row_id__in=waiting)).delete()
    rows = list(Row.objects.filter(pk__in=waiting).order_by("pk")[:BATCH])
    last = Link.objects.order_by("-position").first()
    position, head = (last.position, bytes(last.head)) if last else (0, GENESIS)
    links = []
    for row in rows:
        digest = row_hash(row.facts())
        position, head = position + 1, next_head(head, digest)
        links.append(Link(position=position, row_id=row.pk, row_hash=digest, head=head, sealed_at=now))
    Link.objects.bulk_create(links)
    Waiting.objects.filter(row_id__in=[row.pk for row in rows]).delete()
    return len(rows)


def hand_over(*, now: datetime) -> bool:
    """Give the newest head to the bridge's journal, unless it has it; whether it has it now.

    The newest stands for all before it, so what could not be handed over while the bridge was away is not lost. Raises
    nothing for a bridge that does not answer: that is noted, and the next turn tries again.
    """
    address = settings.KOPIR_BRIDGE_CONTROL
    last = Link.objects.order_by("-position").first()
    if not address or last is None:
        return False
    state, _ = Handover.objects.get_or_create(pk=1)
    if state.size >= last.position:
        return True
    if state.failing_since is not None and state.tried_at is not None and now - state.tried_at < PAUSE:
        return False
    try:
        entry = bridge.post_head(address, settings.KOPIR_AUDIT_NAME, last.position, bytes(last.head))
    except BridgeUnreachableError as error:
        since = state.failing_since or now
        Handover.objects.filter(pk=1).update(failing_since=since, tried_at=now, failure=str(error)[:LIMIT_FAILURE])
        return False
    Handover.objects.filter(pk=1).update(size=last.position, entry=entry, at=now, failing_since=None, failure="")
    return True
