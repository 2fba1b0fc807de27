"""What workers do for search: each keeps the index of its machine, one of them forgets old rows of the outbox."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.jobs import on_every_worker, periodic
from kopir.search import indexing, outbox
from kopir.search.actions import get_folder


@on_every_worker("search.index")
def index() -> None:
    """Take what was committed since."""
    indexing.keep_up(get_folder())


@periodic("search.prune", every=timedelta(hours=1))
def prune() -> None:
    """Forget what every index has had for days."""
    outbox.remove_old(now=clock.now())
