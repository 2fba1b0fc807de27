"""Rows for tests: recorded, sealed, and harmed as whoever owns the database could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from actors import ANNA, NOW
from kopir.audit import triggers
from kopir.audit.actions import record, seal_waiting
from kopir.audit.models import Row


def add(action: str = "tests.rename", *, subject: str = "bodies.body:1", now: datetime = NOW, **fields: Any) -> Row:
    """Record one row and give it back."""
    with transaction.atomic():
        record(actor=fields.pop("actor", ANNA), action=action, subject=subject, now=now, **fields)
    return Row.objects.order_by("-pk")[0]


def add_sealed(count: int) -> list[Row]:
    """Record and seal this many rows, a second apart, each sealed by itself."""
    rows = []
    for number in range(count):
        now = NOW + timedelta(seconds=number)
        rows.append(add(subject=f"bodies.body:{number + 1}", after={"name": f"Body {number + 1}"}, now=now))
        seal_waiting(now=now)
    return rows


@contextmanager
def unprotected() -> Iterator[None]:
    """What the owner of the database can do: work without the triggers."""
    triggers.remove(connection)
    try:
        yield
    finally:
        triggers.install(connection)


def tamper(sql: str, *parameters: int | str) -> int:
    """Run a statement behind the portal's back; how many lines it hit."""
    with unprotected(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
