"""Imports what an old site held, as often as one likes: the second time writes only what has changed there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kopir.base.actors import Actor
from kopir.importing.errors import SourceFileError
from kopir.importing.fields import LISTINGS, Made, digest_of_fields, digest_of_page, make_fields, slug_of
from kopir.importing.items import Item, Refusal, judge
from kopir.importing.keeping import Keeper, MediaOf
from kopir.importing.models import ImportedItem
from kopir.importing.queries import get_imported, get_keys_elsewhere, get_pages, get_section, lock_pages
from kopir.importing.records import LIMIT_RECORDS, Record
from kopir.websites.actions import receive_pages
from kopir.websites.actions.receiving import Received
from kopir.websites.actions.sites import note, only_operators
from kopir.websites.errors import FileRefusedError, SiteArchivedError
from kopir.websites.models import SectionPage, SitePage, Website, WebsiteState


@dataclass(frozen=True)
class Order:
    """What is to be imported where: `kind` is one of `LISTINGS`, `section` a path below the home page or ""."""

    website: Website
    language: str
    kind: str
    source: str
    section: str = ""
    folder: Path | None = None
    is_live: bool = True


@dataclass
class Report:
    """What an import did, or would do: `edited` were changed at the source too, and kept as people here wrote them.

    `kept` counts pictures and files, `wordless` pictures in texts that no words stood for; `remarks` are on others.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    edited: int = 0
    left_out: int = 0
    kept: int = 0
    wordless: int = 0
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[Refusal] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """By name."""
        names = ("new", "changed", "unchanged", "edited", "left_out", "kept", "wordless")
        return {**{name: getattr(self, name) for name in names}, "refused": len(self.refused)}


@dataclass
class _Plan:
    """What is to be written: for changed pages what came before and the page too."""

    new: list[Item] = field(default_factory=list)
    changed: list[tuple[Item, ImportedItem, SitePage]] = field(default_factory=list)


def import_items(
    *, order: Order, records: Iterable[Record], actor: Actor, now: datetime, is_trial: bool = False
) -> Report:
    """Bring the records over as pages and say what became of them; with `is_trial` nothing is written.

    Pictures and files are kept one by one before the pages are written, all pages at once: meanwhile others write, and
    what they have edited until then is kept.

    Raises NotAllowedError for everybody but operators and the system, NoSectionError, SourceFileError,
    SiteArchivedError.
    """
    only_operators(actor)
    listing, _model = LISTINGS[order.kind]
    section = get_section(order.website, order.language, listing, order.section)
    report = Report()
    keeper = Keeper(order.website, order.folder, actor, now, is_trial)
    items = _judge(records, order, now, report)
    plan = _plan(order, items, report)
    if (plan.new or plan.changed) and Website.objects.get(pk=order.website.pk).state != WebsiteState.OPEN:
        raise SiteArchivedError(name=order.website.slug)  # before anything is kept
    made = _make(order, [*plan.new, *(item for item, _known, _page in plan.changed)], keeper, report)
    report.kept, report.wordless, report.remarks = keeper.kept, keeper.wordless, keeper.remarks
    if is_trial:
        _count(plan, made, report)
    elif made:
        still = {key: items[key] for key in made}
        _write_all(order, still, made, report, section=section, actor=actor, now=now)
    return report


@transaction.atomic
def _write_all(
    order: Order,
    items: Mapping[str, Item],
    made: Mapping[str, Made],
    report: Report,
    *,
    section: SectionPage,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the pages that are still to be written: what was edited or imported meanwhile stays."""
    Website.objects.select_for_update().get(pk=order.website.pk)  # as `receive_pages` does: first it, then pages
    before = get_imported(order.website, order.source, order.language)
    lock_pages(before[key] for key in items if key in before)
    plan = _plan(order, items, report)
    _count(plan, made, report)
    if not (plan.new or plan.changed):
        return
    ids = _write(order, plan, made, section=section, actor=actor, now=now)
    _remember(order, plan, made, ids, now)
    after = {"source": order.source, "language": order.language, "kind": order.kind, **report.counts()}
    note(order.website, "importing.import_items", after=after, actor=actor, now=now)


def _judge(records: Iterable[Record], order: Order, now: datetime, report: Report) -> dict[str, Item]:
    """The items by key; what is none goes into the report."""
    items: dict[str, Item] = {}
    zone = timezone.get_default_timezone()
    for number, record in enumerate(records):
        if number >= LIMIT_RECORDS:
            raise SourceFileError(reason=_("It holds more than {limit} items. Split it.").format(limit=LIMIT_RECORDS))
        found = judge(record, zone=zone, now=now, folder=order.folder)
        if isinstance(found, Item) and found.key in items:
            found = Refusal(record.place, _("{place} has the same id.").format(place=items[found.key].place))
        if isinstance(found, Refusal):
            report.refused.append(found)
        else:
            items[found.key] = found
    return items


def _plan(order: Order, items: Mapping[str, Item], report: Report) -> _Plan:
    """What differs at the source, but for what somebody here has edited or deleted."""
    before = get_imported(order.website, order.source, order.language)
    differing = [
        before[key] for key, item in items.items() if key in before and before[key].source_digest != item.digest
    ]
    pages = get_pages(differing)
    plan = _Plan()
    for key, item in items.items():
        known = before.get(key)
        if known is not None and known.source_digest == item.digest:
            report.unchanged += 1
            continue
        page = pages.get(known.page_id or 0) if known is not None else None
        if known is not None and (page is None or _is_edited(page, known, order.kind)):
            report.edited += 1
        elif known is None or page is None:
            plan.new.append(item)
        else:
            plan.changed.append((item, known, page))
    return plan


def _make(order: Order, items: Iterable[Item], keeper: Keeper, report: Report) -> dict[str, Made]:
    """What the items become, by key; pictures and files are kept on the way."""
    made = {}
    for item in items:
        try:
            file = keeper.keep_document(item) if order.kind == "documents" else None
        except FileRefusedError as refused:
            report.refused.append(Refusal(item.place, refused.message()))
            continue
        made[item.key] = make_fields(item, order.kind, MediaOf(keeper, item))
        if file is not None:
            made[item.key].fields["file"] = file
    return made


def _count(plan: _Plan, made: Mapping[str, Made], report: Report) -> None:
    new = [item.key for item in plan.new if item.key in made]
    changed = [item.key for item, _known, _page in plan.changed if item.key in made]
    report.new, report.changed = len(new), len(changed)
    report.left_out = sum(made[key].left_out for key in [*new, *changed])


def _is_edited(page: SitePage, known: ImportedItem, kind: str) -> bool:
    """Whether somebody here has written on the page since; who only published it has not."""
    if page.live and page.has_unpublished_changes:
        return True
    newest = page.get_latest_revision_as_object() if page.latest_revision_id else page
    return digest_of_page(newest, kind) != known.page_digest


def _write(
    order: Order, plan: _Plan, made: Mapping[str, Made], *, section: SectionPage, actor: Actor, now: datetime
) -> list[int]:
    """The ids of the new pages."""
    _listing, model = LISTINGS[order.kind]
    elsewhere = get_keys_elsewhere(order.website, order.source, order.language)
    there = SitePage.objects.filter(locale=section.locale_id, website=order.website)
    free = set(elsewhere.values()) - set(there.values_list("translation_key", flat=True)) if elsewhere else set()
    taken = set(SitePage.objects.child_of(section).values_list("slug", flat=True))
    new = []
    for item in plan.new:
        slug = slug_of(item, taken)
        taken.add(slug)
        key = elsewhere.get(item.key)
        key = key if isinstance(key, uuid.UUID) and key in free else uuid.uuid4()
        new.append(Received(model, slug, made[item.key].fields, key))
    changed = [(page, made[item.key].fields) for item, _known, page in plan.changed]
    return receive_pages(under=section, new=new, changed=changed, is_live=order.is_live, actor=actor, now=now)


def _remember(order: Order, plan: _Plan, made: Mapping[str, Made], ids: list[int], now: datetime) -> None:
    ImportedItem.objects.bulk_create(
        (
            _fill(
                ImportedItem(
                    website=order.website, source=order.source, language=order.language, key=item.key, page_id=pk
                ),
                item,
                made[item.key].fields,
                now,
            )
            for item, pk in zip(plan.new, ids, strict=True)
        ),
        batch_size=500,
    )
    known = [_fill(known, item, made[item.key].fields, now) for item, known, _page in plan.changed]
    names = ["old_host", "old_path", "source_digest", "page_digest", "imported_at"]
    ImportedItem.objects.bulk_update(known, names, batch_size=100)


def _fill(known: ImportedItem, item: Item, fields: Mapping[str, Any], now: datetime) -> ImportedItem:
    known.old_host, known.old_path = item.host, item.path
    known.source_digest, known.page_digest, known.imported_at = item.digest, digest_of_fields(fields), now
    return known
