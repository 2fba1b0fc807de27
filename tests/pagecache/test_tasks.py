"""What runs by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actors import NOW
from kopir.base import clock
from kopir.base.jobs import ON_EVERY_WORKER, PERIODIC
from kopir.base.periodic import tick_own
from kopir.pagecache import tasks
from kopir.pagecache.models import Purge
from kopir.pagecache.tags import for_purge

pytestmark = pytest.mark.django_db


def test_every_worker_sends_what_a_dead_process_left(kept_pages):
    Purge.objects.create(tags=["a.b:1"], created_at=clock.now())
    assert ON_EVERY_WORKER.get("pagecache.send") is tasks.send
    tick_own()
    assert kept_pages.purges == [(frozenset(for_purge(["a.b:1"])), False)]


def test_old_rows_are_forgotten_by_one_of_them(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    Purge.objects.create(tags=["a.b:1"], created_at=NOW - timedelta(hours=2))
    PERIODIC.get("pagecache.prune").function()
    assert not Purge.objects.filter(tags=["a.b:1"]).exists()
