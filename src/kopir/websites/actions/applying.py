"""Writing into pages what comes from outside of the editor: a new version of a template, decided by who may.

Each page that is there gets a revision, and is published only where no draft of its editors is pending and the gate
finds nothing new. New pages are made at once, published, in all their languages.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.models import Page

from kopir.accounts.models import User
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.websites.actions.approving import approve
from kopir.websites.actions.sites import note
from kopir.websites.errors import SiteArchivedError
from kopir.websites.factory import Planned, make_pages
from kopir.websites.gate import judge
from kopir.websites.models import SitePage, Website, WebsiteState
from kopir.websites.rules import ADMINISTERING, roles_in
from kopir.websites.staleness import note_change, read_rows


@transaction.atomic
def apply_fields(*, page: SitePage, fields: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Write fields of a page as a revision, and return whether it was published; `body` is a list of raw blocks.

    What it was before is kept as a revision if it had none, once the public reads something else.
    Raises NotAllowedError, SiteArchivedError.
    """
    _check(page.website, actor)
    stored = SitePage.objects.select_for_update(of=("self", "page_ptr")).get(pk=page.pk).specific
    is_pending = stored.has_unpublished_changes or not stored.live
    if stored.latest_revision_id is None and is_pending:  # else `approve` keeps it
        stored.save_revision(clean=False, changed=False)
    found = {finding.code for finding in judge(stored) if finding.is_must}
    draft = stored.get_latest_revision_as_object()
    for name, value in fields.items():
        if name == "body":
            value = StreamValue(draft.body.stream_block, list(value), is_lazy=True)  # noqa: PLW2901
        setattr(draft, name, value)
    # What is written here was not thought out by who decides: nobody is its author, whoever may publish the draft may.
    revision = draft.save_revision(clean=False, log_action=True)
    is_public = not is_pending and {finding.code for finding in judge(draft) if finding.is_must} <= found
    if is_public:
        user = User.objects.get(pk=actor.id) if actor.kind == "person" else None
        approve(page=stored, revision=revision, user_id=user.pk if user else None, passed={}, now=now)
        revision.publish(user=user, skip_permission_checks=True)  # judged above, by grants
    after = {"page": page.pk, "fields": sorted(fields), "revision": revision.pk, "published": is_public}
    note(page.website, "websites.apply_fields", after=after, actor=actor, now=now)
    return is_public


@transaction.atomic
def add_pages(*, website: Website, pages: Sequence[Planned], actor: Actor, now: datetime) -> list[int]:
    """Make pages, published, each behind the one above it, and return their ids.

    Where editors have a page of the same address, the new one gets a number behind its own, the same in each language.
    Raises NotAllowedError, SiteArchivedError.
    """
    _check(website, actor)
    contents: dict[uuid.UUID, list[Planned]] = defaultdict(list)
    for page in pages:
        contents[page.translation_key].append(page)
    for key, planned in contents.items():
        above = [page.above for page in planned if isinstance(page.above, Page)]
        taken = {slug for parent in above for slug in parent.get_children().values_list("slug", flat=True)}
        taken |= {each.slug for each in pages if each.above in above and each.translation_key != key}
        slug = next(slug for slug in _numbered(planned[0].slug, len(taken)) if slug not in taken)
        for page in planned:
            page.slug = slug
    made = make_pages(pages, now)
    note_change({}, read_rows(pk__in=made))
    note(website, "websites.add_pages", after={"pages": made}, actor=actor, now=now)
    return made


@transaction.atomic
def arrange_pages(*, pages: Sequence[SitePage], actor: Actor, now: datetime) -> None:
    """Let pages that stand below the same page stand in this order; others keep their place among them.

    Raises NotAllowedError, SiteArchivedError.
    """
    website = pages[0].website
    _check(website, actor)
    above = SitePage.objects.get(pk=pages[0].pk).get_parent()
    there: list[int] = list(above.get_children().order_by("path").values_list("pk", flat=True))
    wanted = iter([page.pk for page in pages])
    ours = {page.pk for page in pages}
    order = [next(wanted) if pk in ours else pk for pk in there]
    for index, pk in enumerate(order):
        if there[index] != pk:
            Page.objects.get(pk=pk).move(Page.objects.get(pk=there[index]), pos="left")
            there.remove(pk)
            there.insert(index, pk)
    note(website, "websites.arrange_pages", after={"pages": [page.pk for page in pages]}, actor=actor, now=now)


@transaction.atomic
def remove_pages(*, website: Website, pages: Sequence[SitePage], actor: Actor, now: datetime) -> None:
    """Delete pages with what is below them; their addresses say that they are gone.

    Raises NotAllowedError, SiteArchivedError.
    """
    _check(website, actor)
    for page in sorted(pages, key=lambda page: page.path, reverse=True):
        SitePage.objects.get(pk=page.pk).specific.delete()
    note(website, "websites.remove_pages", after={"pages": [page.pk for page in pages]}, actor=actor, now=now)


def _numbered(slug: str, limit: int) -> list[str]:
    return [slug, *(f"{slug}-{number}" for number in range(2, limit + 3))]


def _check(website: Website, actor: Actor) -> None:
    if not roles_in(actor, website.body_id) & ADMINISTERING:
        raise NotAllowedError
    if website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=website.slug)
