"""Rooms with tables: each has its migrations, and they say what the models say."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from codebase import SOURCE, list_rooms

OURS = [config for config in apps.get_app_configs() if config.name.startswith("kopir.")]


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_a_room_with_tables_has_migrations(config):
    """Without the package `makemigrations --check` passes the room over in silence."""
    if list(config.get_models()):
        assert (SOURCE / config.label / "migrations" / "__init__.py").is_file()
        assert list((SOURCE / config.label / "migrations").glob("0001_*.py")), "make the first one: makemigrations"


@pytest.mark.django_db
def test_migrations_say_what_the_models_say():
    told = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=told, stderr=told)
    except SystemExit:
        pytest.fail(f"the remedy: manage.py makemigrations\n{told.getvalue()}")


def test_a_room_is_called_like_its_app():
    assert [config.name for config in OURS] == [f"kopir.{config.label}" for config in OURS]
    assert {config.label for config in OURS} <= set(list_rooms())


def test_ids_are_large_and_those_of_people_tell_nothing():
    found = {
        config.label: type(model._meta.pk)
        for config in OURS
        for model in config.get_models()
        if isinstance(model._meta.pk, models.AutoField) and not isinstance(model._meta.pk, models.BigAutoField)
    }
    assert found == {}
    assert isinstance(apps.get_model("accounts", "User")._meta.pk, models.UUIDField)
