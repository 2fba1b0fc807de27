"""Pages that come from another system: made below a section, and renewed, thousands at once, as fields say.

Nobody reviews them and the gate is not asked: whoever brings them answers for them. What people have written on is
the caller's care.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.search.backends import get_search_backend

from kopir.base.actors import Actor
from kopir.pagecache.actions import spare
from kopir.websites.actions.media import note_uses
from kopir.websites.actions.sites import note, only_operators
from kopir.websites.errors import SiteArchivedError
from kopir.websites.factory import Planned, make_pages
from kopir.websites.models import SectionPage, SitePage, Website, WebsiteState
from kopir.websites.staleness import note_website
from kopir.websites.tags import PAGE


@dataclass(frozen=True)
class Received:
    """A page to be made. `fields` by name, `body` as blocks with type and value; `first_published_at` among them."""

    model: type[SitePage]
    slug: str
    fields: Mapping[str, Any]
    translation_key: uuid.UUID


@transaction.atomic
def receive_pages(
    *,
    under: SectionPage,
    new: Sequence[Received],
    changed: Sequence[tuple[SitePage, Mapping[str, Any]]],
    is_live: bool,
    actor: Actor,
    now: datetime,
) -> list[int]:
    """Make the new pages below a section, write the fields of the changed ones, and return the ids of the new.

    A changed page stays as public as it is; where it has a revision it gets another one, so that editors see what
    came. Raises NotAllowedError for everybody but operators and the system, SiteArchivedError.
    """
    only_operators(actor)
    website = Website.objects.select_for_update().get(pk=under.website_id)
    if website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=website.slug)
    planned = [
        Planned(
            model=page.model,
            slug=page.slug,
            above=under.page_ptr,
            website=website,
            locale_id=under.locale_id,
            fields=_with_ids(page.fields),
            translation_key=page.translation_key,
        )
        for page in new
    ]
    made = make_pages(planned, now, is_live=is_live)
    _write(changed, now)
    note_uses(made, [page for page, _fields in changed])
    note_website(website.pk, [website.slug])
    spare(PAGE)  # every page of the website carries its tag
    after = {"below": under.url_path, "made": len(made), "written": len(changed)}
    note(website, "websites.receive_pages", after=after, actor=actor, now=now)
    return made


def _with_ids(fields: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(fields)
    if "body" in found:
        found["body"] = [{**block, "id": str(uuid.uuid4())} for block in found["body"]]
    return found


def _write(changed: Iterable[tuple[SitePage, Mapping[str, Any]]], now: datetime) -> None:
    rows: dict[tuple[type[SitePage], tuple[str, ...]], list[SitePage]] = defaultdict(list)
    for page, fields in changed:
        for name, value in _with_ids(fields).items():
            setattr(page, name, value)
        if page.latest_revision_id is not None:
            _write_revision(page)
            continue
        page.draft_title, page.changed_at = page.title, now
        page.last_published_at = now if page.live else page.last_published_at
        rows[type(page), tuple(sorted(fields))].append(page)
    search = get_search_backend()
    for (model, names), pages in rows.items():
        written = {*names, "draft_title", "changed_at", "last_published_at"}
        model.objects.bulk_update(pages, written, batch_size=100)
        search.add_bulk(model, pages)


def _write_revision(page: SitePage) -> None:
    """As an editor would have written it: what is public shows it at once, a draft stays one."""
    revision = page.save_revision(clean=False, log_action=False)
    if page.live:
        revision.publish(skip_permission_checks=True, log_action=False)
