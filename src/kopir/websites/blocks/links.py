"""Blocks that lead on: cards, files, the newest news."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kopir.websites.blocks.choosers import FileChooserBlock, SitePageChooserBlock


class CardBlock(blocks.StructBlock):
    """One way on: to a page of any site, or to an address elsewhere."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.CharBlock(label=_("One line"), max_length=250, required=False)
    page = SitePageChooserBlock(label=_("Page"), required=False)
    address = blocks.URLBlock(label=_("Or an address"), required=False)


class CardsBlock(blocks.StructBlock):
    """Ways on, side by side."""

    items = blocks.ListBlock(CardBlock(), label=_("Cards"))

    class Meta:
        icon = "list-ul"
        label = _("Cards")
        template = "websites/blocks/cards.html"


class FilesBlock(blocks.StructBlock):
    """Files to be fetched."""

    items = blocks.ListBlock(FileChooserBlock(), label=_("Files"))

    class Meta:
        icon = "doc-full"
        label = _("Files")
        template = "websites/blocks/files.html"


class DataFileBlock(blocks.StructBlock):
    """A file of a set of data, and what its columns hold."""

    file = FileChooserBlock(label=_("File"))
    text = blocks.CharBlock(label=_("What it holds"), max_length=400, required=False)


class NewsBlock(blocks.StructBlock):
    """The newest news of the site."""

    count = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=6)

    class Meta:
        icon = "date"
        label = _("News")
        template = "websites/blocks/news.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401
        """The items, found by the view for the whole page: a block asks no database."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        news = (parent_context or {}).get("news", [])
        context["items"] = list(news)[: value["count"]]
        return context
