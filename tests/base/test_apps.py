"""At start-up the periodic work of every room is known, without anybody naming the rooms."""

from __future__ import annotations

import sys

from django.apps import apps

from codebase import SOURCE
from kopir.base.jobs import PERIODIC


def test_the_tasks_of_every_room_are_loaded():
    rooms = [path.parent.name for path in SOURCE.glob("*/tasks.py")]
    assert "base" in rooms
    assert all(f"kopir.{room}.tasks" in sys.modules for room in rooms)
    assert "base.recover_jobs" in PERIODIC


def test_starting_twice_changes_nothing():
    before = list(PERIODIC)
    apps.get_app_config("base").ready()
    assert list(PERIODIC) == before
