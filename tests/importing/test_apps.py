"""What the room tells others at its start."""

from __future__ import annotations

from kopir.audit.names import ACTIONS
from kopir.importing.deeds import ACTIONS as OWN


def test_its_deeds_have_words_for_auditors():
    assert {code: ACTIONS.get(code) for code in OWN} == OWN
