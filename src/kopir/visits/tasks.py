"""The room's background work: each machine's worker takes what was counted there, each night what is old goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kopir.base import clock
from kopir.base.jobs import on_every_worker, periodic
from kopir.visits import actions

EACH_S: Final = 10
"""Workers look each second; each tenth one is enough, and takes many counts of a page together."""


@on_every_worker("visits.take")
def take() -> None:
    """Take over what was counted on this machine."""
    if clock.now().second % EACH_S == 0:
        actions.take_visits()


@periodic("visits.forget", every=timedelta(days=1))
def forget() -> None:
    """Forget what is old."""
    actions.forget_visits(now=clock.now())
