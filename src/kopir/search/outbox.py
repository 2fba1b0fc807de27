"""The rows of the outbox: numbered, handed out in batches, and removed when every index has long had them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from kopir.search.index import Mark
from kopir.search.models import Change, Outbox

BATCH: Final = 500
KEEP: Final = timedelta(days=3)
"""A machine that was away for longer builds its index anew."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Objects to be read again, by source, and what an index has taken once it has them."""

    keys: dict[str, list[str]]
    mark: Mark


def get_outbox() -> Outbox:
    """The outbox, made when it is first asked for."""
    return Outbox.objects.filter(pk=1).first() or Outbox.objects.get_or_create(pk=1)[0]


def number_changes() -> None:
    """Give the next number to what was committed since; what comes later gets a higher one, on whatever machine."""
    while Change.objects.filter(number=None).exists():
        get_outbox()
        with transaction.atomic():
            outbox = Outbox.objects.select_for_update().get(pk=1)
            ids = list(Change.objects.filter(number=None).order_by("pk").values_list("pk", flat=True)[:BATCH])
            if ids:
                outbox.last += 1
                outbox.save(update_fields=["last"])
                Change.objects.filter(pk__in=ids).update(number=outbox.last)


def is_known(mark: Mark | None) -> bool:
    """Whether an index with this mark can go on from there: of this database, not ahead of it, and nothing removed."""
    outbox = get_outbox()
    return mark is not None and mark.outbox == str(outbox.name) and outbox.removed <= mark.number <= outbox.last


def find_batch(mark: Mark) -> Batch | None:
    """What comes after `mark`; None where nothing does."""
    rows = _rows_after(mark)
    if not rows:
        return None
    last = rows[-1][0]
    if len(rows) > BATCH:  # one number may go on behind the cut, but none has more than BATCH rows
        rows = [row for row in rows if row[0] < last] or rows
        last = rows[-1][0]
    keys: dict[str, dict[str, None]] = {}
    for _, source, key in rows:
        keys.setdefault(source, {})[key] = None
    return Batch({source: list(found) for source, found in keys.items()}, Mark(mark.outbox, last))


def _rows_after(mark: Mark) -> Sequence[tuple[int, str, str]]:
    found = Change.objects.filter(number__gt=mark.number).order_by("number", "pk")
    return [
        (int(number or 0), source, key)
        for number, source, key in found.values_list("number", "source", "key")[: 2 * BATCH]
    ]


def remove_old(*, now: datetime) -> None:
    """Forget rows that every index has taken long ago."""
    with transaction.atomic():
        outbox = Outbox.objects.select_for_update().filter(pk=1).first()
        last = Change.objects.filter(number__isnull=False, created_at__lt=now - KEEP).aggregate(last=Max("number"))[
            "last"
        ]
        if outbox is None or last is None:
            return
        Change.objects.filter(number__lte=last).delete()
        outbox.removed = last
        outbox.save(update_fields=["removed"])
