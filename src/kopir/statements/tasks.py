"""The room's background work: each night every open website is checked."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.jobs import enqueue, job, periodic
from kopir.statements import actions, queries


@periodic("statements.nightly", every=timedelta(days=1))
def check_all() -> None:
    """Ask for a check of every open website."""
    for website in queries.list_open():
        enqueue(actions.CHECK, website=website.pk)


@job(actions.CHECK, limit_s=900)
def check_one(*, website: int) -> None:
    """Check one website; one that was closed since is left alone."""
    found = queries.list_open().filter(pk=website).first()
    if found is not None:
        actions.check_website(website=found, actor=system_actor("statements.check"), now=clock.now())
