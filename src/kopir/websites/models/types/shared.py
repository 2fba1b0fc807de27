"""A text that one body keeps and other websites show: written once, changed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel

from kopir.websites.blocks import BlocksField, Text
from kopir.websites.models.base import SitePage
from kopir.websites.models.pages import BELOW_ANY


class SharedWith(models.TextChoices):
    """Whose pages may show it; "below" is the tree of bodies."""

    OWN = "own", pgettext_lazy("shared text", "this website only")
    BELOW = "below", pgettext_lazy("shared text", "the websites of the bodies below this one")
    COUNTRY = "country", pgettext_lazy("shared text", "all websites of the country")


class SharedPage(SitePage):
    """A text to be shown within pages of this and of other websites; it has a page of its own, where it is kept.

    `in_languages`: the same text in each language, itself among them; filled by `sharing.find_items`.
    """

    shared_with = models.CharField(
        _("who may show this text"), max_length=10, choices=SharedWith.choices, default=SharedWith.OWN
    )
    body = BlocksField(Text, verbose_name=_("content"))

    parent_page_types: ClassVar[list[str]] = BELOW_ANY
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("shared_with"),
        FieldPanel("body"),
    ]
    in_languages: Sequence[SharedPage] = ()

    class Meta:
        verbose_name = _("shared text")
        verbose_name_plural = _("Shared texts")


class SharedUse(models.Model):
    """That the published text of a page has a place for a shared text; `key` is what that text has in all languages."""

    page = models.ForeignKey(SitePage, models.CASCADE, related_name="shared_uses")
    key = models.UUIDField(db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "key"], name="websites_text_once_on_a_page")]

    def __str__(self) -> str:
        """What is used where."""
        return f"{self.page_id}: {self.key}"
