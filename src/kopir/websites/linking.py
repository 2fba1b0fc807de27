"""What a page refers to, wherever it stands: fields, blocks, links in texts; and what of it is another website's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Collection, Page, ReferenceIndex

from kopir.websites.belonging import belongs
from kopir.websites.models import SiteDocument, SiteImage, SitePage
from kopir.websites.rights import Rights

KINDS: dict[type, str] = {SiteImage: "image", SiteDocument: "document", Collection: "collection", Page: "target"}
"""Which kind of thing each model is for `belonging`; what is no model of these is not judged here."""


def find_foreign(page: SitePage, rights: Rights) -> str:
    """The numbers of what the page, as it stands in memory, may not refer to: "image 12, target 7"; "" for nothing."""
    found = {(kind, pk) for kind, pk in _references(page) if not belongs(rights, kind, pk)}
    return ", ".join(f"{kind} {pk}" for kind, pk in sorted(found))


def _references(page: SitePage) -> Iterator[tuple[str, Any]]:
    extracted: Any = ReferenceIndex._extract_references_from_object(page)  # noqa: SLF001 - Wagtail's own way, without saving
    for content_type_id, object_id, _model_path, _content_path in extracted:
        model = ContentType.objects.get_for_id(content_type_id).model_class() or object
        kind = next((kind for known, kind in KINDS.items() if issubclass(model, known)), None)
        if kind:
            yield kind, object_id
