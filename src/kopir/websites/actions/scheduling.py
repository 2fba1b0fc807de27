"""What happens to pages by the clock: what was approved for an instant goes live then, what expires is taken down.

A schedule is the embargo too: until its instant a page is a draft like any other, and so on no page, in no listing, no
feed, no search, and its files are nobody's. Whoever approved is judged at the approval, for that was their act; what is
judged again is what may have changed since: the website and what the gate finds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Revision

from kopir.base.actors import system_actor
from kopir.base.errors import KopirError, NotAllowedError
from kopir.websites.actions.approving import lock_pages
from kopir.websites.actions.publishing import note
from kopir.websites.actions.telling import tell_refused
from kopir.websites.errors import GateError, SiteArchivedError, TooEarlyError
from kopir.websites.gate import judge
from kopir.websites.models import SitePage, Version, WebsiteState

CLOCK: Final = system_actor("websites.schedule")
"""Who acts when nobody is there; the record names who approved."""


@transaction.atomic
def publish_due(*, revision_id: int, now: datetime) -> bool:
    """Show a revision whose approved instant has come; False if it waits no more, or is refused.

    What is refused waits no more either: the record says why, and who approved is told.
    """
    waiting = Revision.page_revisions.filter(pk=revision_id, approved_go_live_at__lte=now)
    lock_pages(map(int, waiting.values_list("object_id", flat=True)))
    due = waiting.select_for_update().first()
    page = SitePage.objects.filter(pk=due.object_id).select_related("website").first() if due else None
    if due is None or page is None:
        return False
    version = page.versions.filter(revision=due, published_at=None).last()
    try:
        check_again(page, version)
    except KopirError as error:
        due.approved_go_live_at = None
        due.save(update_fields=["approved_go_live_at"])
        note(page, "websites.refuse_scheduled_page", {**_approval(version), "why": error.code}, CLOCK, now)
        path = reverse("wagtailadmin_pages:edit", args=[page.pk])
        to = [version.approved_by_id if version else None, page.owner_id]
        tell_refused(website=page.website, to=to, title=page.draft_title, path=path, error=error, now=now)
        return False
    due.publish(log_action="wagtail.publish.scheduled", skip_permission_checks=True)  # judged when it was approved
    note(SitePage.objects.get(pk=page.pk), "websites.publish_page", _approval(version), CLOCK, now)
    return True


def check_again(page: SitePage, version: Version | None) -> None:
    """Judge what was approved once more. Raises NotAllowedError, SiteArchivedError, TooEarlyError, GateError."""
    if version is None:
        raise NotAllowedError
    if page.website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=page.website.slug)
    if version.approved_by_id is not None and version.approved_by_id == version.revision.user_id:
        raise TooEarlyError
    found = [finding for finding in judge(version.revision.as_object()) if finding.is_must]
    if unknown := [finding for finding in found if finding.code not in version.findings]:
        raise GateError(unknown)


@transaction.atomic
def expire_page(*, page_id: int, now: datetime) -> bool:
    """Take down a page whose time is over; False if it is not. What was approved for later goes live all the same."""
    page = SitePage.objects.select_for_update().expired(now).filter(pk=page_id).first()
    if page is None:
        return False
    shown = page.versions.filter(revision=page.live_revision_id).exclude(number=None).last()
    waiting = dict(
        Revision.page_revisions.for_instance(page)
        .exclude(approved_go_live_at=None)
        .values_list("pk", "approved_go_live_at")
    )
    UnpublishPageAction(page.specific, set_expired=True, log_action="wagtail.unpublish.scheduled").execute(
        skip_permission_checks=True  # whoever approved it has approved its end
    )
    for pk, instant in waiting.items():  # Wagtail forgets them with whatever it takes down
        Revision.page_revisions.filter(pk=pk).update(approved_go_live_at=instant)
    note(page, "websites.expire_page", _approval(shown), CLOCK, now)
    return True


def _approval(version: Version | None) -> dict[str, object]:
    if version is None:
        return {}
    by = str(version.approved_by_id or "")
    return {"revision": version.revision_id, "approved_by": by, "approved_at": version.approved_at.isoformat()}
