"""Pictures and files of websites: ours from the first day, since Wagtail cannot change the model later.

Addresses are not to be guessed, and carry the website's collection, so that it can be asked whose a file is.
"""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

TOKEN_BYTES = 16


def unguessable(kind: str, collection_id: int, filename: str) -> str:
    """Where a file is kept: "pictures/17/<32 hexadecimal digits>.png"; of its name the ending alone remains."""
    return f"{kind}/{collection_id}/{secrets.token_hex(TOKEN_BYTES)}{PurePath(filename).suffix.lower()[:10]}"


class SiteImage(AbstractImage):
    """A picture of one website: that of its collection."""

    admin_form_fields = ("title", "file", "description", "collection", "focal_point_x", "focal_point_y")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def get_upload_to(self, filename: str) -> str:
        return unguessable("originals", self.collection_id, filename)


class SiteRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(SiteImage, models.CASCADE, related_name="renditions")

    class Meta(AbstractRendition.Meta):
        unique_together: ClassVar = [("image", "filter_spec", "focal_point_key")]

    def get_upload_to(self, filename: str) -> str:
        return unguessable("pictures", self.image.collection_id, filename)


def upload_file_to(instance: Any, filename: str) -> str:  # noqa: ANN401 - Django's signature
    """Where the file of a `SiteDocument` is kept."""
    return unguessable("files", instance.collection_id, filename)


class SiteDocument(AbstractDocument):
    """A file of one website."""

    file = models.FileField(_("file"), upload_to=upload_file_to)

    admin_form_fields = ("title", "file", "collection")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
