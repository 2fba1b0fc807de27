"""Blocks of text: headings, paragraphs, what is set in, quotes, questions and answers."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]
"""What a paragraph may hold; headings are blocks of their own, so that their order can be judged."""


class HeadingBlock(blocks.StructBlock):
    """A heading below the title of the page: level 2 or 3."""

    text = blocks.CharBlock(label=_("Text"), max_length=200)
    level = blocks.ChoiceBlock(label=_("Level"), choices=[("2", _("Section")), ("3", _("Subsection"))], default="2")

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "websites/blocks/heading.html"


class ParagraphBlock(blocks.RichTextBlock):
    """Text with emphasis, lists and links."""

    def __init__(self, **options: object) -> None:
        super().__init__(features=FEATURES, **{key: value for key, value in options.items() if key != "features"})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "websites/blocks/paragraph.html"


class InsetBlock(blocks.StructBlock):
    """What must not be overlooked."""

    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES)

    class Meta:
        icon = "warning"
        label = _("Important")
        template = "websites/blocks/inset.html"


class QuoteBlock(blocks.StructBlock):
    """Words of somebody, with who said them."""

    text = blocks.TextBlock(label=_("Words"))
    source = blocks.CharBlock(label=_("Who said it"), max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "websites/blocks/quote.html"


class QuestionBlock(blocks.StructBlock):
    """A question and its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=300)
    answer = blocks.RichTextBlock(label=_("Answer"), features=FEATURES)


class QuestionsBlock(blocks.StructBlock):
    """Questions whose answers unfold."""

    items = blocks.ListBlock(QuestionBlock(), label=_("Questions"))

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "websites/blocks/questions.html"
        form_classname: ClassVar[str] = "struct-block"
