"""Migrations together with what is tried upon them: all or nothing. How they fail and wait is in test_upgrade."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from kopir.operations.errors import HeldError, UpgradeError
from kopir.operations.migrating import HELD_BY, alone, is_new, list_waiting, migrate


@pytest.fixture
def last_undone(transactional_db):
    """The newest migration that has no table of its own counts as not done."""
    from django.core.management import call_command

    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("audit", "0002_append_only")
    yield "audit.0002_append_only"
    if ("audit", "0002_append_only") not in recorder.applied_migrations():
        call_command("migrate", verbosity=0)


def waiting() -> list[str]:
    return [f"{one.app_label}.{one.name}" for one in list_waiting()]


def test_what_waits_is_done_and_then_tried(last_undone):
    assert waiting() == [last_undone]
    seen: list[list[str]] = []
    assert migrate(lambda: seen.append(waiting())) == [last_undone]
    assert seen == [[]], "the trial sees the tables as they will be"
    assert waiting() == []
    assert migrate(lambda: None) == []


def test_a_trial_that_fails_undoes_all(last_undone):
    def fail() -> None:
        raise UpgradeError("the trial of / failed")

    with pytest.raises(UpgradeError, match="the trial of / failed"):
        migrate(fail)
    assert waiting() == [last_undone]
    assert not connection.in_atomic_block


def test_keys_are_looked_at_again_afterwards(last_undone):
    migrate(lambda: None)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_a_database_with_tables_is_not_new():
    assert not is_new()


def test_one_upgrades_a_database_at_a_time(transactional_db):
    """On SQLite the file lock of the one machine keeps others out, not this."""
    said: list[str] = []
    is_shared = connection.vendor == "postgresql"
    with alone(0, said.append):
        connection.close()
        refused = (
            pytest.raises(HeldError, match="another machine upgrades this database; wait")
            if is_shared
            else nullcontext()
        )
        with refused, alone(0.3, said.append):
            assert not is_shared
        assert said == ["another machine upgrades this database; waiting for its end"] * is_shared
    with alone(0, said.append):
        assert len(said) == is_shared


@pytest.fixture
def holders(monkeypatch):
    """The connections that hold locks."""
    made: list = []
    create = connections.create_connection

    def keep(alias):
        made.append(create(alias))
        return made[-1]

    monkeypatch.setattr(connections, "create_connection", keep)
    return made


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's lock is a file")
def test_the_connection_of_the_lock_is_kept_through_hours_of_silence(transactional_db, holders, monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "-c idle_session_timeout=60000")
    with alone(0, print), holders[0].cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(HELD_BY)])
        assert dict(cursor.fetchall()) == HELD_BY


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's lock is a file")
def test_a_lock_that_was_lost_meanwhile_is_told(transactional_db, holders):
    said: list[str] = []
    with alone(0, said.append), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [holders[0].connection.info.backend_pid])
    assert len(said) == 1
    assert said[0].startswith("the lock of the upgrade was lost meanwhile")
    with alone(0, said.append):
        assert len(said) == 1
