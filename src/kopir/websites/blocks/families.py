"""Which blocks which kind of page may hold."""

from __future__ import annotations

from wagtail.blocks import StreamBlock

from kopir.websites.blocks.facts import FactsBlock, NumbersBlock, StepsBlock
from kopir.websites.blocks.links import CardsBlock, FilesBlock, NewsBlock
from kopir.websites.blocks.media import PictureBlock, VideoBlock
from kopir.websites.blocks.reaching import ContactBlock, ServiceBlock
from kopir.websites.blocks.tables import TableBlock
from kopir.websites.blocks.text import HeadingBlock, InsetBlock, ParagraphBlock, QuestionsBlock, QuoteBlock


class Content(StreamBlock):
    """The body of an ordinary page."""

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


class Front(Content):
    """The body of a home page."""

    news = NewsBlock()
