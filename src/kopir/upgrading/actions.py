"""Upgrading a website to what its template gives now, and taking that back; the base of websites that are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q
from wagtail.models import Page

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.upgrading.errors import NoTemplateError, NothingToUndoError
from kopir.upgrading.models import SiteBase, TemplateVersion, Upgrade
from kopir.upgrading.queries import Offer, Plan, find_last, find_offer, find_plan, given_keys
from kopir.upgrading.rules import PAGE, Change, Choice, Conflict, Place, Unit, join, undo
from kopir.upgrading.states import differences, pack, pack_changes, unpack_changes
from kopir.upgrading.writing import Written, write
from kopir.websites.errors import SiteArchivedError
from kopir.websites.models import SitePage, Website, WebsiteState
from kopir.websites.rules import ADMINISTERING, roles_in
from kopir.websites.template_queries import content_key


@dataclass(frozen=True)
class Outcome:
    """What was written, and what waits for a decision, or, undone, what was edited since and stays."""

    written: Written
    conflicts: Sequence[Conflict] = ()
    kept: Sequence[Unit] = ()


def note_websites(made: Sequence[Website], source: Website | None, now: datetime) -> None:
    """Keep what these new websites were given: their templates' pages, or what the one had of which they are copies."""
    if source is not None:
        base = SiteBase.objects.filter(website=source).first()
        if base is not None:
            for website in made:
                keys = {key: str(content_key(website.pk, joined)) for key, joined in base.keys.items()}
                SiteBase.objects.create(website=website, version=base.version, keys=keys, overrides=base.overrides)
        return
    offers = {template: find_offer(template) for template in {website.template for website in made}}
    versions = {template: _keep(offer, now) for template, offer in offers.items() if offer}
    SiteBase.objects.bulk_create(
        SiteBase(website=website, version=versions[website.template], keys=given_keys(website, offer.given))
        for website in made
        if (offer := offers[website.template])
    )


@transaction.atomic
def upgrade_website(
    *,
    website: Website,
    actor: Actor,
    now: datetime,
    decisions: Mapping[Unit, Choice] = MappingProxyType({}),
) -> Outcome:
    """Bring a website to what its template gives now, with these decisions on conflicts; the others wait.

    Raises NotAllowedError, SiteArchivedError, NoTemplateError.
    """
    plan = _plan(website, actor)
    if not plan.is_pending:
        return Outcome(Written())
    merged = plan.merge(decisions)
    version = _keep(plan.offer, now)
    before = _row(plan.row)
    written = write(plan, merged.result, merged.changes, actor, now)
    keys = {page.key: plan.keys.get(page.key) or str(content_key(website.pk, page.key)) for page in plan.offer.given}
    overrides = differences(plan.given(), merged.base)
    SiteBase.objects.update_or_create(
        website=website, defaults={"version": version, "keys": keys, "overrides": overrides}
    )
    last = find_last(website)
    if last is not None and last.version_id == version.pk:
        last.changes = pack_changes(join(unpack_changes(last.changes), merged.changes))
        last.save(update_fields=["changes"])
    else:
        changes = pack_changes(merged.changes)
        Upgrade.objects.create(website=website, version=version, changes=changes, before=before, made_at=now)
    after = {"template": str(version), **asdict(written), "conflicts": len(merged.conflicts), "decided": len(decisions)}
    _record(website, "upgrading.upgrade_website", after, actor, now)
    return Outcome(written, merged.conflicts)


@transaction.atomic
def undo_upgrade(*, website: Website, actor: Actor, now: datetime) -> Outcome:
    """Take back the last upgrade of a website, but for what was edited since. It can be made again.

    Raises NotAllowedError, SiteArchivedError, NoTemplateError, NothingToUndoError.
    """
    plan = _plan(website, actor)
    last = find_last(website)
    if last is None:
        raise NothingToUndoError(name=website.slug)
    changes = unpack_changes(last.changes)
    undone = undo(plan.standing.state, changes, _held(plan, changes))
    written = write(plan, undone.result, undone.changes, actor, now)
    SiteBase.objects.filter(website=website).delete()
    if last.before is not None:
        SiteBase.objects.create(website=website, **last.before)
    last.undone_at = now
    last.save(update_fields=["undone_at"])
    after = {"template": str(last.version), **asdict(written), "kept": len(undone.kept)}
    _record(website, "upgrading.undo_upgrade", after, actor, now)
    return Outcome(written, kept=undone.kept)


def _plan(website: Website, actor: Actor) -> Plan:
    stored = Website.objects.select_for_update(of=("self",)).select_related("body").get(pk=website.pk)
    if not roles_in(actor, stored.body_id) & ADMINISTERING:
        raise NotAllowedError
    if stored.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=stored.slug)
    # Drafts too are written into these rows: whoever saves one now is either read by the plan or waits for its end.
    list(Page.objects.select_for_update(of=("self",)).filter(sitepage__website=stored).order_by("pk").only("pk"))
    plan = find_plan(stored)
    if plan is None:
        raise NoTemplateError(name=stored.template)
    return plan


def _held(plan: Plan, changes: Sequence[Change]) -> frozenset[Place]:
    """Of the pages that these changes made those that editors wrote on, or below which they wrote or put something."""
    made = {change.unit[:2] for change in changes if change.unit.part == PAGE and change.before is None}
    pages = {place: page for place, page in plan.standing.pages.items() if place in made}
    theirs = ~Q(pk__in=[page.pk for page in pages.values()]) | Q(latest_revision__isnull=False)
    return frozenset(
        place
        for place, page in pages.items()
        if SitePage.objects.descendant_of(page, inclusive=True).filter(theirs).exists()
    )


def _keep(offer: Offer, now: datetime) -> TemplateVersion:
    kept, _is_new = TemplateVersion.objects.get_or_create(
        digest=offer.digest,
        defaults={
            "template": offer.template,
            "number": offer.number,
            "pages": pack(offer.state),
            "noted_at": now,
        },
    )
    return kept


def _row(row: SiteBase | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"version_id": row.version_id, "keys": row.keys, "overrides": row.overrides}


def _record(website: Website, action: str, after: dict[str, Any], actor: Actor, now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"websites.website:{website.pk}",
        body_id=website.body_id,
        after=after,
        now=now,
    )
