"""Commands of manage.py that this room brings."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from jobwork import Calls, own_jobs
from kopir.base import worker
from kopir.base.jobs import enqueue, job


@pytest.mark.django_db
def test_the_worker_does_what_is_due_once():
    with own_jobs():
        calls = job("base.boil")(Calls())
        enqueue("base.boil")
        call_command("worker", "--once")
    assert len(calls) == 1


def test_the_worker_works_until_it_is_stopped(monkeypatch):
    runs: list[bool] = []
    monkeypatch.setattr(worker, "run", lambda: runs.append(True))
    call_command("worker")
    assert runs == [True]
