"""The periodic work of this room: it keeps the jobs of all rooms in order."""

from __future__ import annotations

from datetime import timedelta

from . import clock, running
from .jobs import periodic


@periodic("base.recover_jobs", every=timedelta(minutes=1))
def recover_jobs() -> None:
    """Take up what dead workers left."""
    running.recover(now=clock.now())


@periodic("base.prune_jobs", every=timedelta(hours=1))
def prune_jobs() -> None:
    """Forget what was done long ago."""
    running.prune(now=clock.now())
