"""The room's background work: each night every website is checked, and addresses elsewhere are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.jobs import enqueue, job, periodic
from kopir.duties.actions import CHECK, note_answer, score_website
from kopir.duties.asking import ask
from kopir.duties.packs import read_duties
from kopir.duties.queries import count_asked, find_website, list_hosts_to_ask, list_to_ask, list_websites

ASK: Final = "duties.ask"
PAUSE: Final = timedelta(seconds=3)
"""Between two questions to one host."""
MOST_ADDRESSES: Final = 100
"""How many addresses of one host are asked in a night."""

APART: Final = timedelta(seconds=60)
NIGHT: Final = timedelta(hours=12)
"""So far apart are the checks of two websites, and within this all of them."""


@periodic("duties.nightly", every=timedelta(days=1))
def check_all() -> None:
    """Ask for a check of every open website."""
    if read_duties(settings.KOPIR_COUNTRY) is not None:
        now, websites = clock.now(), list(list_websites())
        for number, website in enumerate(websites):
            due_at = now + number * min(APART, NIGHT / len(websites))
            enqueue(CHECK, key=f"{website.pk}:{now.date()}", due_at=due_at, website=website.pk)


@periodic("duties.links", every=timedelta(days=1))
def ask_links() -> None:
    """Have the addresses elsewhere asked, by one job for each host, so that no host hears two of them at once."""
    for host in list_hosts_to_ask(clock.now()):
        enqueue(ASK, host=host)


@job(ASK, attempts=1, can_wait=True)
def ask_host(*, host: str) -> None:
    """Ask one address of a host, and have the next one asked after a pause: no worker waits in between."""
    now = clock.now()
    finding = list_to_ask(host, now).first()
    if finding is None or count_asked(host, now) >= MOST_ADDRESSES:
        return
    note_answer(finding=finding, answer=ask(finding.address), now=now)
    enqueue(ASK, host=host, due_at=clock.now() + PAUSE)


@job(CHECK, limit_s=900, can_wait=True)
def check_one(*, website: int) -> None:
    """Check one website; one that was closed since is left alone."""
    found = find_website(website)
    if found is not None:
        score_website(website=found, actor=system_actor("duties.score"), now=clock.now())
