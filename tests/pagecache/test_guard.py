"""The guard at every connection."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from psycopg.sql import SQL, Identifier, Literal

from kopir.bodies.models import Portal
from kopir.pagecache import guard, ledger
from kopir.pagecache.errors import UndeclaredReadError
from kopir.pagecache.models import Purge
from kopir.pagecache.recorder import note, record

pytestmark = pytest.mark.django_db


def test_a_read_is_held_against_what_is_declared():
    with record() as recording:
        note("bodies.portal:1")
        Portal.objects.first()
    assert recording.tables == {"bodies_portal"}
    with record(), pytest.raises(UndeclaredReadError):
        Purge.objects.first()


def test_a_refused_statement_never_runs():
    seen = []
    with record(), pytest.raises(UndeclaredReadError):
        guard.watch(lambda *_: seen.append(1), 'SELECT * FROM "audit_row"', None, False, {"connection": connection})
    assert seen == []


@pytest.mark.parametrize(
    "statement",
    [
        b'SELECT * FROM "audit_row"',
        SQL("SELECT * FROM {}").format(Identifier("audit_row")),
        SQL("SELECT {} FROM {}").format(Literal("it's"), Identifier("public", "audit_row")),
    ],
    ids=["bytes", "composed", "composed-with-text"],
)
def test_a_statement_that_is_no_text_is_read_too(statement):
    with record(), pytest.raises(UndeclaredReadError):
        guard.watch(lambda *_: None, statement, None, False, {"connection": connection})


def test_outside_a_recording_every_read_passes():
    assert Purge.objects.filter(pk=0).first() is None


def test_a_page_that_writes_is_held_against_it_too():
    with record(), pytest.raises(UndeclaredReadError):
        Purge.objects.all().delete()


def test_a_write_of_a_declared_table_is_entered_and_others_are_not(settings):
    settings.KOPIR_PAGE_GUARD = "log"
    with transaction.atomic():
        Purge.objects.filter(pk=0).delete()
        assert ledger.entries_of(connection) == set()
        Portal.objects.filter(pk=1).update(phone="")
        assert ledger.entries_of(connection) == {ledger.Entry("written", "bodies_portal")}


def test_it_stands_at_every_connection_once():
    found, stands = [], []

    def look() -> None:
        connection.ensure_connection()
        connection.close()
        connection.ensure_connection()
        found.append(connection.execute_wrappers.count(guard.watch))
        stands.append(connection.commit)
        guard.stand_at(connection)
        stands.append(connection.commit)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [1]
    assert stands[0] is stands[1]
    guard.stand_at(connection)
    assert connection.execute_wrappers.count(guard.watch) == 1
