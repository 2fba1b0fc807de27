"""The forms by which Wagtail's administration takes pictures and files: they keep what `uploads` lets through."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import FileField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from kopir.websites.errors import FileRefusedError
from kopir.websites.uploads import check_file, clean_picture


class PictureField(WagtailImageField):
    """Takes a picture by rebuilding it; Wagtail's own looks at the ending and may stumble over what is damaged."""

    def to_python(self, data: Any) -> Any:  # noqa: ANN401 - what a form has read
        """Raise ValidationError with the sentence of the fault."""
        file = FileField.to_python(self, data)
        if file is None:
            return None
        try:
            return clean_picture(file.name or "", file)
        except FileRefusedError as error:
            raise ValidationError(error.message()) from None


class PictureForm(BaseImageForm):
    """A picture is rebuilt before it is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Put our field where Wagtail's was, if this form has one."""
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(label=field.label, required=field.required, widget=field.widget)


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
