"""Triggers by which the database itself refuses to change or remove rows and links, on SQLite and on PostgreSQL.

They stop mistakes and whoever has only the portal's account of the database; its owner can take them away. That is why
the chain is handed to the bridge's journal, which is another file of another program.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final = {"audit_row": ("id",), "audit_link": ("position", "row_id")}
"""Protected tables, and the columns by whose values SQLite's INSERT OR REPLACE would replace a line."""

_MESSAGE: Final = "the record of actions is append-only"
_FUNCTION: Final = "audit_refuse"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger that is not there."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for tests that flush the database, and for those that show what then is noticed."""
    with connection.cursor() as cursor:
        for table, name in names(connection.vendor):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def find_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not there, or that some role passes by."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    return [name for _, name in names(connection.vendor) if name not in found]


def names(vendor: str) -> list[tuple[str, str]]:
    """Table and name of each trigger."""
    kinds = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete", "replace")
    return [(table, f"{table}_no_{kind}") for table in TABLES for kind in kinds]


def _statements(vendor: str) -> list[str]:
    return _for_postgresql() if vendor == "postgresql" else _for_sqlite()


def _for_sqlite() -> list[str]:
    statements = []
    for table, columns in TABLES.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        statements += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{kind} BEFORE {kind.upper()} ON {table} {refuse}"
            for kind in ("update", "delete")
        ]
        # REPLACE removes the old line without its trigger for DELETE (lang_conflict.html), so it is met before.
        same = " OR ".join(f"{column} = NEW.{column}" for column in columns)
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this file alone
        head = f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}"
        statements.append(f"{head} WHEN {is_there} {refuse}")
    return statements


def _for_postgresql() -> list[str]:
    body = f"BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END"
    statements = [f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"]
    for table in TABLES:
        for kind in ("update", "delete", "truncate"):
            name = f"{table}_no_{kind}"
            # Per statement: one that hits no line is refused too. ALWAYS: also under the role of a replica.
            statements += [
                f"DROP TRIGGER IF EXISTS {name} ON {table}",
                f"CREATE TRIGGER {name} BEFORE {kind.upper()} ON {table} EXECUTE FUNCTION {_FUNCTION}()",
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
            ]
    return statements
