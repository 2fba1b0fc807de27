"""Which file may be fetched by whom, in at most three queries. What no shown page uses is not there for the public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.files import FieldFile
from django.db.models.fields.related import ForeignKey
from wagtail.models import Collection

from kopir.base.actors import Actor, Role
from kopir.websites.models import SiteDocument, SiteImage, SitePage, SiteRendition, Website
from kopir.websites.renditions import Size, find_picture

EDITORS = (Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR)


@dataclass(frozen=True)
class Media:
    """A file that may be fetched: `title` is for its name on the reader's machine, "" for a picture."""

    file: FieldFile
    title: str
    is_public: bool


def find_media(name: str, actor: Actor) -> Media | None:
    """The picture or file of this name, if a shown page uses it or the actor edits the website whose it is.

    `name` is as it is kept: "pictures/17/….webp", "files/17/….pdf". Originals are never found.
    """
    found = _find_picture(name) if name.startswith("pictures/") else _find_file(name)
    if found is None:
        return None
    kept, is_public = found
    collection = kept.image.collection if isinstance(kept, SiteRendition) else kept.collection
    if not is_public and not _may_edit(actor, collection):
        return None
    return Media(kept.file, kept.title if isinstance(kept, SiteDocument) else "", is_public)


def find_address(kept: SiteImage | SiteDocument) -> str:
    """Where the public fetches a file, or a picture in its large size; "" while no shown page uses it."""
    if isinstance(kept, SiteDocument):
        return kept.url if _is_used(document=kept.pk) else ""
    found = find_picture(kept, Size.LARGE) if _is_used(image=kept.pk) else None
    return found["source"] if found else ""


def _find_picture(name: str) -> tuple[SiteRendition, bool] | None:
    rendition = SiteRendition.objects.select_related("image__collection").filter(file=name).first()
    return None if rendition is None else (rendition, _is_used(image=rendition.image_id))


def _find_file(name: str) -> tuple[SiteDocument, bool] | None:
    document = SiteDocument.objects.select_related("collection").filter(file=name).first()
    return None if document is None else (document, _is_used(document=document.pk))


def _is_used(**what: int) -> bool:
    """Whether a page that the public may see now uses it."""
    return bool(SitePage.objects.shown().filter(**{f"media_uses__{name}": pk for name, pk in what.items()}).exists())


def _may_edit(actor: Actor, collection: Collection) -> bool:
    """Whether the actor has a part in the website whose collection, or one above it, this is."""
    if actor.kind != "person":
        return False
    steps = range(Collection.steplen, len(collection.path) + 1, Collection.steplen)
    above = [collection.path[:end] for end in steps]
    body = Website.objects.filter(collection__path__in=above).values_list("body_id", flat=True).first()
    return body is not None and any(actor.has(role, body) for role in EDITORS)


def list_used(page: SitePage) -> tuple[set[int], set[int]]:
    """The ids of the pictures and files that the page, as it is given, shows: by its fields, texts and blocks."""
    found: dict[type[Any], set[int]] = {SiteImage: set(), SiteDocument: set()}
    for model, pk in _references(page):
        if model in found:
            found[model].add(int(pk))
    return found[SiteImage], found[SiteDocument]


def _references(page: SitePage) -> Iterator[tuple[type[Any], Any]]:
    for field in page._meta.concrete_fields:  # noqa: SLF001 - Django's own way to go through fields
        if isinstance(field, ForeignKey):
            pk = getattr(page, field.attname)
            if pk is not None:
                yield field.related_model, pk
        elif hasattr(field, "extract_references"):
            for model, pk, *_path in field.extract_references(field.value_from_object(page)):
                yield model, pk
