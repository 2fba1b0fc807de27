"""Blocks with pictures and films. A film is our own file with subtitles, or a card that leads to where it is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from kopir.websites.blocks.choosers import KindChooserBlock, PictureChooserBlock
from kopir.websites.blocks.text import FEATURES


class PictureBlock(blocks.StructBlock):
    """A picture with the text that stands for it; a picture that only decorates has an empty one and says so."""

    image = PictureChooserBlock(label=_("Picture"))
    text = blocks.CharBlock(label=_("What is to be seen"), max_length=250, required=False)
    is_decoration = blocks.BooleanBlock(label=_("Only decorates the page"), required=False)
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "websites/blocks/picture.html"


class VideoBlock(blocks.StructBlock):
    """A film: a file with subtitles, played here, or an address elsewhere; no frame of anybody else."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    file = KindChooserBlock("mp4", label=_("Film (MP4)"), required=False)
    subtitles = KindChooserBlock("vtt", label=_("Subtitles (VTT)"), required=False)
    poster = PictureChooserBlock(label=_("Picture before it begins"), required=False)
    text = blocks.RichTextBlock(label=_("What is said, as a text"), features=FEATURES, required=False)
    address = blocks.URLBlock(label=_("Or where it is to be seen"), required=False)

    class Meta:
        icon = "media"
        label = _("Film")
        template = "websites/blocks/video.html"

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - the value of a block
        """Raise StructBlockValidationError for a film without subtitles, or that is nowhere."""
        found = super().clean(value)
        faults = {}
        if not found["file"] and not found["address"]:
            faults["file"] = ValidationError(_("Choose a film, or write the address where it is to be seen."))
        if found["file"] and not found["subtitles"]:
            faults["subtitles"] = ValidationError(_("Add subtitles, for those who cannot hear."))
        if faults:
            raise StructBlockValidationError(faults)
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401
        """With the language of the subtitles: that of the page."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["language"] = get_language()
        return context
