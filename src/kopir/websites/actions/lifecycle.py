"""What becomes of a website: renamed, closed with word of who took over, opened again, copied for another body."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from wagtail.models import Collection

from kopir.base.actors import Actor
from kopir.bodies.models import Body
from kopir.pagecache.actions import spare, touch
from kopir.websites import tags
from kopir.websites.actions.sites import check_free, ensure_roots, note, only_operators, root_collection
from kopir.websites.copying import copy_pages
from kopir.websites.errors import SiteArchivedError, SuccessorError, UnknownSiteError
from kopir.websites.factory import make_collections
from kopir.websites.following import follow
from kopir.websites.models import FormerSlug, HomePage, Website, WebsiteState
from kopir.websites.staleness import note_website


@transaction.atomic
def rename_website(*, website: Website, slug: str, actor: Actor, now: datetime) -> Website:
    """Give a website another first segment under the portal; the old one leads to it for ever.

    Raises NotAllowedError, ReservedAddressError, SiteExistsError, SiteArchivedError.
    """
    only_operators(actor)
    stored = _lock(website)
    _check_open(stored)
    if stored.slug == slug:
        return stored
    check_free([slug], besides=stored)
    before = stored.slug
    FormerSlug.objects.filter(slug=slug, website=stored).delete()
    FormerSlug.objects.create(slug=before, website=stored, left_at=now)
    stored.slug = slug
    stored.save(update_fields=["slug"])
    for home in HomePage.objects.filter(website=stored):
        home.slug = slug
        home.save(update_fields=["slug", "url_path"], clean=False)
    Collection.objects.filter(pk=stored.collection_id).update(name=slug)
    note_website(stored.pk, [before, slug])
    note(stored, "websites.rename_website", before={"slug": before}, after={"slug": slug}, actor=actor, now=now)
    return stored


@transaction.atomic
def archive_website(*, website: Website, successor: Website | None, actor: Actor, now: datetime) -> Website:
    """Close a website: every address of it says so from now on, and who took over its work.

    Raises NotAllowedError, SiteArchivedError, SuccessorError where the successor is the website itself or closed.
    """
    only_operators(actor)
    stored = _lock(website)
    _check_open(stored)
    heir = _lock(successor) if successor else None
    if heir and (heir.pk == stored.pk or heir.state != WebsiteState.OPEN):
        raise SuccessorError(name=heir.slug)
    stored.state, stored.successor = WebsiteState.ARCHIVED, heir
    stored.save(update_fields=["state", "successor"])
    note_website(stored.pk, [stored.slug], hard=True)
    after = {"state": stored.state, "successor": heir and heir.slug}
    note(stored, "websites.archive_website", before={"state": WebsiteState.OPEN}, after=after, actor=actor, now=now)
    return stored


@transaction.atomic
def reopen_website(*, website: Website, actor: Actor, now: datetime) -> Website:
    """Let a closed website answer again, as it was. Raises NotAllowedError."""
    only_operators(actor)
    stored = _lock(website)
    if stored.state == WebsiteState.OPEN:
        return stored
    stored.state, stored.successor = WebsiteState.OPEN, None
    stored.save(update_fields=["state", "successor"])
    note_website(stored.pk, [stored.slug])
    after = {"state": WebsiteState.OPEN}
    note(stored, "websites.reopen_website", before={"state": WebsiteState.ARCHIVED}, after=after, actor=actor, now=now)
    return stored


@transaction.atomic
def clone_website(*, website: Website, body: Body, actor: Actor, now: datetime, slug: str = "") -> Website:
    """Make the website of another body with the pages that this one shows, without its news, people and files.

    Raises NotAllowedError, ReservedAddressError, SiteExistsError, SiteArchivedError.
    """
    only_operators(actor)
    source = _lock(website)
    _check_open(source)
    slug = slug or body.slug
    check_free([slug], bodies=[body])
    roots = ensure_roots()
    [collection] = make_collections(root_collection(), [slug])
    made = Website.objects.create(body=body, slug=slug, template=source.template, collection=collection, created_at=now)
    copied = copy_pages(source, made, roots, now)
    note_website(made.pk, [slug])
    touch(tags.website_of(body.pk))
    spare(tags.PAGE)
    follow([made], source, now)
    note(made, "websites.clone_website", after={"slug": slug, "of": source.slug, "pages": copied}, actor=actor, now=now)
    return made


def _lock(website: Website) -> Website:
    stored = Website.objects.select_for_update().filter(pk=website.pk).first()
    if stored is None:
        raise UnknownSiteError(name=website.slug)
    return stored


def _check_open(website: Website) -> None:
    if website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=website.slug)
