"""What workers do for search."""

from __future__ import annotations

from datetime import timedelta

from kopir.base.jobs import ON_EVERY_WORKER, PERIODIC
from kopir.search import tasks
from kopir.search.models import Change
from kopir.search.queries import search


def test_every_worker_indexes_and_one_of_them_prunes(shelf, monkeypatch):
    assert ON_EVERY_WORKER.get("search.index") is tasks.index
    assert PERIODIC.get("search.prune").function is tasks.prune
    shelf.put("1", "Су қоймасы")
    tasks.index()
    assert [str(hit.title) for hit in search("қойма", "kk").hits] == ["Су қоймасы"]
    tasks.prune()
    assert Change.objects.count() == 1
    monkeypatch.setattr("kopir.search.outbox.KEEP", -timedelta(seconds=1))
    tasks.prune()
    assert not Change.objects.exists()
