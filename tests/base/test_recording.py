"""Actions of the lowest room are recorded by whoever registered, or not done at all."""

from __future__ import annotations

import pytest

from kopir.base import recording
from kopir.base.registry import Registry


def test_whoever_registered_is_told(monkeypatch):
    told: list[dict[str, object]] = []
    recorders = Registry("recorder")
    recorders.add("test", lambda **facts: told.append(facts))
    monkeypatch.setattr(recording, "RECORDERS", recorders)
    recording.record(action="base.rerun_job", subject="base.job:1")
    assert told == [{"action": "base.rerun_job", "subject": "base.job:1"}]


def test_where_nobody_records_nothing_is_done(monkeypatch):
    monkeypatch.setattr(recording, "RECORDERS", Registry("recorder"))
    with pytest.raises(LookupError, match="nobody records"):
        recording.record(action="base.rerun_job")
