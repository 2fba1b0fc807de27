"""Publishing a page and taking it back: by whom it may be done, and what is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from wagtail.models import Revision

from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.websites.errors import SiteArchivedError, TooEarlyError
from kopir.websites.models import SitePage, WebsiteState

PUBLISHERS = (Role.PUBLISHER, Role.SITE_ADMINISTRATOR)


@transaction.atomic
def publish_page(*, page: SitePage, actor: Actor, now: datetime, revision: Revision | None = None) -> SitePage:
    """Show the newest revision of a page, or the one that is given, to the public.

    Raises NotAllowedError, TooEarlyError for who wrote that revision, SiteArchivedError.
    """
    _check(page, actor)
    chosen = revision or page.latest_revision or page.save_revision()
    if actor.kind == "person" and has_written(page, chosen, actor.id):
        raise TooEarlyError
    chosen.publish(user=_user(actor))
    shown = SitePage.objects.get(pk=page.pk).specific
    _record(shown, "websites.publish_page", {"revision": chosen.pk}, actor, now)
    return shown


@transaction.atomic
def unpublish_page(*, page: SitePage, actor: Actor, now: datetime) -> SitePage:
    """Take a page from the public; it stays with its editors. Raises NotAllowedError, SiteArchivedError."""
    _check(page, actor)
    page.unpublish(user=_user(actor))
    _record(page, "websites.unpublish_page", None, actor, now)
    return page


def has_written(page: SitePage, revision: Revision, user_id: str) -> bool:
    """Whether the person wrote any of what `revision` would show for the first time.

    That is every revision since the one that is live: whoever lets another correct a comma still is the author.
    """
    since = page.revisions.filter(created_at__lte=revision.created_at, user_id=user_id)
    if page.live_revision_id:
        since = since.filter(created_at__gt=page.live_revision.created_at)
    return bool(since.exists())


def _check(page: SitePage, actor: Actor) -> None:
    body_id = page.website.body_id
    if actor.kind != "system" and not any(actor.has(role, body_id) for role in PUBLISHERS):
        raise NotAllowedError
    if page.website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=page.website.slug)


def _user(actor: Actor) -> User | None:
    return User.objects.get(pk=actor.id) if actor.kind == "person" else None


def _record(page: SitePage, action: str, after: dict[str, object] | None, actor: Actor, now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"websites.page:{page.pk}",
        body_id=page.website.body_id,
        after={"address": page.url_path, **(after or {})},
        now=now,
    )
