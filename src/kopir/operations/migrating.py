"""All migrations in one transaction: they are done together with what is tried upon them, or not at all.

While it runs, SQLite's readers see what was before and its writers wait; PostgreSQL's wait for the tables in question.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any, Final

from django.core.management import call_command
from django.core.management.commands.migrate import Command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from .errors import HeldError, UpgradeError
from .holding import LOOK_S

LOCK: Final = 0x6B6F706972
"""The name of PostgreSQL's advisory lock of migrations: "kopir"."""
ALONE: Final = LOCK + 1
"""And of that of a whole upgrade: the backup before, the migrations, the parts after."""
FIT: Final = {
    "wagtailcore.0070_rename_pagerevision_revision": "says it is not atomic, for SQLite older than any that we run on",
}
"""Migrations of libraries that can be undone though they say they cannot, each with the reason."""
HELD_BY: Final = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "idle_session_timeout": "0"}
"""By these the server keeps a connection that says nothing for hours; it sets those that it knows."""
PATIENCE: Final = "20s"
"""How long a migration waits for a table that somebody uses, while others wait for the migration."""


@contextmanager
def alone(wait_s: float, tell: Callable[[str], None]) -> Iterator[None]:
    """Be the only machine that upgrades the database for the block; while another does, wait `wait_s` at most.

    A connection of its own holds PostgreSQL's lock, so that it outlives those of the upgrade and ends with the process.
    SQLite is on one machine, whose lock is a file. Raises HeldError. Where that connection, and so the lock, was lost
    during a block that did not fail, that is told.
    """
    if connection.vendor != "postgresql":
        yield
        return
    holder = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with holder.cursor() as cursor:
            for name, value in HELD_BY.items():
                cursor.execute("SELECT set_config(name, %s, false) FROM pg_settings WHERE name = %s", [value, name])
            _take(cursor, wait_s, tell)
            yield
            _tell_if_lost(cursor, tell)
    finally:
        holder.close()


def list_waiting() -> list[Migration]:
    """The migrations that the database has not, in the order in which they run."""
    executor = MigrationExecutor(connection)
    return [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def is_new() -> bool:
    """Whether the database has no tables at all."""
    return not connection.introspection.table_names()


def migrate(then: Callable[[], None]) -> list[str]:
    """Do every migration that is waiting, then call `then`; what it raises undoes all. The names of what was done.

    Raises UpgradeError, with the name of the migration that failed.
    """
    done: list[str] = []
    with _one_transaction():
        waiting = list_waiting()
        lonely = [migration for migration in waiting if not migration.atomic and _name(migration) not in FIT]
        if lonely:
            raise UpgradeError(
                f"{_name(lonely[0])} cannot be undone, so it is not done while the portal serves: stop the node, "
                "`kopir backup`, `kopir manage migrate`, start it"
            )
        command = _Command(done)
        try:
            call_command(command, interactive=False, verbosity=1, stdout=StringIO(), stderr=StringIO())
        except Exception as error:
            where = command.under_way or "before the first migration"
            raise UpgradeError(f"{where} failed: {type(error).__name__}: {error}".strip()) from error
        then()
    return done


class _Command(Command):
    """Django's `migrate`, which notes what it does."""

    def __init__(self, done: list[str]) -> None:
        super().__init__()
        self.under_way = ""
        self._done = done

    def migration_progress_callback(
        self,
        action: str,
        migration: Migration | None = None,
        fake: bool = False,  # noqa: FBT001, FBT002 - Django's own
    ) -> None:
        if action == "apply_start" and migration is not None:
            self.under_way = _name(migration)
        elif action == "apply_success" and migration is not None:
            self._done.append(_name(migration))
            _settle()


@contextmanager
def _one_transaction() -> Iterator[None]:
    """A transaction in which the tables may be changed; on PostgreSQL one such at a time, on whichever machine."""
    if connection.vendor == "sqlite":
        # Its tables are rebuilt to be changed, which it does only where keys are not looked at; that cannot be switched
        # within a transaction. Each migration looks at all of them at its end.
        connection.disable_constraint_checking()
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                _execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                _execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            yield
    except DatabaseError as error:
        raise UpgradeError(f"the database refuses: {error}; try again when less is going on") from error
    finally:
        if connection.vendor == "sqlite":
            connection.enable_constraint_checking()


def _take(cursor: Any, wait_s: float, tell: Callable[[str], None]) -> None:  # noqa: ANN401 - as Django has it
    until = time.monotonic() + wait_s
    is_told = False
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ALONE])
        if cursor.fetchone()[0]:
            return
        if time.monotonic() >= until:
            raise HeldError("another machine upgrades this database; wait for its end, then try once more")
        if not is_told:
            tell("another machine upgrades this database; waiting for its end")
            is_told = True
        time.sleep(LOOK_S)


def _tell_if_lost(cursor: Any, tell: Callable[[str], None]) -> None:  # noqa: ANN401 - as Django has it
    try:
        cursor.execute("SELECT 1")
    except DatabaseError:
        tell("the lock of the upgrade was lost meanwhile: make sure that no other machine upgraded at the same time")


def _settle() -> None:
    """Have deferred keys checked: PostgreSQL changes no table for which a check is still waiting."""
    if connection.vendor == "postgresql":
        _execute("SET CONSTRAINTS ALL IMMEDIATE")
        _execute("SET CONSTRAINTS ALL DEFERRED")


def _execute(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _name(migration: Migration) -> str:
    return f"{migration.app_label}.{migration.name}"
