"""The room's background work."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.jobs import enqueue, job, periodic
from kopir.bodies.queries import get_country
from kopir.websites import queries
from kopir.websites.actions import bundles, media, reminding, scheduling
from kopir.websites.models import WebsiteState
from kopir.websites.staleness import RENDITIONS


@job(RENDITIONS, limit_s=600)
def make_renditions(*, page: int) -> None:
    """Make the pictures of a published page in the sizes in which it shows them."""
    media.make_renditions_of(page)


@periodic("websites.follow_clock", every=timedelta(seconds=1))
def follow_clock() -> None:
    """Ask for a job for each version and bundle whose instant has come and each page whose time is over, once each."""
    now = clock.now()
    for revision, instant in queries.list_due(now):
        enqueue("websites.publish_due", key=f"{revision}:{instant.isoformat()}", revision=revision)
    for bundle, instant in queries.list_due_bundles(now):
        enqueue("websites.send_bundle", key=f"{bundle}:{instant.isoformat()}", bundle=bundle)
    for page, instant in queries.list_expired(now):
        enqueue("websites.expire", key=f"{page}:{instant.isoformat()}", page=page)


@periodic("websites.find_overdue", every=timedelta(hours=1))
def find_overdue() -> None:
    """Ask, once a day, for the letters of each website about pages that are to be looked at again."""
    today = clock.today(get_country().zone)
    for website in queries.list_websites().filter(state=WebsiteState.OPEN):
        if queries.list_to_remind(website, today).exists():
            enqueue("websites.remind", key=f"{website.pk}:{today}", website=website.pk)


@job("websites.remind")
def remind(*, website: int) -> None:
    """Tell whoever looks after the pages of a website that are overdue."""
    found = queries.list_websites().get(pk=website)
    reminding.remind(website=found, today=clock.today(get_country().zone), now=clock.now())


@job("websites.publish_due")
def publish_due(*, revision: int) -> None:
    """Show a version whose instant has come."""
    scheduling.publish_due(revision_id=revision, now=clock.now())


@job("websites.send_bundle")
def send_bundle(*, bundle: int) -> None:
    """Show the pages of a bundle whose instant has come."""
    bundles.send_bundle(bundle_id=bundle, now=clock.now())


@job("websites.expire")
def expire(*, page: int) -> None:
    """Take down a page whose time is over."""
    scheduling.expire_page(page_id=page, now=clock.now())
