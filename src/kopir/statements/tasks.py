"""The room's background work: each night every open website is checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.jobs import enqueue, job, periodic
from kopir.statements import actions, queries

APART: Final = timedelta(seconds=15)
NIGHT: Final = timedelta(hours=12)
"""So far apart are the checks of two websites, and within this all of them."""


@periodic("statements.nightly", every=timedelta(days=1))
def check_all() -> None:
    """Ask for a check of every open website."""
    now, websites = clock.now(), list(queries.list_open().order_by("pk"))
    for number, website in enumerate(websites):
        due_at = now + number * min(APART, NIGHT / len(websites))
        enqueue(actions.CHECK, key=f"{website.pk}:{now.date()}", due_at=due_at, website=website.pk)


@job(actions.CHECK, limit_s=900, can_wait=True)
def check_one(*, website: int) -> None:
    """Check one website; one that was closed since is left alone."""
    found = queries.list_open().filter(pk=website).first()
    if found is not None:
        actions.check_website(website=found, actor=system_actor("statements.check"), now=clock.now())
