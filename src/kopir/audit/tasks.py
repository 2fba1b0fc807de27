"""What the worker does for the record, each second."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.jobs import periodic

from .sealing import hand_over, seal_waiting


@periodic("audit.seal", every=timedelta(seconds=1))
def seal() -> None:
    """Chain what was committed."""
    seal_waiting(now=clock.now())


@periodic("audit.hand_over", every=timedelta(seconds=1))
def give_head() -> None:
    """Hand the newest head to the bridge; apart from sealing, so that a bridge that hangs delays no seal."""
    hand_over(now=clock.now())
