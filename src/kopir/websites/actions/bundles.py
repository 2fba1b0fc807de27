"""Bundles: put together by those who write, approved by somebody who wrote none of it, out as a whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import KopirError, NotAllowedError
from kopir.bodies.errors import ChangedMeanwhileError
from kopir.websites.actions.approving import approve, lock_pages
from kopir.websites.actions.publishing import check_gate, check_may_publish, note
from kopir.websites.actions.scheduling import CLOCK, check_again
from kopir.websites.actions.telling import tell_refused
from kopir.websites.errors import (
    BundleClosedError,
    BundleError,
    ForeignThingError,
    OwnTimeError,
    PageGoneError,
    TooEarlyError,
)
from kopir.websites.models import Bundle, BundlePage, BundleState, SitePage, Website
from kopir.websites.rules import EDITING, PUBLISHING, roles_in

CHANGEABLE: Final = frozenset({BundleState.OPEN, BundleState.REFUSED})


@transaction.atomic
def save_bundle(
    *,
    website: Website,
    title: str,
    go_out_at: datetime | None,
    pages: Collection[SitePage],
    bundle: Bundle | None = None,
    actor: Actor,
    now: datetime,
) -> Bundle:
    """Put pages of a website together, or change a `bundle` that nobody has approved yet.

    Raises NotAllowedError, BundleClosedError, ForeignThingError.
    """
    if not roles_in(actor, website.body_id) & EDITING:
        raise NotAllowedError
    bundle = _lock(bundle, CHANGEABLE) if bundle else Bundle(website=website, made_at=now)
    if bundle.website_id != website.pk or any(page.website_id != website.pk for page in pages):
        raise ForeignThingError
    bundle.made_by_id = UUID(actor.id) if actor.kind == "person" else None  # whoever says what goes out
    bundle.title, bundle.go_out_at, bundle.state = title, go_out_at, BundleState.OPEN
    bundle.save()
    bundle.entries.all().delete()
    BundlePage.objects.bulk_create(BundlePage(bundle=bundle, page=page) for page in pages)
    _record(bundle, "save", {"pages": sorted(page.pk for page in pages)}, actor, now)
    return bundle


@transaction.atomic
def approve_bundle(
    *, bundle: Bundle, seen: Collection[str] | None = None, reason: str = "", actor: Actor, now: datetime
) -> Bundle:
    """Approve the newest version of every page of it, and show them together: now, or at its instant.

    `seen` is what `list_seen` gave when the actor looked at it; without it whatever is there is approved. `reason` says
    why what the gate found on any of them has to stay. Raises NotAllowedError, BundleClosedError, TooEarlyError for who
    put it together, ChangedMeanwhileError, and BundleError, which names what is wrong with each page.
    """
    bundle = _lock(bundle, CHANGEABLE)
    _lock_entries(bundle)
    if not roles_in(actor, bundle.website.body_id) & PUBLISHING:
        raise NotAllowedError
    if actor.kind == "person" and str(bundle.made_by_id) == actor.id:
        raise TooEarlyError
    if seen is not None and sorted(seen) != list_seen(bundle):
        raise ChangedMeanwhileError(name=bundle.title)
    faults = list(list_faults(bundle, reason=reason, actor=actor, now=now))
    if faults:
        raise BundleError(faults)
    user = User.objects.get(pk=actor.id) if actor.kind == "person" else None
    for entry in _entries(bundle):
        page = _page_of(entry)
        revision = page.latest_revision or page.specific.save_revision()
        passed = check_gate(revision, reason)
        user_id = user.pk if user else None
        entry.version = approve(page=page, revision=revision, user_id=user_id, passed=passed, now=now)
        entry.save(update_fields=["version"])
    bundle.approved_by, bundle.state = user, BundleState.APPROVED
    bundle.save(update_fields=["approved_by", "state"])
    _record(bundle, "approve", None, actor, now)
    if bundle.go_out_at is None or bundle.go_out_at <= now:
        _show(bundle, actor, user, now)
    return bundle


@transaction.atomic
def withdraw_bundle(*, bundle: Bundle, actor: Actor, now: datetime) -> Bundle:
    """Take an approval back before its instant. Raises NotAllowedError, BundleClosedError."""
    bundle = _lock(bundle, {BundleState.APPROVED})
    if not roles_in(actor, bundle.website.body_id) & PUBLISHING:
        raise NotAllowedError
    _reopen(bundle, BundleState.OPEN)
    _record(bundle, "withdraw", None, actor, now)
    return bundle


@transaction.atomic
def send_bundle(*, bundle_id: int, now: datetime) -> bool:
    """Show a bundle whose instant has come; False if it waits no more, or is refused as a whole.

    A page of it that was deleted, or published otherwise since, stops all: those who made and approved it are told.
    """
    bundle = Bundle.objects.select_for_update().filter(pk=bundle_id, state=BundleState.APPROVED).first()
    if bundle is None or bundle.go_out_at is None or bundle.go_out_at > now:
        return False
    _lock_entries(bundle)
    faults: list[tuple[str, KopirError]] = []
    for entry in _entries(bundle):
        try:
            if entry.version is None or entry.version.number is not None:
                raise PageGoneError
            check_again(_page_of(entry), entry.version)
        except KopirError as error:
            faults.append((_title_of(entry), error))
    if not faults:
        _show(bundle, CLOCK, None, now)
        return True
    refusal = BundleError(faults)
    _record(bundle, "refuse", {"why": sorted({fault.code for _title, fault in faults})}, CLOCK, now)
    path = reverse("editing:bundle", args=[bundle.pk])
    to = [bundle.made_by_id, bundle.approved_by_id]
    tell_refused(website=bundle.website, to=to, title=bundle.title, path=path, error=refusal, now=now)
    _reopen(bundle, BundleState.REFUSED)
    return False


def list_faults(bundle: Bundle, *, reason: str, actor: Actor, now: datetime) -> Iterator[tuple[str, KopirError]]:
    """What keeps the actor from approving each page of a bundle, by its title."""
    for entry in _entries(bundle):
        try:
            page = _page_of(entry)
            revision = page.get_latest_revision()
            if revision is None:
                continue
            check_may_publish(page, revision, actor)
            check_gate(revision, reason)
            own = revision.as_object().go_live_at
            if own is not None and own > (bundle.go_out_at or now):
                raise OwnTimeError
        except KopirError as error:
            yield _title_of(entry), error


def list_seen(bundle: Bundle) -> list[str]:
    """What tells whether a bundle is still as somebody saw it: its instant, and the newest version of each page."""
    pages = bundle.entries.values_list("page", "page__latest_revision")
    return sorted([f"at:{bundle.go_out_at}", *(f"{page}:{revision}" for page, revision in pages)])


def _lock_entries(bundle: Bundle) -> None:
    lock_pages(bundle.entries.exclude(page=None).values_list("page", flat=True))


def _entries(bundle: Bundle) -> list[BundlePage]:
    """From the top of the tree down, so that what stands above is there before what stands below."""
    found = bundle.entries.select_related("page__website", "version__revision")
    return sorted(found, key=lambda entry: entry.page.path if entry.page else "")


def _page_of(entry: BundlePage) -> SitePage:
    if entry.page is None:
        raise PageGoneError
    return entry.page


def _title_of(entry: BundlePage) -> str:
    return str(entry.page.draft_title) if entry.page else "—"


def _show(bundle: Bundle, actor: Actor, user: User | None, now: datetime) -> None:
    for entry in _entries(bundle):
        assert entry.version is not None  # noqa: S101 - judged by each caller
        page, version = _page_of(entry), entry.version
        version.revision.publish(user=user, skip_permission_checks=True)  # judged above, by grants
        facts = {"revision": version.revision_id, "bundle": bundle.pk, "approved_by": str(version.approved_by_id or "")}
        note(SitePage.objects.get(pk=page.pk), "websites.publish_page", facts, actor, now)
    bundle.state, bundle.out_at = BundleState.OUT, now
    bundle.save(update_fields=["state", "out_at"])
    _record(bundle, "send", None, actor, now)


def _lock(bundle: Bundle, states: Collection[str]) -> Bundle:
    locked = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if locked.state not in states:
        raise BundleClosedError(title=locked.title)
    return locked


def _reopen(bundle: Bundle, state: BundleState) -> None:
    for entry in bundle.entries.exclude(version=None).select_related("version"):
        if entry.version is not None and entry.version.number is None:
            entry.version.delete()
    bundle.state, bundle.approved_by = state, None
    bundle.save(update_fields=["state", "approved_by"])


def _record(bundle: Bundle, deed: str, after: dict[str, object] | None, actor: Actor, now: datetime) -> None:
    record(
        actor=actor,
        action=f"websites.{deed}_bundle",
        subject=f"websites.bundle:{bundle.pk}",
        body_id=bundle.website.body_id,
        after={"title": bundle.title, **(after or {})},
        now=now,
    )
