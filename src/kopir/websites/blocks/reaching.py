"""Blocks by which somebody is reached or something is done: a contact, a service."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from kopir.websites.blocks.choosers import SitePageChooserBlock


class ContactBlock(blocks.StructBlock):
    """Where somebody is reached: an office, a hot line."""

    name = blocks.CharBlock(label=_("Who"), max_length=200)
    address = blocks.CharBlock(label=_("Address"), max_length=300, required=False)
    phone = blocks.CharBlock(label=_("Telephone"), max_length=40, required=False)
    email = blocks.EmailBlock(label=_("E-mail address"), required=False)
    hours = blocks.CharBlock(label=_("Hours"), max_length=200, required=False)

    class Meta:
        icon = "mail"
        label = _("Contact")
        template = "websites/blocks/contact.html"

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - the value of a block
        """Raise StructBlockValidationError for one that tells no way."""
        found = super().clean(value)
        if not any(found[name] for name in ("address", "phone", "email")):
            raise StructBlockValidationError(
                {"address": ValidationError(_("Write an address, a telephone or an e-mail address."))}
            )
        return found


class ServiceBlock(blocks.StructBlock):
    """The way to a service: what it does, and the button that leads to it."""

    title = blocks.CharBlock(label=_("Service"), max_length=120)
    text = blocks.CharBlock(label=_("What it does"), max_length=300)
    button = blocks.CharBlock(label=_("Words of the button"), max_length=60)
    page = SitePageChooserBlock(label=_("Page"), required=False)
    address = blocks.URLBlock(label=_("Or an address"), required=False)

    class Meta:
        icon = "link-external"
        label = _("Service")
        template = "websites/blocks/service.html"

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - the value of a block
        """Raise StructBlockValidationError where the button leads nowhere."""
        found = super().clean(value)
        if not found["page"] and not found["address"]:
            raise StructBlockValidationError({"address": ValidationError(_("Choose a page or write an address."))})
        return found
