"""Urgent words come from a source above and are drawn over the page."""

from __future__ import annotations

from kopir.base.registry import Registry
from kopir.design import urgent
from kopir.design.urgent import Urgent, list_urgent


def test_words_of_every_source_come_in_order(monkeypatch):
    sources = Registry("source of urgent words")
    sources.add("first", lambda body_id, region_id: [Urgent(f"{body_id} {region_id}", "")])
    sources.add("second", lambda body_id, region_id: [Urgent("b", "")])
    monkeypatch.setattr(urgent, "SOURCES", sources)
    assert [word.title for word in list_urgent(7, None)] == ["7 None", "b"]
