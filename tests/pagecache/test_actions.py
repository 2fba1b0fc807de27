"""Touching tags: in the transaction of the write, told after its commit."""

from __future__ import annotations

import pytest
from django.db import transaction

from kopir.pagecache.actions import spare, touch, touch_alone
from kopir.pagecache.errors import OutsideTransactionError
from kopir.pagecache.models import Purge
from kopir.pagecache.tags import ALL, for_purge

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(kept_pages):
    return kept_pages


def purged(*tags: str) -> frozenset[str]:
    return frozenset(for_purge(tags))


def test_what_is_touched_is_purged_after_the_commit_and_no_earlier(store):
    with transaction.atomic():
        touch("a.b:2", "a.b:1", "a.b:1")
        assert Purge.objects.get().tags == ["a.b:1", "a.b:2"]
        assert store.purges == []
    assert store.purges == [(purged("a.b:1", "a.b:2"), False)]


@transaction.atomic
def touch_in_vain(tag: str) -> None:
    touch(tag)
    raise ZeroDivisionError


def test_what_is_rolled_back_purges_nothing(store):
    with pytest.raises(ZeroDivisionError):
        touch_in_vain("a.b:1")
    store.settle()
    assert not Purge.objects.exists()
    assert store.purges == []


def test_a_savepoint_that_is_rolled_back_purges_nothing_and_the_rest_stands(store):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            touch_in_vain("a.b:1")
        with transaction.atomic():
            touch("a.b:2")
    assert store.purges == [(purged("a.b:2"), False)]


def test_a_touch_after_one_that_was_rolled_back_is_sent(store):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            touch_in_vain("a.b:1")
        touch("a.b:2")
    assert store.purges == [(purged("a.b:2"), False)]


def test_touches_of_one_transaction_are_sent_at_once_hard_ones_first(store):
    with transaction.atomic():
        touch("a.b:1")
        with transaction.atomic():
            touch("a.b:2", hard=True)
        touch("a.b:3")
    assert store.purges == [(purged("a.b:2"), True), (purged("a.b:1", "a.b:3"), False)]


def test_everything_can_be_touched(store):
    touch_alone(ALL, hard=True)
    assert store.purges == [(frozenset(), True)]


def test_nothing_touched_is_nothing_written():
    touch()
    assert not Purge.objects.exists()


def test_outside_a_transaction_it_is_refused():
    with pytest.raises(OutsideTransactionError):
        touch("a.b:1")
    with pytest.raises(OutsideTransactionError):
        spare("a.b")


def test_a_page_store_that_refuses_is_no_failure_of_the_action(store, monkeypatch, caplog):
    def refuse(*_, **__):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(type(store), "purge", refuse)
        touch_alone("a.b:1")
    assert "it is tried again" in caplog.text
    store.settle()
    assert store.purges == [(purged("a.b:1"), False)]
