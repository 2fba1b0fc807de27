"""Blocks of facts: names with values, numbers that stand out, steps one after the other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kopir.websites.blocks.text import FEATURES


class FactBlock(blocks.StructBlock):
    """A fact and its name."""

    key = blocks.CharBlock(label=_("What it is about"), max_length=120)
    value = blocks.CharBlock(label=_("Fact"), max_length=400)


class FactsBlock(blocks.StructBlock):
    """Facts with their names, one below the other."""

    items = blocks.ListBlock(FactBlock(), label=_("Facts"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Facts")
        template = "websites/blocks/facts.html"


class NumberBlock(blocks.StructBlock):
    """A number and what it counts."""

    number = blocks.CharBlock(label=_("Number"), max_length=30)
    text = blocks.CharBlock(label=_("What it counts"), max_length=120)


class NumbersBlock(blocks.StructBlock):
    """Two to four numbers, large."""

    items = blocks.ListBlock(NumberBlock(), label=_("Numbers"), min_num=2, max_num=4)

    class Meta:
        icon = "order"
        label = _("Numbers")
        template = "websites/blocks/numbers.html"


class StepBlock(blocks.StructBlock):
    """One step."""

    title = blocks.CharBlock(label=_("What to do"), max_length=150)
    text = blocks.RichTextBlock(label=_("How"), features=FEATURES, required=False)


class StepsBlock(blocks.StructBlock):
    """What to do, step by step."""

    items = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "websites/blocks/steps.html"
