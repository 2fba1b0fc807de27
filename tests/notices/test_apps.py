"""What the room brings at start-up."""

from __future__ import annotations

from kopir.accounts.events import LetterDue
from kopir.base import events
from kopir.base.jobs import PERIODIC, WORKS
from kopir.notices.receivers import receive
from kopir.notices.sending import DELIVER


def test_it_listens_and_works():
    assert receive in events._handlers[LetterDue]
    assert DELIVER in WORKS
    assert "notices.prune" in PERIODIC
