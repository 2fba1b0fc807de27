"""Every host takes every row once: late ones, after crashes, after a long absence, after a restore."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from actors import NOW
from kopir.base import clock
from kopir.edge.purge import Purger
from kopir.edge.purge_log import PurgeLog
from kopir.pagecache import outbox
from kopir.pagecache.actions import touch_alone
from kopir.pagecache.models import Purge
from kopir.pagecache.outbox import AWAY, KEEP, LATE, STATE
from kopir.pagecache.tags import for_purge, shorten

pytestmark = pytest.mark.django_db
EVERYTHING: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def store(kept_pages):
    return kept_pages


@pytest.fixture
def hosts(settings, tmp_path, store):
    """Two hosts that have looked before; gives a function that lets one of them take."""

    def take(host: str, now=NOW) -> list[frozenset[str]]:
        settings.KOPIR_PAGES_FOLDER = tmp_path / host
        store.purges.clear()
        outbox.take(now=now)
        return [tags for tags, _ in store.purges]

    take("a")
    take("b")
    return take


def row(*tags: str, at=NOW, pk: int | None = None) -> int:
    return Purge.objects.create(pk=pk, tags=list(tags), created_at=at).pk


def purged(*tags: str) -> list[frozenset[str]]:
    return [frozenset(for_purge(tags))]


def test_every_host_takes_every_row_once(hosts):
    row("a.b:1")
    assert hosts("a") == purged("a.b:1")
    assert hosts("a") == []
    row("a.b:2")
    assert hosts("b") == purged("a.b:1", "a.b:2")
    assert hosts("a") == purged("a.b:2")


def test_a_row_that_is_committed_after_a_later_one_is_taken(hosts):
    first = row("a.b:0")
    row("a.b:2", pk=first + 2)
    assert hosts("a") == purged("a.b:0", "a.b:2")
    row("a.b:1", pk=first + 1)
    assert hosts("a", NOW + LATE / 2) == purged("a.b:1")
    assert hosts("a", NOW + LATE / 2) == []


def test_what_no_transaction_can_go_below_is_one_number(hosts, settings):
    old = [row(f"a.b:{number}") for number in range(5)]
    hosts("a")
    later = NOW + 2 * LATE
    new = row("a.b:new", at=later)
    assert hosts("a", later) == purged("a.b:new")
    kept = json.loads((settings.KOPIR_PAGES_FOLDER / STATE).read_text())
    assert (kept["floor"], kept["seen"]) == (old[-1], [new])
    assert hosts("a", later) == []


def test_a_host_that_was_away_for_too_long_purges_everything(hosts):
    row("a.b:1")
    assert hosts("a", NOW + AWAY) == [EVERYTHING]
    assert hosts("a", NOW + AWAY) == []
    assert hosts("b", NOW + AWAY - timedelta(seconds=1)) == purged("a.b:1")


def test_a_host_that_looks_and_finds_nothing_is_not_away(hosts):
    for minutes in range(0, 300, 5):
        assert hosts("a", NOW + timedelta(minutes=minutes)) == []


def test_a_machine_that_fell_purges_everything(hosts, monkeypatch, tmp_path):
    (tmp_path / "boot").write_text("another\n")
    monkeypatch.setattr(outbox, "BOOT", tmp_path / "boot")
    assert hosts("a") == [EVERYTHING]
    assert hosts("a") == []
    monkeypatch.setattr(outbox, "BOOT", tmp_path / "none")
    assert hosts("a") == [EVERYTHING]


def test_a_database_that_was_restored_purges_everything(hosts):
    number = row("a.b:1")
    hosts("a")
    Purge.objects.all().delete()
    assert hosts("a") == []
    row("a.b:2", pk=number - 1)
    assert hosts("a") == [EVERYTHING]
    row("a.b:3", pk=number)
    assert hosts("a") == purged("a.b:3")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"floor": 1, "seen": "x", "at": 5, "boot": ""}', "\udcff"])
def test_a_state_that_nobody_can_read_purges_everything(hosts, settings, text):
    hosts("a")
    (settings.KOPIR_PAGES_FOLDER / STATE).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert hosts("a") == [EVERYTHING]
    assert hosts("a") == []


def test_what_was_not_purged_is_taken_again(hosts, store, monkeypatch):
    row("a.b:1")

    def refuse(*_, **__):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(type(store), "purge", refuse)
        with pytest.raises(OSError, match="no space"):
            hosts("a")
    assert hosts("a") == purged("a.b:1")


def test_old_rows_are_forgotten(hosts):
    row("a.b:old", at=NOW - KEEP - timedelta(seconds=1))
    kept = row("a.b:1", at=NOW - KEEP)
    outbox.prune(now=NOW)
    assert [one.pk for one in Purge.objects.filter(created_at__lte=NOW)] == [kept]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_took_too_long_writes_its_rows_anew(monkeypatch, hosts, store):
    start = clock.now()
    with transaction.atomic():
        from kopir.pagecache.actions import touch

        touch("a.b:1", hard=True)
        monkeypatch.setattr(clock, "now", lambda: start + LATE)
    rows = list(Purge.objects.all())
    assert [(one.tags, one.is_hard) for one in rows] == [(["a.b:1"], True)] * 2
    assert rows[1].created_at == start + LATE


@pytest.mark.django_db(transaction=True)
def test_processes_of_one_host_do_not_purge_twice(settings, tmp_path, store):
    settings.KOPIR_PAGES_FOLDER = tmp_path / "shared"
    outbox.take(now=clock.now())
    store.purges.clear()
    for number in range(10):
        row(f"a.b:{number}", at=clock.now())

    def take() -> None:
        outbox.take(now=clock.now())
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [tags for tags, _ in store.purges] == purged(*(f"a.b:{number}" for number in range(10)))


@pytest.mark.django_db(transaction=True)
def test_the_page_store_itself_takes_it(settings, tmp_path):
    settings.KOPIR_PURGER = "kopir.edge.purge.Purger"
    settings.KOPIR_PAGES_FOLDER = tmp_path / "real"
    assert isinstance(outbox.get_purger(), Purger)
    outbox.take(now=clock.now())
    log = PurgeLog(settings.KOPIR_PAGES_FOLDER)
    log.catch_up()
    number = log.seen
    touch_alone("a.b:1", hard=True)
    log.catch_up()
    assert log.judge([shorten("a.b:1")], number).is_hard
    assert log.judge([shorten("a.b:2")], number) is None
