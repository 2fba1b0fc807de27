"""The net below all tests: a request that changes data and leaves no row in the record fails, and the net can tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from actors import NOW
from auditing import EXEMPT, ROWS, find_bare, watching
from codebase import assert_only
from kopir.audit.actions import record
from kopir.audit.models import Handover, PersonKey
from kopir.base.access import everyone
from kopir.base.actors import system_actor
from kopir.base.models import PeriodicRun

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
CAUGHT = pytest.fail.Exception


def change() -> None:
    PeriodicRun.objects.create(name="tests.changed", due_at=NOW)


def recorded_change() -> None:
    with transaction.atomic():
        change()
        record(actor=system_actor("tests"), action="tests.change", subject="tests.thing:1", now=NOW)


def undone_change() -> None:
    try:
        with transaction.atomic():
            change()
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


def undone_row() -> None:
    change()
    try:
        with transaction.atomic():
            record(actor=system_actor("tests"), action="tests.change", subject="tests.thing:1", now=NOW)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


def idle_change() -> None:
    PeriodicRun.objects.filter(name="nothing").update(failures=1)
    PeriodicRun.objects.filter(name="nothing").delete()


def exempt_change() -> None:
    Handover.objects.create(pk=1)
    PersonKey.objects.create(person="p", created_at=NOW)


WORK: dict[str, Callable[[], object]] = {
    "changed": change,
    "recorded": recorded_change,
    "undone": undone_change,
    "row-undone": undone_row,
    "idle": idle_change,
    "exempt": exempt_change,
    "read": PeriodicRun.objects.count,
}


@everyone
def act(request: HttpRequest, work: str) -> HttpResponse:
    WORK[work]()
    return HttpResponse("done")


urlpatterns = [path("<str:work>", act)]


def ask(work: str, method: str = "post") -> int:
    client = Client(headers={"host": "kz.localhost"})
    return int(getattr(client, method)(f"/{work}").status_code)


@pytest.mark.parametrize("work", ["recorded", "undone", "idle", "exempt", "read"])
def test_what_is_recorded_or_changes_nothing_passes(work):
    assert ask(work) == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "get"])
def test_a_change_without_a_row_fails(method):
    with pytest.raises(CAUGHT, match=r"wrote \['base_periodicrun'\] and left no row"):
        ask("changed", method)


def test_a_row_that_was_rolled_back_is_none():
    with pytest.raises(CAUGHT):
        ask("row-undone")


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_around_the_test_too():
    assert ask("recorded") == 200
    PeriodicRun.objects.all().delete()
    assert ask("undone") == 200
    with pytest.raises(CAUGHT):
        ask("changed")


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("INSERT INTO t (a) VALUES (1)", "t"),
        ('INSERT OR IGNORE INTO "t" (a) VALUES (1)', "t"),
        ("REPLACE INTO t (a) VALUES (1)", "t"),
        ('  update "t" SET a = 1', "t"),
        ("DELETE FROM t", "t"),
        ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "t"),
        ("SELECT 'UPDATE t SET a = 1'", None),
    ],
)
def test_what_counts_as_a_write(statement, table):
    from auditing import Watch

    watch = Watch()
    context = {"cursor": type("Cursor", (), {"rowcount": 1})()}
    watch(lambda *_: None, statement, None, False, context)
    assert watch.tables == (set() if table is None else {table})


def test_the_exempt_tables_are_there():
    tables = set(connection.introspection.table_names())
    assert ROWS in tables
    assert_only([name for name in EXEMPT if name in tables], EXEMPT, "tables that a request may write without a row")


def test_a_watch_ends():
    with watching() as watch:
        pass
    change()
    assert watch.tables == set()


@pytest.mark.parametrize(
    ("action", "subject", "bare"),
    [
        ("bodies.create_body", "bodies.body:1", set()),
        ("bodies.paint", "bodies.body:1", {"bodies.paint"}),
        ("bodies.create_body", "bodies.roof:1", {"bodies.roof"}),
        ("tests.change", "tests.thing:1", set()),
    ],
)
def test_the_net_finds_what_has_no_words(action, subject, bare):
    assert find_bare(action, subject) == bare
