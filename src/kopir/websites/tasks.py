"""The room's background work."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.jobs import enqueue, job, periodic
from kopir.websites import queries
from kopir.websites.actions import media, scheduling


@job(media.RENDITIONS, limit_s=600)
def make_renditions(*, page: int) -> None:
    """Make the pictures of a published page in the sizes in which it shows them."""
    media.make_renditions_of(page)


@periodic("websites.follow_clock", every=timedelta(seconds=1))
def follow_clock() -> None:
    """Ask for a job for each version whose instant has come and each page whose time is over, once for each instant."""
    now = clock.now()
    for revision, instant in queries.list_due(now):
        enqueue("websites.publish_due", key=f"{revision}:{instant.isoformat()}", revision=revision)
    for page, instant in queries.list_expired(now):
        enqueue("websites.expire", key=f"{page}:{instant.isoformat()}", page=page)


@job("websites.publish_due")
def publish_due(*, revision: int) -> None:
    """Show a version whose instant has come."""
    scheduling.publish_due(revision_id=revision, now=clock.now())


@job("websites.expire")
def expire(*, page: int) -> None:
    """Take down a page whose time is over."""
    scheduling.expire_page(page_id=page, now=clock.now())
