"""Workers are woken by a commit, at once; a lost connection is made anew, and nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from jobwork import own_jobs
from kopir.base import periodic
from kopir.base.jobs import WOKEN, on_every_worker
from kopir.base.waking import Ear, wake_workers

pytestmark = pytest.mark.django_db(transaction=True)
LONG_S = 20
SHORT_S = 0.05
IN_POSTGRESQL = ["PostgreSQL"] if connection.vendor == "postgresql" else []


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def ear(stop) -> Iterator[Ear]:
    ear = Ear()
    assert not ear.wait(stop, SHORT_S)
    yield ear
    ear.close()


@transaction.atomic
def wake(*, in_vain: bool = False) -> None:
    wake_workers(connection)
    transaction.set_rollback(in_vain)


@pytest.mark.parametrize("database", ["SQLite"] if connection.vendor == "sqlite" else [])
def test_where_nobody_is_told_it_waits_until_it_is_stopped(database, stop):
    wake()
    assert not Ear().wait(stop, SHORT_S)
    stop.set()
    assert not Ear().wait(stop, 3600)


@pytest.mark.parametrize("database", IN_POSTGRESQL)
def test_a_commit_is_heard_and_nothing_before_it(database, ear, stop):
    with transaction.atomic():
        wake_workers(connection)
        assert not ear.wait(stop, SHORT_S)
    assert ear.wait(stop, LONG_S)
    assert not ear.wait(stop, SHORT_S)


@pytest.mark.parametrize("database", IN_POSTGRESQL)
def test_what_is_rolled_back_wakes_nobody(database, ear, stop):
    wake(in_vain=True)
    assert not ear.wait(stop, SHORT_S)


@pytest.mark.parametrize("database", IN_POSTGRESQL)
def test_a_lost_connection_is_told_once_and_made_anew(database, ear, stop, caplog):
    stop.set()
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [ear._own.connection.info.backend_pid])
        assert not ear.wait(stop, LONG_S)
        assert not ear.wait(stop, SHORT_S)
        assert caplog.messages == ["workers cannot be woken now: they look each second"]
        caplog.clear()
    wake()
    assert ear.wait(stop, LONG_S)


@pytest.mark.parametrize("database", IN_POSTGRESQL)
def test_a_database_that_stays_away_is_told_once(database, stop, monkeypatch, caplog):
    ear = Ear()
    ear._own.settings_dict["NAME"] = "nowhere"
    stop.set()
    assert [ear.wait(stop, LONG_S) for _ in range(3)] == [False] * 3
    assert caplog.messages == ["workers cannot be woken now: they look each second"]


@pytest.mark.parametrize("database", IN_POSTGRESQL)
def test_a_worker_does_at_once_what_is_woken_and_the_rest_in_its_second(database, stop, monkeypatch):
    monkeypatch.setattr(periodic, "LONGEST_SLEEP_S", LONG_S)
    woken, own = threading.Event(), []
    with own_jobs():
        WOKEN.add("base.woken", woken.set)
        on_every_worker("base.own")(lambda: own.append(1))
        thread = threading.Thread(target=periodic.keep_ticking, args=(stop,))
        thread.start()
        for _ in range(LONG_S * 5):
            wake()
            if is_woken := woken.wait(0.1):
                break
        stop.set()
        wake()
        thread.join(2 * LONG_S)
    assert not thread.is_alive()
    assert is_woken
    assert own == [1]
