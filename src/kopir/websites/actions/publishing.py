"""Publishing a page and taking it back: by whom it may be done, and what is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Revision

from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.websites.actions.approving import approve, lock_pages
from kopir.websites.errors import GateError, SiteArchivedError, TooEarlyError
from kopir.websites.gate import judge
from kopir.websites.models import SitePage, WebsiteState
from kopir.websites.rules import PUBLISHING, roles_in

SHORTEST_REASON = 10
"""Letters of a reason: a full stop is none."""


@transaction.atomic
def publish_page(
    *, page: SitePage, actor: Actor, now: datetime, revision: Revision | None = None, reason: str = ""
) -> SitePage:
    """Show the newest revision of a page, or the one that is given, to the public: now, or at its `go_live_at`.

    `reason` says why what the gate found has to stay. Raises NotAllowedError, TooEarlyError for who wrote that
    revision, SiteArchivedError, GateError.
    """
    chosen = revision or page.latest_revision or page.save_revision()
    check_may_publish(page, chosen, actor)
    passed = check_gate(chosen, reason)
    user = _user(actor)
    approve(page=page, revision=chosen, user_id=user.pk if user else None, passed=passed, now=now)
    chosen.publish(user=user, skip_permission_checks=True)  # judged above, by grants
    shown = SitePage.objects.get(pk=page.pk).specific
    deed = "websites.publish_page" if shown.live_revision_id == chosen.pk else "websites.schedule_page"
    note(shown, deed, {"revision": chosen.pk, **passed}, actor, now)
    return shown


@transaction.atomic
def unpublish_page(*, page: SitePage, actor: Actor, now: datetime) -> SitePage:
    """Take a page from the public; it stays with its editors. Raises NotAllowedError, SiteArchivedError."""
    lock_pages([page.pk])
    _check(page, actor)
    UnpublishPageAction(page, user=_user(actor)).execute(skip_permission_checks=True)  # judged above, by grants
    note(page, "websites.unpublish_page", None, actor, now)
    return page


def check_may_publish(page: SitePage, revision: Revision, actor: Actor) -> None:
    """Raise NotAllowedError, SiteArchivedError, and TooEarlyError for who wrote what `revision` would show."""
    _check(page, actor)
    if actor.kind == "person" and has_written(page, revision, actor.id):
        raise TooEarlyError


def check_gate(revision: Revision, reason: str) -> dict[str, object]:
    """What the record says of the gate: nothing where it found nothing, else what stays and the reason written for it.

    Raises GateError for what has to be repaired while nobody has written why not.
    """
    found = [finding for finding in judge(revision.as_object()) if finding.is_must]
    if not found:
        return {}
    if len(reason.strip()) < SHORTEST_REASON:
        raise GateError(found)
    return {"reason": reason.strip(), "findings": sorted({finding.code for finding in found})}


def has_written(page: SitePage, revision: Revision, user_id: str) -> bool:
    """Whether the person wrote any of what `revision` would show for the first time.

    That is every revision since the one that is live: whoever lets another correct a comma still is the author.
    """
    since = page.revisions.filter(created_at__lte=revision.created_at, user_id=user_id)
    if page.live_revision_id:
        since = since.filter(created_at__gt=page.live_revision.created_at)
    return bool(since.exists())


def _check(page: SitePage, actor: Actor) -> None:
    if not roles_in(actor, page.website.body_id) & PUBLISHING:
        raise NotAllowedError
    if page.website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=page.website.slug)


def _user(actor: Actor) -> User | None:
    return User.objects.get(pk=actor.id) if actor.kind == "person" else None


def note(page: SitePage, action: str, after: dict[str, object] | None, actor: Actor, now: datetime) -> None:
    """Write into the record what was done to a page."""
    record(
        actor=actor,
        action=action,
        subject=f"websites.page:{page.pk}",
        body_id=page.website.body_id,
        after={"address": page.url_path, **(after or {})},
        now=now,
    )
