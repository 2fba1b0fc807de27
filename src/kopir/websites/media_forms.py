"""The forms by which Wagtail's administration takes pictures and files: they keep what `uploads` lets through."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from kopir.websites.errors import FileRefusedError
from kopir.websites.uploads import check_file, clean_picture


class PictureForm(BaseImageForm):
    """A picture is rebuilt before it is kept."""

    def clean_file(self) -> Any:  # noqa: ANN401 - a file, or the one that is kept already
        """Raise ValidationError with the sentence of the fault."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            return clean_picture(file.name or "", file)
        except FileRefusedError as error:
            raise ValidationError(error.message()) from None


class FileForm(BaseDocumentForm):
    """A file is looked into before it is kept."""

    def clean_file(self) -> Any:  # noqa: ANN401 - a file, or the one that is kept already
        """Raise ValidationError with the sentence of the fault."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            try:
                check_file(file.name or "", file)
            except FileRefusedError as error:
                raise ValidationError(error.message()) from None
        return file
