"""Pictures in the sizes that pages show. They are made when a page is published, never while one is read."""

from __future__ import annotations

import io
from enum import StrEnum
from functools import cache
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.images.models import Filter

from kopir.pagecache.actions import touch
from kopir.pagecache.recorder import note
from kopir.pagecache.tagged import tag_of
from kopir.websites.models import SiteImage, SiteRendition

_ENDINGS: Final = {"webp": "webp", "jpeg": "jpg", "png": "png"}


class Size(StrEnum):
    """The sizes, as Wagtail's filters: what fills them or fits in, as WebP."""

    SMALL = "fill-480x300|format-webp"
    PORTRAIT = "fill-360x450|format-webp"
    LARGE = "max-1200x1200|format-webp"


def find_picture(image: SiteImage | None, size: Size) -> dict[str, Any] | None:
    """Source, alt, width and height of a picture in a size; None where nobody has made it yet."""
    if image is None:
        return None
    key = _filter(size).get_cache_key(image)
    note(tag_of(SiteImage, image.pk))  # it may be in no size yet
    for rendition in image.renditions.all():
        if rendition.filter_spec == size.value and rendition.focal_point_key == key:
            return {
                "source": rendition.url,
                "alt": image.description or "",
                "width": rendition.width,
                "height": rendition.height,
            }
    return None


@cache
def _filter(size: Size) -> Filter:
    return Filter(spec=size.value)


def make_renditions(image: SiteImage) -> None:
    """Make the picture in every size in which it is missing."""
    for size in Size:
        if find_picture(image, size) is None:
            make_rendition(image, size.value)


def make_rendition(image: SiteImage, spec: str) -> SiteRendition:
    """Make the picture by one of Wagtail's filters, one after the other and without files left open."""
    wanted = Filter(spec=spec)
    key = wanted.get_cache_key(image)
    out = io.BytesIO()
    made = wanted.run(image, out)
    file = ContentFile(out.getvalue(), name=f"picture.{_ENDINGS[made.format_name]}")
    with transaction.atomic():
        kept, _is_new = SiteRendition.objects.get_or_create(
            image=image, filter_spec=spec, focal_point_key=key, defaults={"file": file}
        )
        touch(tag_of(SiteImage, image.pk))  # pages that show the picture have waited for it
    return kept
