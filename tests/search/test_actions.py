"""What rooms say and operators do: changes in the caller's transaction, a whole rebuild."""

from __future__ import annotations

import pytest

from kopir.search import actions
from kopir.search.errors import IndexBusyError
from kopir.search.index import holding
from kopir.search.models import Change
from kopir.search.queries import search
from shelves import NAME


def test_changes_stand_in_the_outbox_each_once(shelf):
    actions.changed(NAME, [3, "3", 4])
    assert [str(each) for each in Change.objects.order_by("pk")] == ["tests.note:3", "tests.note:4"]


def test_a_source_that_nobody_registered_is_a_fault(shelf):
    with pytest.raises(LookupError, match="no source of documents"):
        actions.changed("tests.nothing", [1])


def test_a_rebuild_holds_everything_visible(shelf):
    shelf.put("1", "Су қоймасы")
    shelf.put("2", "Су бағасы")
    shelf.hidden.add("2")
    Change.objects.all().delete()
    assert actions.rebuild() == 2
    assert [str(hit.title) for hit in search("су", "kk").hits] == ["Су қоймасы"]


def test_a_rebuild_of_nothing_is_an_index_too(shelf):
    assert actions.rebuild() == 0
    assert search("су", "kk").is_available


def test_two_do_not_rebuild_at_once(shelf, folder):
    with holding(folder, is_building=True), pytest.raises(IndexBusyError, match="being built anew already"):
        actions.rebuild()


def test_a_rebuild_waits_for_whoever_writes(shelf, folder, monkeypatch):
    waited = []
    writing = holding(folder)
    writing.__enter__()

    def sleep(seconds):
        waited.append(seconds)
        writing.__exit__(None, None, None)

    monkeypatch.setattr("kopir.search.actions.time.sleep", sleep)
    assert actions.rebuild() == 0
    assert len(waited) == 1
