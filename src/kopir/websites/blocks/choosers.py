"""Choosers that fetch what their templates need in one query for all blocks of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from wagtail.blocks import PageChooserBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from kopir.pagecache.recorder import note
from kopir.pagecache.tagged import tag_of
from kopir.websites.uploads import ending_of


class PictureChooserBlock(ImageChooserBlock):
    """A picture, with the sizes in which it was made."""

    def bulk_to_python(self, values: Sequence[Any]) -> list[Any]:
        """The pictures in their order, None where one was deleted."""
        note(*(tag_of(self.model_class, value) for value in values if value))
        found: list[Any] = super().bulk_to_python(values)
        prefetch_related_objects([image for image in found if image is not None], "renditions")
        return found


class SitePageChooserBlock(PageChooserBlock):
    """A page of any website, with that website."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Wagtail's options
        """No other pages than those of websites can be chosen."""
        options["page_type"] = "websites.SitePage"
        super().__init__(**options)

    def bulk_to_python(self, values: Sequence[Any]) -> list[Any]:
        """The pages in their order, None where one was deleted."""
        found = self.model_class.objects.select_related("website").in_bulk([value for value in values if value])
        return [found.get(value) for value in values]


class FileChooserBlock(DocumentChooserBlock):
    """A file, which may have been deleted."""

    def bulk_to_python(self, values: Sequence[Any]) -> list[Any]:
        """The files in their order, None where one was deleted."""
        note(*(tag_of(self.model_class, value) for value in values if value))
        found: list[Any] = super().bulk_to_python(values)
        return found


class KindChooserBlock(FileChooserBlock):
    """A file whose name ends in `kind`."""

    def __init__(self, kind: str, **options: Any) -> None:  # noqa: ANN401 - Wagtail's options
        super().__init__(**options)
        self.kind = kind

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - a file or None
        """Raise ValidationError for a file of another kind."""
        from django.core.exceptions import ValidationError
        from django.utils.translation import gettext as _

        found = super().clean(value)
        if found is not None and ending_of(found.file.name) != self.kind:
            raise ValidationError(_("Choose a file that ends in .%(kind)s.") % {"kind": self.kind})
        return found
