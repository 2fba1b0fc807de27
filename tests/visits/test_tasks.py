"""Each worker takes what lies on its machine, every tenth second."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.edge import SEEN
from kopir.visits import tasks
from kopir.visits.models import Views


def test_what_was_counted_is_taken_each_tenth_second_and_forgotten(education, lay, now, monkeypatch):
    lay(SEEN, "kz.localhost", "/kk/ministry-of-education/", 1)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=1))
    tasks.take()
    assert not Views.objects.exists()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=10))
    tasks.take()
    assert Views.objects.get().count == 1
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=402))
    tasks.forget()
    assert not Views.objects.exists()
