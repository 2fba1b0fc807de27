"""Which blocks which kind of page may hold."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamBlock

from kopir.websites.blocks.facts import FactsBlock, NumbersBlock, StepsBlock
from kopir.websites.blocks.links import CardsBlock, DataFileBlock, FilesBlock, NewsBlock
from kopir.websites.blocks.media import PictureBlock, VideoBlock
from kopir.websites.blocks.reaching import ContactBlock, ServiceBlock
from kopir.websites.blocks.shared import SharedBlock
from kopir.websites.blocks.tables import TableBlock
from kopir.websites.blocks.text import HeadingBlock, InsetBlock, ParagraphBlock, QuestionsBlock, QuoteBlock


class Text(StreamBlock):
    """What a text is made of that stands by itself: that of a page, or one that many pages show."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    picture = PictureBlock()
    inset = InsetBlock()
    quote = QuoteBlock()
    questions = QuestionsBlock()
    cards = CardsBlock()
    files = FilesBlock()
    table = TableBlock()
    steps = StepsBlock()
    facts = FactsBlock()
    numbers = NumbersBlock()
    contact = ContactBlock()
    service = ServiceBlock()
    video = VideoBlock()


class Content(Text):
    """The body of an ordinary page."""

    shared = SharedBlock()

    class Meta:
        block_counts: ClassVar = {"shared": {"max_num": 20}}


class DataFiles(StreamBlock):
    """The files of a set of open data."""

    file = DataFileBlock(label=_("File"))


class Front(Content):
    """The body of a home page."""

    news = NewsBlock()
