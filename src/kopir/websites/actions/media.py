"""Pictures and files: sent in, made public with the page that shows them, and made in the sizes that pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from django.core.files.base import File
from django.db import transaction
from wagtail.models import ReferenceIndex

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.base.jobs import enqueue
from kopir.websites.media_queries import EDITORS, list_used
from kopir.websites.models import MediaUse, SharedUse, SiteDocument, SiteImage, SitePage, Website
from kopir.websites.queries import list_versions
from kopir.websites.renditions import make_renditions
from kopir.websites.sharing import list_chosen
from kopir.websites.staleness import RENDITIONS
from kopir.websites.uploads import clean_picture


def add_picture(
    *, website: Website, title: str, name: str, content: IO[bytes], text: str = "", actor: Actor, now: datetime
) -> SiteImage:
    """Keep a picture for a website; `text` says what is to be seen. Raises NotAllowedError, FileRefusedError."""
    _check(website, actor)
    file = clean_picture(name, content)  # takes its time, so before the transaction: SQLite has one writer
    image = SiteImage(title=title, description=text, collection_id=website.collection_id, file=file)
    image._set_image_file_metadata()  # noqa: SLF001 - as Wagtail's own form does
    with transaction.atomic():
        image.save()
        _record(image, website, "picture", actor, now)
    return image


@transaction.atomic
def add_file(
    *, website: Website, title: str, name: str, content: IO[bytes], actor: Actor, now: datetime
) -> SiteDocument:
    """Keep a file for a website. Raises NotAllowedError, FileRefusedError."""
    _check(website, actor)
    document = SiteDocument(title=title, collection_id=website.collection_id, file=File(content, name=name))
    document.save()
    document.get_file_size()
    document.get_file_hash()
    _record(document, website, "file", actor, now)
    return document


@transaction.atomic
def note_media(pages: Iterable[SitePage]) -> None:
    """Note which pictures, files and shared texts these pages show, as their rows stand, and ask for missing sizes.

    Whoever writes a published page calls it in the same transaction: publishing does by itself, see `publishing_hooks`.
    """
    for page in pages:
        images, documents = list_used(page)
        stale = page.media_uses.exclude(image__in=images).exclude(document__in=documents)
        if stale.exists():
            before = _list_shown_before(page)
            stale.exclude(image__in=before[0]).exclude(document__in=before[1]).delete()
        known = set(page.media_uses.values_list("image", "document"))
        wanted: list[tuple[int | None, int | None]] = [(image, None) for image in _existing(SiteImage, images)]
        wanted += [(None, document) for document in _existing(SiteDocument, documents)]
        MediaUse.objects.bulk_create(
            MediaUse(page_id=page.pk, image_id=image, document_id=document)
            for image, document in wanted
            if (image, document) not in known
        )
        if images:
            enqueue(RENDITIONS, page=page.pk)
        keys = {item.translation_key for item in list_chosen(page) if item}
        page.shared_uses.exclude(key__in=keys).delete()
        SharedUse.objects.bulk_create([SharedUse(page_id=page.pk, key=key) for key in keys], ignore_conflicts=True)


def note_uses(made: Sequence[int], changed: Sequence[SitePage]) -> None:
    """Enter what pages use that were made or changed by statements of our own; those that use nothing cost nothing."""
    ids = [str(page.pk) for page in changed]
    before = set(ReferenceIndex.objects.filter(object_id__in=ids).values_list("object_id", flat=True))
    pages = [*changed, *SitePage.objects.filter(pk__in=made).specific()]
    using = [page for page in pages if str(page.pk) in before or any(list_used(page)) or list_chosen(page)]
    for page in using:
        ReferenceIndex.create_or_update_for_object(page)
    note_media(page for page in using if page.live)


def _list_shown_before(page: SitePage) -> tuple[set[int], set[int]]:
    """The pictures and files of the versions that the public has seen: their addresses stay, and so do these."""
    images: set[int] = set()
    documents: set[int] = set()
    for version in list_versions(page).filter(withdrawn_at=None).select_related("revision"):
        of_images, of_documents = list_used(version.revision.as_object())
        images |= of_images
        documents |= of_documents
    return images, documents


def make_renditions_of(page_id: int) -> None:
    """Make every picture that the page shows in every size in which it is missing. Twice is once."""
    for image in SiteImage.objects.filter(uses__page=page_id).order_by("pk"):
        make_renditions(image)


def _existing(model: type[SiteImage | SiteDocument], ids: set[int]) -> list[int]:
    """A text may still name what was deleted."""
    return list(model.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)) if ids else []


def _check(website: Website, actor: Actor) -> None:
    if actor.kind != "system" and not any(actor.has(role, website.body_id) for role in EDITORS):
        raise NotAllowedError


def _record(kept: SiteImage | SiteDocument, website: Website, kind: str, actor: Actor, now: datetime) -> None:
    record(
        actor=actor,
        action=f"websites.add_{kind}",
        subject=f"websites.{kind}:{kept.pk}",
        body_id=website.body_id,
        after={"title": kept.title},
        now=now,
    )
