"""The command that builds the index anew."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kopir.search.index import holding
from kopir.search.queries import search


def test_it_says_how_much_is_found(shelf):
    shelf.put("1", "Су қоймасы")
    told = StringIO()
    call_command("rebuild_search", stdout=told)
    assert told.getvalue() == "The index holds 1 objects.\n"
    assert search("қойма", "kk").total == 1


def test_it_says_when_somebody_else_is_at_it(shelf, folder):
    with holding(folder, is_building=True), pytest.raises(CommandError, match="Wait until that is done"):
        call_command("rebuild_search")
