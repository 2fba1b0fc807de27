"""What somebody approved of a page, and the number that it gets once it is shown. Whoever publishes passes here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from wagtail.models import Revision

from kopir.pagecache.actions import touch
from kopir.websites import tags
from kopir.websites.models import SitePage, Version


def lock_pages(numbers: Iterable[int]) -> None:
    """Let nobody else publish these pages or take them down until the transaction ends; in one order for everybody."""
    list(SitePage.objects.select_for_update(of=("self", "page_ptr")).filter(pk__in=numbers).order_by("pk"))


def approve(
    *, page: SitePage, revision: Revision, user_id: str | UUID | None, passed: Mapping[str, Any], now: datetime
) -> Version:
    """Note who approved a revision that is published next, now or at its instant; what waited before waits no more.

    `passed` is what `check_gate` has answered; without `user_id` the system itself publishes.
    """
    lock_pages([page.pk])
    Revision.page_revisions.for_instance(page).exclude(approved_go_live_at=None).update(approved_go_live_at=None)
    revision.approved_go_live_at = None
    keep_first(page, revision)
    _remind(revision)
    page.versions.filter(published_at=None).delete()
    return Version.objects.create(
        page_id=page.pk,
        revision=revision,
        approved_by_id=user_id,
        approved_at=now,
        reason=passed.get("reason", ""),
        findings=passed.get("findings", []),
    )


def _remind(revision: Revision) -> None:
    """Say in a revision what is live of its page: Wagtail asks it, and takes down what it takes for a mere draft."""
    live = SitePage.objects.values_list("live_revision", flat=True).get(pk=revision.object_id)
    if revision.content.get("live_revision") != live:
        revision.content["live_revision"] = live
        revision.save(update_fields=["content"])
        revision.refresh_from_db()  # it holds the page as it was


def number_version(page: SitePage, revision: Revision) -> None:
    """Give what is shown from now on the next number of its page, whichever door it came by."""
    version = page.versions.filter(revision=revision, published_at=None).last()
    if version is None:
        version = Version(page_id=page.pk, revision=revision, approved_at=page.last_published_at)
    _number(version, page.last_published_at)


def keep_first(page: SitePage, after: Revision) -> None:
    """Keep what is shown of a page that was made without a revision, as its version before `after`."""
    shown: Any = SitePage.objects.get(pk=page.pk).specific
    if not shown.live or shown.live_revision_id is not None:
        return
    first = shown.revisions.order_by("created_at").values_list("created_at", flat=True).first()
    before = min(filter(None, (first, shown.last_published_at, after.created_at))) - timedelta(microseconds=1)
    revision = Revision.objects.create(
        content_object=shown,
        base_content_type=shown.get_base_content_type(),
        created_at=before,
        object_str=str(shown),
        content=shown.serializable_data(),
    )
    touch(tags.page(page.pk))  # it leads to its versions from now on
    SitePage.objects.filter(pk=page.pk).update(live_revision=revision)
    shown_at = shown.last_published_at or before
    _number(Version(page_id=page.pk, revision=revision, approved_at=shown_at), shown_at)


def _number(version: Version, shown_at: datetime) -> None:
    numbered = Version.objects.filter(page_id=version.page_id)
    version.number = (numbered.aggregate(last=Max("number"))["last"] or 0) + 1
    version.published_at = shown_at
    version.save()
