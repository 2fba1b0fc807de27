"""The rule that nobody waits for another machine while holding the database: one writer at a time, or none writes.

Whoever opens a connection, or does anything else slow, calls `outside_transaction` first. The tests hold it for every
connection of Python's own (`tests/conftest.py`).
"""

from __future__ import annotations

from django.db import connections


class InsideTransactionError(RuntimeError):
    """Slow work was begun inside a transaction: a fault of the program. Do it in a job, or before the transaction."""


def is_inside_transaction() -> bool:
    """Whether this thread has a transaction open; those that Django's tests wrap around themselves do not count."""
    return any(
        not getattr(block, "_from_testcase", False)
        for connection in connections.all(initialized_only=True)
        for block in connection.atomic_blocks
    )


def outside_transaction(what: str) -> None:
    """Raise InsideTransactionError inside a transaction; `what` is what was about to be done: "sending mail"."""
    if is_inside_transaction():
        raise InsideTransactionError(f"{what} inside a transaction: do it in a job, or before the transaction")
