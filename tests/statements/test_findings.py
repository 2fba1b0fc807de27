"""Readers are told of everything that the gate stops a page for."""

from __future__ import annotations

from kopir.statements.findings import TOLD
from kopir.websites.gate.findings import MUST


def test_every_finding_has_words_for_readers():
    assert set(TOLD) == set(MUST)
