"""What a transaction wrote against what it touched, through savepoints and rollbacks."""

from __future__ import annotations

import logging

import pytest
from django.db import DatabaseError, connection, transaction

from kopir.bodies.models import Portal
from kopir.pagecache import ledger
from kopir.pagecache.actions import spare, touch
from kopir.pagecache.errors import UndeclaredWriteError
from kopir.pagecache.models import Purge
from kopir.pagecache.tags import for_purge, table_tag

pytestmark = pytest.mark.django_db(transaction=True)
TAG = "bodies.portal:1"


@pytest.fixture(autouse=True)
def store(kept_pages):
    return kept_pages


def write() -> None:
    Portal.objects.update_or_create(pk=1, defaults={"phone": "1"})


def fail() -> None:
    raise ZeroDivisionError


def take(*steps) -> None:
    """Take these steps in a transaction, or in a savepoint of one."""
    with transaction.atomic():
        for step in steps:
            step()


def try_inside(*steps) -> None:
    """Take these steps in a transaction, or a savepoint, that is taken back."""
    with pytest.raises(ZeroDivisionError):
        take(*steps, fail)


def touch_it() -> None:
    touch(TAG)


def test_a_write_that_is_touched_passes_in_either_order():
    take(write, touch_it)
    take(touch_it, write)


def test_a_write_that_is_not_touched_is_told_and_not_committed():
    with pytest.raises(UndeclaredWriteError, match="bodies_portal"):
        take(write)
    assert not Portal.objects.exists()
    assert connection.get_autocommit()


def test_a_write_outside_a_transaction_is_told():
    Portal.objects.bulk_create([])
    with pytest.raises(UndeclaredWriteError), connection.cursor() as cursor:
        cursor.execute("UPDATE bodies_portal SET phone = ''")


def test_a_touch_of_something_else_is_none():
    with pytest.raises(UndeclaredWriteError):
        take(write, lambda: touch("bodies.body:1"))


def test_what_is_spared_passes():
    take(write, lambda: spare("bodies.portal"))
    assert not Purge.objects.exists()


def test_a_write_that_was_taken_back_needs_no_touch():
    take(lambda: try_inside(write))
    try_inside(write)


def test_a_touch_that_was_taken_back_is_none():
    with pytest.raises(UndeclaredWriteError):
        take(write, lambda: try_inside(touch_it))


def test_a_touch_in_a_savepoint_that_stands_counts():
    take(write, lambda: take(touch_it))


def test_the_same_again_after_a_savepoint_was_taken_back():
    take(lambda: try_inside(write, touch_it), write, touch_it)
    take(lambda: try_inside(touch_it), write, touch_it)
    with pytest.raises(UndeclaredWriteError):
        take(lambda: try_inside(write), write)
    with pytest.raises(UndeclaredWriteError):
        take(lambda: try_inside(touch_it), write)


def test_one_transaction_leaves_nothing_to_the_next():
    try_inside(touch_it)
    with pytest.raises(UndeclaredWriteError):
        take(write)
    take(write, touch_it)
    with pytest.raises(UndeclaredWriteError):
        take(write)


def test_many_writes_are_one_entry():
    with transaction.atomic():
        for _ in range(50):
            Portal.objects.update(phone="2")
        assert len(ledger.hooks_of(connection)) == 1
        touch(TAG)


def test_production_purges_all_that_read_the_table(settings, caplog, store):
    settings.KOPIR_PAGE_GUARD = "log"
    with caplog.at_level(logging.ERROR), transaction.atomic():
        write()
    assert [row.tags for row in Purge.objects.all()] == [[table_tag("bodies_portal")]]
    assert len(store.purges) == 1
    assert [line.message for line in caplog.records] == ["tables were written and no tag was touched"]


def test_a_crash_after_the_commit_leaves_the_purge_to_the_worker(settings, store, monkeypatch):
    settings.KOPIR_PAGE_GUARD = "log"
    commit = connection._commit  # type: ignore[attr-defined]

    def commit_and_fall():
        commit()
        raise SystemExit

    with monkeypatch.context() as falling:
        falling.setattr(connection, "_commit", commit_and_fall)
        with pytest.raises(SystemExit):
            take(write)
    connection.close()
    assert Portal.objects.exists()
    assert store.purges == []
    store.settle()
    assert store.purges == [(frozenset(for_purge([table_tag("bodies_portal")])), False)]


def test_a_commit_that_fails_leaves_no_purge_behind(settings, store, monkeypatch):
    settings.KOPIR_PAGE_GUARD = "log"

    def refuse():
        raise DatabaseError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "_commit", refuse)
        with pytest.raises(DatabaseError, match="no space"):
            take(write)
    store.settle()
    assert not Purge.objects.exists()
    assert store.purges == []


def test_a_statement_outside_a_transaction_is_purged_right_after_it(settings):
    settings.KOPIR_PAGE_GUARD = "log"
    write()
    Purge.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bodies_portal SET phone = ''")
    assert [row.tags for row in Purge.objects.all()] == [[table_tag("bodies_portal")]]


def test_a_constant_table_is_purged_by_itself(store):
    from django.contrib.contenttypes.models import ContentType

    with transaction.atomic():
        ContentType.objects.create(app_label="a", model="b")
    assert [row.tags for row in Purge.objects.all()] == [[table_tag("django_content_type")]]


def test_a_database_without_our_table_is_no_hindrance(settings, monkeypatch, caplog):
    settings.KOPIR_PAGE_GUARD = "log"

    def refuse(*_, **__):
        raise DatabaseError("no such table")

    monkeypatch.setattr(Purge.objects, "create", refuse)
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with transaction.atomic():
        write()
    assert Portal.objects.exists()
    assert "pages could not be purged" in caplog.text


@pytest.mark.parametrize(("where", "name"), [(Purge.objects, "create"), (connection, "_savepoint")])
def test_what_cannot_be_purged_is_not_written_and_the_next_is(settings, monkeypatch, where, name):
    settings.KOPIR_PAGE_GUARD = "log"

    def refuse(*_, **__):
        raise DatabaseError("the connection was lost")

    with monkeypatch.context() as broken, pytest.raises(DatabaseError, match="was lost"):
        take(lambda: Portal.objects.bulk_create([Portal(pk=1)]), lambda: broken.setattr(where, name, refuse))
    assert not Portal.objects.exists()
    take(write)
    assert Portal.objects.exists()
    assert Purge.objects.count() == 1


def test_a_commit_that_is_refused_within_a_transaction_takes_nothing_off_the_ledger(settings):
    settings.KOPIR_PAGE_GUARD = "log"
    with transaction.atomic():
        write()
        with pytest.raises(transaction.TransactionManagementError):
            connection.commit()
    assert Purge.objects.count() == 1


def test_whoever_empties_the_whole_database_is_let_alone():
    with ledger.unwatched(), transaction.atomic():
        write()
    assert not Purge.objects.exists()
    with pytest.raises(UndeclaredWriteError):
        take(write)


def test_tests_judge_what_is_never_committed():
    ledger.judge(connection)
    with transaction.atomic():
        write()
        with pytest.raises(UndeclaredWriteError):
            ledger.judge(connection)
        write()
        touch(TAG)
        ledger.judge(connection)
        assert ledger.entries_of(connection) == set()
