"""Readers are told of every barrier that the gate stops a page for."""

from __future__ import annotations

from kopir.statements.findings import TOLD
from kopir.websites.gate.findings import MUST

NO_BARRIERS = {"shared_gone"}
"""What stops a page, and is in nobody's way: words that are not there."""


def test_every_finding_has_words_for_readers():
    assert set(TOLD) == set(MUST) - NO_BARRIERS
