"""Blocks with pictures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock


class PictureBlock(blocks.StructBlock):
    """A picture with the text that stands for it; a picture that only decorates has an empty one and says so."""

    image = ImageChooserBlock(label=_("Picture"))
    text = blocks.CharBlock(label=_("What is to be seen"), max_length=250, required=False)
    is_decoration = blocks.BooleanBlock(label=_("Only decorates the page"), required=False)
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "websites/blocks/picture.html"
