"""The room as an app: the guard stands before the first query."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

from kopir.pagecache.guard import watch


@pytest.mark.django_db
def test_the_guard_stands_at_the_connection_and_at_every_later_one():
    connection.ensure_connection()
    assert watch in connection.execute_wrappers
    apps.get_app_config("pagecache").ready()
    assert connection.execute_wrappers.count(watch) == 1
    assert connection_created.has_listeners(type(connection))


def test_the_middleware_stands_outermost_and_innermost():
    own = [name for name in settings.MIDDLEWARE if name.startswith("kopir.pagecache.")]
    assert own == ["kopir.pagecache.middleware.Keeping", "kopir.pagecache.middleware.Recorder"]
    assert settings.MIDDLEWARE[-1] == own[1]
    setters = {"sessions.middleware", "messages.middleware", "csrf.Csrf", "accounts.middleware", "locale.Locale"}
    first = settings.MIDDLEWARE.index(own[0])
    assert [name for name in settings.MIDDLEWARE[:first] if any(part in name for part in setters)] == []
