"""The room's background work: each night every website is checked."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.jobs import enqueue, job, periodic
from kopir.duties.actions import CHECK, score_website
from kopir.duties.packs import read_duties
from kopir.duties.queries import find_website, list_websites


@periodic("duties.nightly", every=timedelta(days=1))
def check_all() -> None:
    """Ask for a check of every open website."""
    if read_duties(settings.KOPIR_COUNTRY) is not None:
        for website in list_websites():
            enqueue(CHECK, website=website.pk)


@job(CHECK, limit_s=900)
def check_one(*, website: int) -> None:
    """Check one website; one that was closed since is left alone."""
    found = find_website(website)
    if found is not None:
        score_website(website=found, actor=system_actor("duties.score"), now=clock.now())
