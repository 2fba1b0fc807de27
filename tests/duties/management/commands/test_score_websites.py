"""`manage.py score_websites`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kopir.duties import actions
from kopir.duties.models import Score


def run(*words):
    told = StringIO()
    call_command("score_websites", *words, stdout=told)
    return told.getvalue()


def test_all_open_websites(education, finance):
    assert run().count("\n") == 2
    assert Score.objects.count() == 2


def test_those_that_are_named(education, finance):
    assert run("ministry-of-finance").startswith("ministry-of-finance: ")
    assert Score.objects.get().website == finance


def test_a_country_without_duties(education, monkeypatch):
    monkeypatch.setattr(actions, "read_duties", lambda place: None)
    with pytest.raises(CommandError, match=r"duties\.toml"):
        run()
