"""The job that has a room recompute."""

from __future__ import annotations

from datetime import date

import pytest

from kopir.base.registry import Registry
from kopir.bodies import tasks
from kopir.bodies.events import CalendarChanged


def test_the_named_room_gets_the_change(monkeypatch):
    heard, registry = [], Registry("recomputation")
    registry.add("tests.deadlines", heard.append)
    monkeypatch.setattr(tasks, "RECOMPUTATIONS", registry)
    tasks.recompute(work="tests.deadlines", version=2, days=["2026-03-30"], years=[2029])
    assert heard == [CalendarChanged(2, (date(2026, 3, 30),), (2029,))]
    with pytest.raises(LookupError, match=r"no recomputation 'tests\.gone'"):
        tasks.recompute(work="tests.gone", version=2, days=[], years=[])
