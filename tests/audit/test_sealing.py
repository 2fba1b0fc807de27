"""The chain over committed rows, and the way of its head to the bridge."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from actors import NOW
from kopir.audit import bridge
from kopir.audit.actions import record
from kopir.audit.errors import BridgeUnreachableError
from kopir.audit.models import Handover, Link, Row, Waiting
from kopir.audit.rules import GENESIS, next_head, row_hash
from kopir.audit.sealing import BATCH, PAUSE, hand_over, seal_waiting
from kopir.audit.verify import verify
from kopir.base.actors import system_actor
from records import add, add_sealed

pytestmark = pytest.mark.django_db


def test_rows_get_their_places_in_the_order_of_their_ids():
    rows = [add(subject=f"bodies.body:{number}") for number in range(3)]
    assert seal_waiting(now=NOW) == 3
    head = GENESIS
    for position, (row, link) in enumerate(zip(rows, Link.objects.order_by("position"), strict=True), 1):
        head = next_head(head, row_hash(row.facts()))
        assert (link.position, link.row_id, bytes(link.head), link.sealed_at) == (position, row.pk, head, NOW)
    assert not Waiting.objects.exists()


def test_with_nothing_new_nothing_is_written(django_assert_num_queries):
    add_sealed(1)
    with django_assert_num_queries(1):
        assert seal_waiting(now=NOW) == 0


def test_more_than_a_batch_is_sealed_in_one_turn(monkeypatch):
    monkeypatch.setattr("kopir.audit.sealing.BATCH", 2)
    for number in range(5):
        add(subject=f"bodies.body:{number}")
    assert seal_waiting(now=NOW) == 5
    assert verify().size == 5
    assert BATCH > 2


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_sealed_late():
    if connection.vendor == "sqlite":
        late = _insert_by_hand(100)  # one writer at a time: an id left behind by a row that comes in later
        add()
        assert seal_waiting(now=NOW) == 1
        _insert_by_hand(late - 1)
        Waiting.objects.create(row_id=late - 1, at=NOW)
        Waiting.objects.create(row_id=late, at=NOW)
    else:
        begun, go_on = threading.Event(), threading.Event()
        writer = threading.Thread(target=_record_slowly, args=(begun, go_on))
        writer.start()
        assert begun.wait(30)
        add(subject="bodies.body:2")
        assert seal_waiting(now=NOW) == 1, "the slow one has the lower id, and is not there yet"
        go_on.set()
        writer.join(30)
    assert seal_waiting(now=NOW) >= 1
    assert verify().ok
    ids = list(Link.objects.order_by("position").values_list("row_id", flat=True))
    assert sorted(ids) == sorted(Row.objects.values_list("pk", flat=True))
    assert ids != sorted(ids)


def _insert_by_hand(row_id: int) -> int:
    Row.objects.create(pk=row_id, at=NOW, actor_kind="system", action="tests.rename", subject="bodies.body:1")
    return row_id


def _record_slowly(begun: threading.Event, go_on: threading.Event) -> None:
    try:
        with transaction.atomic():
            record(actor=system_actor("slow"), action="tests.rename", subject="bodies.body:1", now=NOW)
            begun.set()
            go_on.wait(30)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_many_sealers_and_writers_make_one_chain():
    add()  # makes Anna's key, for which the writers would otherwise wait in turn
    failures: list[BaseException] = []

    def work(do) -> None:
        try:
            for _ in range(12):
                do()
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(do,)) for do in (add, add, _seal, _seal, _seal)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    seal_waiting(now=NOW)
    assert failures == []
    assert (verify().ok, verify().size) == (True, 25)


def _seal() -> None:
    seal_waiting(now=NOW)


def test_the_slower_of_two_sealers_undoes_its_batch_and_says_nothing(monkeypatch):
    def late(now: datetime) -> int:
        raise IntegrityError

    add()
    with monkeypatch.context() as other:
        other.setattr("kopir.audit.sealing._seal_batch", late)
        assert seal_waiting(now=NOW) == 0
    assert seal_waiting(now=NOW) == 1


def test_a_row_cannot_be_sealed_twice():
    row = add_sealed(2)[0]
    Waiting.objects.create(row_id=row.pk, at=NOW)
    add()
    assert seal_waiting(now=NOW) == 1
    assert not Waiting.objects.exists()
    assert verify().size == 3


def test_an_id_without_a_row_holds_nobody_up():
    Waiting.objects.create(row_id=1_000_000, at=NOW)
    add()
    assert seal_waiting(now=NOW) == 1
    assert seal_waiting(now=NOW) == 0
    assert Waiting.objects.count() == 1


class Bridge:
    """A bridge that takes heads, or does not."""

    def __init__(self, monkeypatch, settings) -> None:
        settings.KOPIR_BRIDGE_CONTROL = "127.0.0.1:9000"
        self.taken: list[tuple[str, int, bytes]] = []
        self.is_down = False
        monkeypatch.setattr(bridge, "post_head", self.post)

    def post(self, address: str, log: str, size: int, head: bytes) -> int:
        if self.is_down:
            raise BridgeUnreachableError(address=address, why="connection refused")
        self.taken.append((log, size, head))
        return 40 + len(self.taken)


def test_the_newest_head_goes_to_the_bridge_once(monkeypatch, settings):
    there = Bridge(monkeypatch, settings)
    assert not hand_over(now=NOW), "there is nothing yet"
    add_sealed(3)
    last = Link.objects.get(position=3)
    assert hand_over(now=NOW)
    assert hand_over(now=NOW)
    assert there.taken == [("portal", 3, bytes(last.head))]
    assert Handover.objects.values_list("size", "entry", "at").get() == (3, 41, NOW)


def test_heads_wait_for_a_bridge_that_is_away_and_the_latest_is_enough(monkeypatch, settings):
    there = Bridge(monkeypatch, settings)
    there.is_down = True
    add_sealed(1)
    assert not hand_over(now=NOW)
    add_sealed(1)
    assert not hand_over(now=NOW + timedelta(minutes=1))
    state = Handover.objects.get()
    assert (state.size, state.failing_since) == (0, NOW)
    assert "connection refused" in state.failure
    there.is_down = False
    assert hand_over(now=NOW + timedelta(minutes=2))
    state.refresh_from_db()
    assert (state.size, state.failing_since, state.failure) == (2, None, "")
    assert [size for _, size, _ in there.taken] == [2]


def test_without_a_bridge_nothing_is_handed_over(settings):
    settings.KOPIR_BRIDGE_CONTROL = ""
    add_sealed(1)
    assert not hand_over(now=NOW)
    assert not Handover.objects.exists()


def test_a_bridge_that_failed_is_left_alone_for_a_while(monkeypatch, settings):
    there = Bridge(monkeypatch, settings)
    there.is_down = True
    add_sealed(1)
    assert not hand_over(now=NOW)
    there.is_down = False
    assert not hand_over(now=NOW + PAUSE - timedelta(seconds=1))
    assert there.taken == []
    assert hand_over(now=NOW + PAUSE)
