"""What rows speak of is called as the rooms above say."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from codebase import SOURCE
from kopir.audit.names import ACTIONS, NAMES, find_names, tell_action, tell_subject


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


ROOMS = ("accounts", "audit", "base", "bodies", "notices")
CODE = re.compile(rf'"((?:{"|".join(ROOMS)})\.[a-z_]+)"')
RECORDED = re.compile(rf'(?:\baction=|_record\([^")]*){CODE.pattern}')


def test_every_action_that_is_recorded_has_words_and_no_other():
    sources = "".join(path.read_text("utf-8") for room in ROOMS for path in (SOURCE / room).rglob("*.py"))
    told = {code for code, _ in ACTIONS if code.partition(".")[0] in ROOMS}
    assert len(told) > 40
    assert set(RECORDED.findall(sources)) - told == set()
    said_once = {code for code in told if CODE.findall(sources).count(code) < 2}
    assert said_once == set(), "nobody records it"


def test_what_was_done_is_told_in_words():
    with translation.override("en"):
        assert tell_action("bodies.move_body") == "Moved a body"
        assert tell_action("rooms.unknown") == "rooms.unknown"


def test_what_has_no_name_is_told_by_its_kind():
    user = "accounts.user:7f9d2a10-1111-2222-3333-444455556666"
    with translation.override("en"):
        assert tell_subject("bodies.body:1", {"bodies.body:1": "Ministry"}) == "Ministry"
        assert tell_subject("base.job:12", {}) == "Job 12"
        assert tell_subject(user, {}) == "Person 7f9d2a10"
        assert tell_subject("accounts.portals:all", {}) == "Portals of other countries"
        assert tell_subject("rooms.thing:1", {}) == "rooms.thing:1"
