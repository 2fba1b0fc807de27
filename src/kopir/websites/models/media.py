"""Pictures and files of websites: ours from the first day, since Wagtail cannot change the model later.

Addresses are not to be guessed, and carry the website's collection, so that it can be asked whose a file is. What no
form has looked at is looked at when it is saved: nothing is kept as it came.
"""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from kopir.websites.uploads import CleanFile, check_file, clean_picture

TOKEN_BYTES = 16


def unguessable(kind: str, collection_id: int, filename: str) -> str:
    """Where a file is kept: "pictures/17/<32 hexadecimal digits>.png"; of its name the ending alone remains."""
    return f"{kind}/{collection_id}/{secrets.token_hex(TOKEN_BYTES)}{PurePath(filename).suffix.lower()[:10]}"


class SiteImage(AbstractImage):
    """A picture of one website: that of its collection."""

    file: Any
    admin_form_fields = ("title", "file", "description", "collection", "focal_point_x", "focal_point_y")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Keep a new file only once it is rebuilt. Raises FileRefusedError."""
        if _is_new(self.file) and not isinstance(self.file.file, CleanFile):
            self.file = clean_picture(self.file.name or "", self.file.file)
            self._set_image_file_metadata()
        with transaction.atomic():
            super().save(*args, **kwargs)
            _note(self)

    def delete(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Be gone at once from the pages that show it."""
        with transaction.atomic():
            _note(self, is_gone=True)
            return super().delete(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        return unguessable("originals", self.collection_id, filename)


class SiteRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(SiteImage, models.CASCADE, related_name="renditions")

    class Meta(AbstractRendition.Meta):
        unique_together: ClassVar = [("image", "filter_spec", "focal_point_key")]
        indexes: ClassVar = [models.Index(fields=["file"], name="websites_rendition_file")]

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
        indexes: ClassVar = [models.Index(fields=["file"], name="websites_document_file")]

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Keep a new file only if it is what its name says. Raises FileRefusedError."""
        if _is_new(self.file):
            check_file(self.file.name or "", self.file.file)
        with transaction.atomic():
            super().save(*args, **kwargs)
            _note(self)

    def delete(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Be gone at once from the pages that offer it."""
        with transaction.atomic():
            _note(self, is_gone=True)
            return super().delete(*args, **kwargs)

    @property
    def url(self) -> str:
        """Where it is fetched; links in texts ask for it."""
        return f"{settings.MEDIA_URL}{self.file.name}"


def _is_new(file: models.fields.files.FieldFile) -> bool:
    return bool(file) and not file._committed  # type: ignore[attr-defined]  # noqa: SLF001 - no other word for it


def _note(thing: SiteImage | SiteDocument, *, is_gone: bool = False) -> None:
    from kopir.websites.staleness import note_file

    note_file(thing, is_gone=is_gone)


class MediaUse(models.Model):
    """That the published text of a page shows a picture or offers a file: what makes it public while the page is."""

    page = models.ForeignKey("websites.SitePage", models.CASCADE, related_name="media_uses")
    image = models.ForeignKey(SiteImage, models.CASCADE, null=True, related_name="uses")
    document = models.ForeignKey(SiteDocument, models.CASCADE, null=True, related_name="uses")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(image__isnull=True) ^ Q(document__isnull=True), name="websites_use_of_one"
            ),
            models.UniqueConstraint(fields=["page", "image"], name="websites_image_once_on_a_page"),
            models.UniqueConstraint(fields=["page", "document"], name="websites_document_once_on_a_page"),
        ]

    def __str__(self) -> str:
        """What is used where."""
        return f"{self.page_id}: {self.image_id or self.document_id}"
