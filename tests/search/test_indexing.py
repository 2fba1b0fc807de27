"""Workers and the index: it follows the database through crashes, faults, restores and rebuilds."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection, transaction

from jobwork import own_jobs
from kopir.base import periodic
from kopir.base.jobs import on_every_worker
from kopir.search import indexing, outbox, tasks
from kopir.search.actions import rebuild
from kopir.search.index import PANIC, Mark, find_current, get_reader, holding, read_mark, writing
from kopir.search.models import Change, Outbox
from kopir.search.queries import search
from shelves import NAME, get_path, keep_up


def titles(text, language="kk", **options):
    return [str(hit.title) for hit in search(text, language, **options).hits]


def get_mark(folder):
    return read_mark(*get_reader(folder).get_searcher())


def test_what_is_put_is_found_what_is_changed_is_found_anew_what_is_taken_is_gone(shelf):
    shelf.put("1", "Су қоймасы")
    keep_up()
    assert titles("қойма") == ["Су қоймасы"]
    shelf.put("1", "Көпір жөндеу")
    shelf.put("2", "Су бағасы")
    keep_up()
    assert (titles("қойма"), titles("көпір"), titles("баға")) == ([], ["Көпір жөндеу"], ["Су бағасы"])
    shelf.take("1")
    keep_up()
    assert titles("көпір") == []


def test_each_language_has_its_document(shelf):
    shelf.put("1", "Су қоймасы")
    shelf.put("1", "Водохранилище", language="ru")
    keep_up()
    assert titles("қойма") == ["Су қоймасы"]
    assert titles("водохранилище", "ru") == ["Водохранилище"]


def test_what_was_rolled_back_is_never_found(shelf):
    keep_up()
    with transaction.atomic():
        shelf.put("1", "Су қоймасы")
        transaction.set_rollback(True)
    keep_up()
    assert titles("қойма") == []
    assert not Change.objects.exists()


def test_a_crash_between_reading_and_commit_loses_nothing(shelf, folder, monkeypatch):
    keep_up()
    shelf.put("1", "Су қоймасы")
    with monkeypatch.context() as patch:
        patch.setattr("kopir.search.index.Writer.commit", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keep_up(1)
    assert titles("қойма") == []
    keep_up(1)
    assert titles("қойма") == ["Су қоймасы"]


def test_what_was_taken_is_not_taken_again(shelf, folder, monkeypatch):
    shelf.put("1", "Су қоймасы")
    keep_up()
    mark = get_mark(folder)
    monkeypatch.setattr(indexing, "writing", lambda _: pytest.fail("there is nothing to write"))
    keep_up()
    assert get_mark(folder) == mark


def test_an_object_that_cannot_be_read_stops_no_other(shelf, caplog):
    keep_up()
    for key in "123":
        shelf.put(key, f"Су қоймасы {key}")
    shelf.broken.add("2")
    keep_up(1)
    assert sorted(titles("қойма")) == ["Су қоймасы 1", "Су қоймасы 3"]
    assert [record.key for record in caplog.records if hasattr(record, "key")] == ["2"]


def test_a_database_that_is_away_is_no_object_that_cannot_be_read(shelf):
    def visible(keys):
        raise OperationalError("away")

    broken = type(shelf.source)(NAME, shelf.load, visible, shelf.list_ids)
    with pytest.raises(OperationalError):
        indexing.gather(broken, ["1"])


def test_what_is_not_visible_is_not_even_read(shelf):
    shelf.put("1", "Су қоймасы")
    shelf.hidden.add("1")
    shelf.broken.add("1")
    assert indexing.gather(shelf.source, ["1", "2"]) == {"1": [], "2": []}


def test_a_source_that_is_gone_takes_its_documents_along(shelf):
    shelf.put("1", "Су қоймасы")
    keep_up()
    Change.objects.create(source="tests.gone", key="1", created_at=Change.objects.first().created_at)
    keep_up()
    assert titles("қойма") == ["Су қоймасы"]


@pytest.mark.parametrize("break_it", ["database", "older backup", "removed rows", "no file", "no mark"])
def test_an_index_that_cannot_go_on_is_built_anew(shelf, folder, break_it):
    shelf.put("1", "Су қоймасы")
    keep_up()
    before = get_path(folder)
    if break_it == "database":
        Outbox.objects.all().delete()
    elif break_it == "older backup":
        Outbox.objects.update(last=0)
        Change.objects.all().delete()
    elif break_it == "removed rows":
        Outbox.objects.update(last=9, removed=8)
    elif break_it == "no file":
        (before / "meta.json").unlink()
    else:
        with writing(before) as writer:
            writer.commit(Mark("", 0))
    keep_up()
    assert get_path(folder) != before
    assert titles("қойма") == ["Су қоймасы"]


@pytest.mark.parametrize("error", [ValueError, OSError, type(PANIC, (BaseException,), {})])
def test_an_index_whose_mark_cannot_be_read_is_built_anew(shelf, folder, monkeypatch, error):
    shelf.put("1", "Су қоймасы")
    keep_up()
    before = get_path(folder)
    with monkeypatch.context() as patch:
        patch.setattr("kopir.search.index.read_mark", Mock(side_effect=error))
        keep_up(1)
    keep_up()
    assert get_path(folder) != before
    assert titles("қойма") == ["Су қоймасы"]


def test_changes_during_a_build_are_in_it(shelf, folder, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 1)
    for key in "123":
        shelf.put(key, f"Су қоймасы {key}")
    steps = indexing.build(folder)
    assert next(steps) == 1
    shelf.put("1", "Көпір жөндеу")
    shelf.take("3")
    shelf.put("4", "Су бағасы")
    assert list(steps)[-1] == 3
    assert sorted(titles("су")) == ["Су бағасы", "Су қоймасы 2"]
    assert titles("көпір") == ["Көпір жөндеу"]


def test_the_former_index_is_read_and_written_until_the_build_is_done(shelf, folder, monkeypatch):
    shelf.put("1", "Су қоймасы")
    keep_up()
    before = get_path(folder)
    steps = indexing.build(folder)
    next(steps)
    shelf.put("2", "Су бағасы")
    keep_up()
    assert (get_path(folder), sorted(titles("су"))) == (before, ["Су бағасы", "Су қоймасы"])
    with holding(folder):
        assert next(steps) is None  # somebody writes: it waits
        assert get_path(folder) == before
    assert list(steps) == [1]
    assert sorted(titles("су")) == ["Су бағасы", "Су қоймасы"]
    assert [path for path in folder.iterdir() if path.is_dir()] == [get_path(folder)]


def test_a_build_that_dies_is_begun_anew(shelf, folder, monkeypatch):
    shelf.put("1", "Су қоймасы")
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "make_index", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keep_up(1)
    keep_up()
    assert titles("қойма") == ["Су қоймасы"]


def test_who_may_not_write_does_nothing(shelf, folder, monkeypatch):
    shelf.put("1", "Су қоймасы")
    with holding(folder):
        keep_up()
    assert find_current(folder) is None
    with holding(folder, is_building=True):
        assert list(indexing.build(folder)) == []


def test_two_machines_have_an_index_each(shelf, folder, settings, tmp_path):
    shelf.put("1", "Су қоймасы")
    keep_up()
    shelf.put("2", "Су бағасы")
    settings.KOPIR_FOLDER = tmp_path / "other"
    keep_up()
    assert sorted(titles("су")) == ["Су бағасы", "Су қоймасы"]
    settings.KOPIR_FOLDER = tmp_path
    assert titles("су") == ["Су қоймасы"]
    keep_up()
    assert sorted(titles("су")) == ["Су бағасы", "Су қоймасы"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_finds_a_new_page_by_itself(shelf):
    """The loop of a real worker in a thread of its own, with its own connection."""
    stop = threading.Event()
    with own_jobs():
        on_every_worker("search.index")(tasks.index)
        thread = threading.Thread(target=periodic.keep_ticking, args=(stop,))
        thread.start()
        try:
            with transaction.atomic():
                shelf.put("1", "Су қоймасы")
            for _ in range(600):
                if titles("қойма"):
                    break
                time.sleep(0.1)
        finally:
            stop.set()
            thread.join()
    assert titles("қойма") == ["Су қоймасы"]
    connection.close()


def test_a_process_killed_while_it_writes_leaves_lock_and_index_whole(shelf, folder):
    shelf.put("1", "Су қоймасы")
    rebuild()
    code = f"""
import os, sys
from pathlib import Path
from kopir.search.index import find_current, holding, writing
folder = Path({str(folder)!r})
with holding(folder) as may_write, writing(find_current(folder)) as writer:
    writer.replace({NAME!r}, "1", [])
    print(may_write, flush=True)
    os.kill(os.getpid(), 9)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stdout == "True\n", told.stderr
    assert titles("қойма") == ["Су қоймасы"]
    shelf.put("2", "Су бағасы")
    keep_up()
    assert titles("баға") == ["Су бағасы"]
