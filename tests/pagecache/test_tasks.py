"""What runs by itself."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from actors import NOW
from jobwork import own_jobs
from kopir.base import clock, periodic
from kopir.base.jobs import ON_EVERY_WORKER, PERIODIC, WOKEN
from kopir.base.periodic import tick_own
from kopir.base.waking import wake_workers
from kopir.pagecache import outbox, tasks
from kopir.pagecache.actions import touch_alone
from kopir.pagecache.models import Purge
from kopir.pagecache.tags import for_purge

pytestmark = pytest.mark.django_db


def test_every_worker_sends_what_a_dead_process_left(kept_pages):
    Purge.objects.create(tags=["a.b:1"], created_at=clock.now())
    assert ON_EVERY_WORKER.get("pagecache.send") is tasks.send
    tick_own()
    assert kept_pages.purges == [(frozenset(for_purge(["a.b:1"])), False)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("database", ["PostgreSQL"] if connection.vendor == "postgresql" else [])
def test_a_worker_of_another_host_is_woken_by_the_commit(database, kept_pages, monkeypatch):
    """It looks for nothing by itself here, and whoever touches sends nothing: what is purged, it was woken for."""
    assert WOKEN.get("pagecache.send") is tasks.send
    monkeypatch.setattr(periodic, "LONGEST_SLEEP_S", 30)
    monkeypatch.setattr(outbox._Send, "__call__", lambda _: None)
    stop, done = threading.Event(), threading.Event()

    def send() -> None:
        tasks.send()
        done.set()

    with own_jobs():
        WOKEN.add("pagecache.send", send)
        worker = threading.Thread(target=periodic.keep_ticking, args=(stop,))
        worker.start()
        for _ in range(100):
            touch_alone("a.b:1", "a.b:2")
            if is_woken := done.wait(0.1):
                break
        stop.set()
        wake_workers(connection)
        worker.join(60)
    assert not worker.is_alive()
    assert is_woken
    assert kept_pages.purges[0] == (frozenset(for_purge(["a.b:1", "a.b:2"])), False)


def test_old_rows_are_forgotten_by_one_of_them(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    Purge.objects.create(tags=["a.b:1"], created_at=NOW - timedelta(hours=2))
    PERIODIC.get("pagecache.prune").function()
    assert not Purge.objects.filter(tags=["a.b:1"]).exists()
