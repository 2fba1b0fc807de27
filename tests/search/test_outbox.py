"""The outbox: numbers follow commits and not ids, batches lose nothing, old rows go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actors import NOW
from kopir.search import outbox
from kopir.search.index import Mark
from kopir.search.models import Change

pytestmark = pytest.mark.django_db


def note(*keys, source="tests.note", at=NOW):
    return Change.objects.bulk_create([Change(source=source, key=key, created_at=at) for key in keys])


def mark(number=0):
    return Mark(str(outbox.get_outbox().name), number)


def numbers():
    return dict(Change.objects.values_list("key", "number"))


def test_what_was_committed_gets_the_next_number():
    note("a", "b")
    outbox.number_changes()
    note("c")
    outbox.number_changes()
    outbox.number_changes()
    assert numbers() == {"a": 1, "b": 1, "c": 2}
    assert outbox.get_outbox().last == 2


def test_a_row_that_is_committed_late_is_not_lost():
    """On PostgreSQL a transaction may take a lower id and be committed after another with a higher one."""
    early, late = note("early", "late")
    Change.objects.filter(pk=early.pk).delete()
    outbox.number_changes()
    taken = outbox.find_batch(mark())
    Change.objects.create(pk=early.pk, source="tests.note", key="early", created_at=NOW)
    outbox.number_changes()
    assert taken.keys == {"tests.note": ["late"]}
    assert outbox.find_batch(taken.mark).keys == {"tests.note": ["early"]}
    assert late.pk > early.pk


def test_a_batch_names_each_object_once_by_its_source():
    note("a", "b", "a")
    note("a", source="tests.other")
    outbox.number_changes()
    batch = outbox.find_batch(mark())
    assert batch.keys == {"tests.note": ["a", "b"], "tests.other": ["a"]}
    assert batch.mark == mark(1)
    assert outbox.find_batch(batch.mark) is None


def test_batches_are_cut_between_numbers(monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 3)
    note(*"abcdefg")
    outbox.number_changes()
    assert sorted(numbers().values()) == [1, 1, 1, 2, 2, 2, 3]
    found, at = [], mark()
    while batch := outbox.find_batch(at):
        assert batch.mark.number > at.number
        found += batch.keys["tests.note"]
        at = batch.mark
    assert found == list("abcdefg")


def test_old_rows_go_and_an_index_that_lacks_them_is_unknown():
    note("old", at=NOW - timedelta(days=4))
    outbox.number_changes()
    note("new")
    outbox.number_changes()
    outbox.remove_old(now=NOW)
    assert numbers() == {"new": 2}
    assert [outbox.is_known(mark(number)) for number in (0, 1, 2, 3)] == [False, True, True, False]


def test_nothing_old_changes_nothing():
    outbox.remove_old(now=NOW)
    note("new")
    outbox.number_changes()
    outbox.remove_old(now=NOW)
    assert (numbers(), outbox.get_outbox().removed) == ({"new": 1}, 0)


def test_what_has_no_number_yet_is_not_removed():
    note("a", at=NOW - timedelta(days=400))
    outbox.number_changes()
    note("b", at=NOW - timedelta(days=400))
    outbox.remove_old(now=NOW)
    assert numbers() == {"b": None}


def test_an_index_of_another_database_is_unknown():
    assert outbox.is_known(mark())
    assert not outbox.is_known(Mark("00000000-0000-0000-0000-000000000000", 0))
    assert not outbox.is_known(None)
