"""Judges a page as it is given: its fields, its texts, its blocks in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from wagtail.fields import RichTextField, StreamField

from kopir.design.colors import check_contrast
from kopir.websites.blocks.tables import read_table
from kopir.websites.gate import words
from kopir.websites.gate.findings import Finding
from kopir.websites.gate.markup import read_markup
from kopir.websites.models import HomePage, NewsPage, PersonPage, SitePage, VideoPage
from kopir.websites.sharing import find_shown


def judge(page: SitePage) -> list[Finding]:
    """What is found on the page, from its title to its end."""
    found = [*_judge_fields(page)]
    for field in page._meta.concrete_fields:  # noqa: SLF001 - Django's own way to go through fields
        if isinstance(field, RichTextField):
            found += _judge_text(getattr(page, field.name), field.name)
        elif isinstance(field, StreamField):
            found += _judge_blocks(getattr(page, field.name))
            found += _judge_shared(page, getattr(page, field.name))
    return found


def _judge_fields(page: SitePage) -> Iterator[Finding]:
    if words.shouts(page.title):
        yield Finding("capitals", "title", page.title)
    if isinstance(page, NewsPage):
        if words.is_blank(page.summary):
            yield Finding("summary", "summary")
        if page.image is not None:
            yield from _judge_alt(page.image.description, "image")
    if isinstance(page, VideoPage) and page.file is not None and page.subtitles is None:
        yield Finding("subtitles", "subtitles", page.title)
    # The photo of a person without words is that of whom the page is about, and says so by itself.
    if isinstance(page, PersonPage) and page.photo is not None and page.photo.description:
        yield from _judge_alt(page.photo.description, "photo")
    if isinstance(page, HomePage) and page.website.body.colors and check_contrast(page.website.body.colors):
        yield Finding("contrast", "colors")


def _judge_alt(text: str, where: str) -> Iterator[Finding]:
    if words.is_blank(text):
        yield Finding("alt_missing", where)
    elif words.is_no_description(text):
        yield Finding("alt_empty", where, text)


def _judge_text(html: str, where: str) -> Iterator[Finding]:
    markup = read_markup(html)
    for link in markup.links:
        text = link.text.strip()
        if words.is_blank(text):
            yield Finding("link_empty", where)
        elif words.says_nothing(text):
            yield Finding("link_words", where, text)
        elif words.is_bare_address(text):
            yield Finding("link_bare", where, text)
    if any(words.is_blank(paragraph.text) for paragraph in markup.paragraphs) and len(markup.paragraphs) > 1:
        yield Finding("spacing", where)
    for paragraph in markup.paragraphs:
        if not words.is_blank(paragraph.text) and paragraph.bold.strip() == paragraph.text.strip():
            yield Finding("bold_heading", where, paragraph.text.strip())


def _judge_blocks(blocks: Any) -> Iterator[Finding]:  # noqa: ANN401 - the value of a StreamField
    level = 1
    for block in blocks:
        if block.block_type == "heading":
            yield from _judge_heading(block.value, str(block.id), level)
            level = int(block.value["level"])
        elif one := _BLOCKS.get(block.block_type):
            yield from one(block.value, str(block.id))


def _judge_shared(page: SitePage, blocks: Any) -> Iterator[Finding]:  # noqa: ANN401 - the value of a StreamField
    for block in blocks:
        if block.block_type == "shared" and not find_shown(block.value, page.website):
            yield Finding("shared_gone", str(block.id))


def _judge_heading(value: Any, where: str, above: int) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    if words.is_blank(value["text"]):
        yield Finding("heading_empty", where)
    if int(value["level"]) > above + 1:
        yield Finding("heading_level", where, value["text"])
    if words.shouts(value["text"]):
        yield Finding("capitals", where, value["text"])


def _judge_picture(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    if not value["is_decoration"]:
        yield from _judge_alt(value["text"], where)


def _judge_rich(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    yield from _judge_text(value.source, where)


def _judge_text_within(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    yield from _judge_text(value["text"].source, where)


def _judge_questions(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    for item in value["items"]:
        if words.is_blank(item["question"]):
            yield Finding("heading_empty", where)
        yield from _judge_text(item["answer"].source, where)


def _judge_cards(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    for item in value["items"]:
        if words.says_nothing(item["title"]):
            yield Finding("link_words", where, item["title"])
        elif words.is_bare_address(item["title"]):
            yield Finding("link_bare", where, item["title"])
        if not item["page"] and not item["address"]:
            yield Finding("card_target", where, item["title"])


def _judge_steps(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    for item in value["items"]:
        yield from _judge_text(item["text"].source, where)


def _judge_table(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    if words.is_blank(value["caption"]):
        yield Finding("table_caption", where)
    if any(words.is_blank(name) for name in read_table(value["cells"]).head):
        yield Finding("table_head", where, value["caption"])


def _judge_service(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    if words.says_nothing(value["button"]):
        yield Finding("link_words", where, value["button"])


def _judge_video(value: Any, where: str) -> Iterator[Finding]:  # noqa: ANN401 - the value of a block
    if value["file"] and not value["subtitles"]:
        yield Finding("subtitles", where, value["title"])
    yield from _judge_text(value["text"].source, where)


_BLOCKS: Final[Mapping[str, Callable[[Any, str], Iterator[Finding]]]] = {
    "picture": _judge_picture,
    "paragraph": _judge_rich,
    "inset": _judge_text_within,
    "questions": _judge_questions,
    "cards": _judge_cards,
    "steps": _judge_steps,
    "table": _judge_table,
    "service": _judge_service,
    "video": _judge_video,
}
