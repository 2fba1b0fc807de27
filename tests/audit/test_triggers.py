"""The database itself refuses to change or remove what is recorded."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from kopir.audit import triggers
from kopir.audit.models import Link, Row
from records import add_sealed, tamper, unprotected

pytestmark = pytest.mark.django_db
REFUSED = "the record of actions is append-only"
STATEMENTS = {
    "an update of a row": "UPDATE audit_row SET action = 'bodies.hide'",
    "an update of one column of one row": "UPDATE audit_row SET body_id = 2 WHERE id = (SELECT max(id) FROM audit_row)",
    "an update that changes nothing": "UPDATE audit_row SET id = id",
    "a deletion of a row": "DELETE FROM audit_row WHERE id = (SELECT max(id) FROM audit_row)",
    "a deletion of all rows": "DELETE FROM audit_row",
    "an update of a link": "UPDATE audit_link SET row_id = row_id + 100",
    "a deletion of a link": "DELETE FROM audit_link",
}
IN_SQLITE = {
    "a replaced row": "INSERT OR REPLACE INTO audit_row SELECT * FROM audit_row",
    "a replaced link": "REPLACE INTO audit_link SELECT * FROM audit_link",
    "a link replaced by its row": (
        "INSERT OR REPLACE INTO audit_link SELECT position + 100, row_id, row_hash, head, sealed_at FROM audit_link"
    ),
    "an upsert": "INSERT INTO audit_link SELECT * FROM audit_link WHERE true ON CONFLICT DO UPDATE SET row_id = 9",
}
IN_POSTGRESQL = {
    "a truncated table": "TRUNCATE audit_row",
    "a truncated chain": "TRUNCATE audit_link CASCADE",
    "an upsert": "INSERT INTO audit_link SELECT * FROM audit_link ON CONFLICT (position) DO UPDATE SET row_id = 9",
    "an update as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM audit_row",
}
HERE = {**STATEMENTS, **(IN_POSTGRESQL if connection.vendor == "postgresql" else IN_SQLITE)}


def everything():
    return list(Row.objects.order_by("pk").values()), list(Link.objects.order_by("pk").values())


@pytest.mark.parametrize("name", sorted(HERE))
def test_nothing_is_changed_or_removed(name):
    add_sealed(2)
    before = everything()
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(HERE[name])
    assert everything() == before


def test_the_models_cannot_either():
    row = add_sealed(1)[0]
    row.action = "bodies.hide"
    for change in (row.save, row.delete, Row.objects.all().delete, Link.objects.all().delete):
        with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
            change()


def test_after_all_migrations_every_trigger_is_there():
    assert triggers.find_missing(connection) == []
    assert len(triggers.names(connection.vendor)) == 6


@pytest.mark.parametrize("table", sorted(triggers.TABLES))
def test_a_missing_trigger_is_named(table):
    with connection.cursor() as cursor:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {table}_no_delete{on}")
    assert triggers.find_missing(connection) == [f"{table}_no_delete"]
    triggers.install(connection)
    assert triggers.find_missing(connection) == []


@pytest.mark.parametrize("how", ["DISABLE", "ENABLE", "ENABLE REPLICA"] if connection.vendor == "postgresql" else [])
def test_a_trigger_that_can_be_passed_by_is_a_missing_one(how):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE audit_row {how} TRIGGER audit_row_no_update")
    assert triggers.find_missing(connection) == ["audit_row_no_update"]


def test_without_them_the_database_changes_what_it_is_told():
    add_sealed(1)
    assert tamper("UPDATE audit_row SET action = 'bodies.hide'") == 1
    with unprotected():
        assert Link.objects.all().delete()[0] == 1
