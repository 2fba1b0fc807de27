"""Stands at every connection to the database and sees each statement: signals are not enough.

A read during a recording is held against the declared tables before it runs; a write of a declared table is entered
in the ledger of its transaction, which is judged before the commit. Django has no hook there, so the guard takes the
place of the connection's `commit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from . import ledger
from .recorder import find_recording
from .statements import parse
from .tables import TABLES


def watch(execute: Callable[..., Any], sql: Any, params: object, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401, FBT001 - Django's hook
    """Let a statement through, and see what it reads and writes. `sql` is a text, or what psycopg composes."""
    text = sql if isinstance(sql, str) else _write(sql)
    statement = parse(text)
    recording = find_recording()
    if recording is not None and (statement.reads or statement.writes):
        recording.note_read(statement.reads | statement.writes, text)
    result = execute(sql, params, many, context)
    for table in statement.writes:
        if table in TABLES and TABLES.get(table).kind != "personal":
            ledger.note_write(context["connection"], table)
    return result


def _write(sql: Any) -> str:  # noqa: ANN401 - whatever a driver takes for a statement
    """The text of a statement that is none."""
    if isinstance(sql, bytes):
        return sql.decode("utf-8", "replace")
    return str(sql.as_string(None)) if hasattr(sql, "as_string") else str(sql)


def stand_at(connection: BaseDatabaseWrapper) -> None:
    """Stand at a connection, once."""
    if watch in connection.execute_wrappers:
        return
    connection.execute_wrappers.append(watch)
    commit = connection.commit

    def judge_and_commit() -> None:
        if not connection.in_atomic_block:  # else `commit` refuses, and the transaction goes on
            try:
                ledger.judge(connection)
            except BaseException:
                connection.in_atomic_block = False  # it stays set where a savepoint could not be made
                connection.rollback()  # `Atomic` does that for errors of the database alone
                raise
        commit()

    connection.commit = judge_and_commit  # type: ignore[method-assign]  # Django has no hook there


def watch_new(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Stand at a connection that has just been made: a handler of Django's signal."""
    stand_at(connection)
