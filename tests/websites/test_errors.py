"""Errors whose sentence is made from what was found."""

from __future__ import annotations

from types import SimpleNamespace

from kopir.websites.errors import FileRefusedError, GateError


def test_a_refused_file_says_why():
    error = FileRefusedError("At most {limit} MB.", limit=10)
    assert str(error) == "At most 10 MB."


def test_the_gate_says_all_that_it_found():
    error = GateError([SimpleNamespace(message="One."), SimpleNamespace(message="Two.")])
    assert str(error) == "Repair this first, or write why it has to stay: One. Two."
    assert len(error.findings) == 2
