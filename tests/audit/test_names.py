"""What rows speak of is called as the rooms above say."""

from __future__ import annotations

import pytest

from kopir.audit.names import NAMES, find_names


@pytest.fixture
def sources(monkeypatch):
    calls = []

    def find(ids):
        calls.append(ids)
        return {"1": "Ministry", "2": "Agency", "9": "not asked for"}

    monkeypatch.setattr(NAMES, "_things", {"bodies.body": find})
    return calls


def test_each_kind_is_asked_once(sources):
    found = find_names(["bodies.body:2", "bodies.body:3", "bodies.body:2", "accounts.user:1"])
    assert found == {"bodies.body:2": "Agency"}
    assert sources == [["2", "3"]]


def test_nobody_is_asked_for_nothing(sources):
    assert find_names([]) == {}
    assert sources == []
