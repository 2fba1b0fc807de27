"""What the worker does for the record, each second."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.jobs import periodic

from .sealing import hand_over, seal_waiting


@periodic("audit.seal", every=timedelta(seconds=1))
def seal() -> None:
    """Chain what was committed, and hand the newest head to the bridge."""
    now = clock.now()
    seal_waiting(now=now)
    hand_over(now=now)
