"""The work of this room's own accord: every host takes what others have touched, and old rows are forgotten."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.jobs import on_every_worker, periodic

from . import outbox


@on_every_worker("pagecache.send", is_woken=True)
def send() -> None:
    """Purge on this host what other hosts have touched, and what a process left that died before it purged."""
    outbox.take(now=clock.now())


@periodic("pagecache.prune", every=timedelta(minutes=10))
def prune() -> None:
    """Forget old rows."""
    outbox.prune(now=clock.now())
