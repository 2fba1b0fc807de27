"""Withdrawing one version of a page that the public has read: an error of fact, somebody's data. The others stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.pagecache.actions import touch
from kopir.websites import tags
from kopir.websites.actions.approving import lock_pages
from kopir.websites.actions.media import note_media
from kopir.websites.actions.publishing import SHORTEST_REASON, note
from kopir.websites.errors import NoReasonError, SiteArchivedError, VersionError
from kopir.websites.models import SitePage, Version, WebsiteState
from kopir.websites.rules import ADMINISTERING, roles_in


@transaction.atomic
def withdraw_version(*, page: SitePage, number: int, reason: str, actor: Actor, now: datetime) -> Version:
    """Take an earlier version from the public for good, with what it alone showed; everybody may read the reason.

    Raises NotAllowedError, SiteArchivedError, NoReasonError, and VersionError for one that was withdrawn before, that
    is not there, or that the page shows now.
    """
    if not roles_in(actor, page.website.body_id) & ADMINISTERING:
        raise NotAllowedError
    if page.website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=page.website.slug)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise NoReasonError
    lock_pages([page.pk])
    current = SitePage.objects.get(pk=page.pk).specific
    version = current.versions.filter(number=number, withdrawn_at=None).first()
    if version is None or version.revision_id == current.live_revision_id:
        raise VersionError(number=number)
    version.withdrawn_at, version.withdrawn_reason = now, reason
    version.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    note_media([current])
    touch(tags.page(page.pk), hard=True)
    note(current, "websites.withdraw_version", {"version": number, "reason": reason}, actor, now)
    return version
