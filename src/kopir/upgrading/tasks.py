"""The room's background work: rounds over all websites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kopir.base.jobs import job
from kopir.upgrading.rounds import ROUND, go_round


@job(ROUND, limit_s=900)
def go(*, websites: Sequence[int], asked_at: str) -> None:
    """A part of a round."""
    go_round(websites, datetime.fromisoformat(asked_at))
