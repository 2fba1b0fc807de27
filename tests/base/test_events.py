"""Events: after commit, to the handlers of their class, and never the emitter's trouble."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from kopir.base import events


@dataclass(frozen=True)
class Boiled:
    pot: int


@dataclass(frozen=True)
class BoiledOver(Boiled):
    pass


@pytest.fixture
def heard() -> Iterator[list[object]]:
    heard: list[object] = []
    events.subscribe(Boiled, heard.append)
    yield heard
    events.unsubscribe(Boiled, heard.append)


@pytest.mark.django_db(transaction=True)
def test_an_event_is_heard_after_commit_and_no_earlier(heard):
    with transaction.atomic():
        events.emit(Boiled(1))
        assert heard == []
    assert heard == [Boiled(1)]
    events.emit(Boiled(2))
    assert heard == [Boiled(1), Boiled(2)]


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_heard(heard):
    with transaction.atomic():
        events.emit(Boiled(1))
        transaction.set_rollback(True)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_events_of_other_classes_are_not_heard(heard):
    events.emit(BoiledOver(1))
    events.emit("boiled")
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_handler_subscribed_twice_hears_once(heard):
    events.subscribe(Boiled, heard.append)
    events.emit(Boiled(1))
    assert heard == [Boiled(1)]


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_fails_is_logged_and_harms_nobody(heard, caplog):
    def fail(event: Boiled) -> None:
        raise ZeroDivisionError

    events.unsubscribe(Boiled, heard.append)
    events.subscribe(Boiled, fail)
    events.subscribe(Boiled, heard.append)
    try:
        with transaction.atomic():
            events.emit(Boiled(1))
            events.emit(Boiled(2))
    finally:
        events.unsubscribe(Boiled, fail)
    assert heard == [Boiled(1), Boiled(2)]
    failures = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in failures] == ["event handler failed"] * 2
    assert "fail" in failures[0].handler
    assert failures[0].event_class == "Boiled"
