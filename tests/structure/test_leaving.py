"""What a test leaves behind is found: each kind is left once, and put back."""

from __future__ import annotations

import logging
import signal
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_started
from wagtail.actions.delete_page import DeletePageAction
from wagtail.models import Page

import leaving
from kopir.base import events
from kopir.base.jobs import PERIODIC
from kopir.pagecache import recorder

NAME = "of a test"


def _receive(*_facts: Any, **_options: Any) -> None:
    """Nothing is done with what is told."""


@contextmanager
def _registered():
    PERIODIC._things[NAME] = PERIODIC._things[next(iter(PERIODIC._things))]
    yield
    del PERIODIC._things[NAME]


@contextmanager
def _subscribed():
    events.subscribe(type(None), _receive)
    yield
    events.unsubscribe(type(None), _receive)


@contextmanager
def _connected():
    request_started.connect(_receive)
    yield
    request_started.disconnect(_receive)


@contextmanager
def _recording():
    token = recorder._current.set(recorder.Recording())
    yield
    recorder._current.reset(token)


@contextmanager
def _handled():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


@contextmanager
def _patched(*facts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*facts)
        yield


@contextmanager
def _deleted(*facts):
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(*facts)
        yield


@contextmanager
def _elsewhere():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir("/")
        yield


@contextmanager
def _told():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OF_A_TEST", "1")
        yield


LEFT = {
    "a hook that is gone": (_deleted(Page, "from_db"), ["Page.from_db"]),
    "a method of ours that is gone": (
        _patched(DeletePageAction, "_delete_page", _receive),
        ["DeletePageAction._delete_page"],
    ),
    "an entry of a registry": (_registered(), ["the registry of each periodic job"]),
    "a handler of events": (_subscribed(), ["handlers of events"]),
    "a receiver of a signal": (_connected(), ["receivers of request_started"]),
    "a recording": (_recording(), ["the variable recording"]),
    "a setting": (_patched(vars(settings)["_wrapped"], "KOPIR_COUNTRY", "tj"), ["settings"]),
    "a variable": (_told(), ["the environment"]),
    "a folder": (_elsewhere(), ["the current folder"]),
    "a handler of SIGTERM": (_handled(), ["a handler of signals"]),
    "a level": (_patched(logging.getLogger("kopir"), "level", 1), ["levels or handlers of logs"]),
}


@pytest.mark.parametrize("leave", LEFT)
def test_what_is_left_is_named(leave):
    left, names = LEFT[leave]
    before = leaving.look()
    with left:
        assert leaving.find_left(before, leaving.look(), has_loaded=False) == names
    assert leaving.find_left(before, leaving.look(), has_loaded=False) == []


def test_what_modules_that_were_loaded_meanwhile_add_is_theirs():
    before = leaving.look()
    with _connected(), _registered(), _told():
        assert leaving.find_left(before, leaving.look(), has_loaded=True) == ["the environment"]


def test_a_test_that_leaves_something_fails_and_says_what():
    check = leaving.all_is_as_before._get_wrapped_function()
    running = check(type("Request", (), {"node": type("Node", (), {"name": "test_it"})}))
    next(running)
    with (
        _told(),
        pytest.raises(pytest.fail.Exception, match="test_it leaves the environment changed"),
    ):
        next(running)


def test_what_monkeypatch_changes_is_put_back_before_it_is_compared(monkeypatch):
    before = leaving.look()
    monkeypatch.setenv("OF_A_TEST", "1")
    assert leaving.find_left(before, leaving.look(), has_loaded=False) == ["the environment"]
