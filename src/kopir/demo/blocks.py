"""Plain texts of the demonstration as editors would have written them: paragraphs, lists, insets. No query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join

Block = dict[str, Any]
"""A block of a page: its type and its value."""


def paragraphs(text: str) -> list[Block]:
    """One block for all paragraphs of a text, which empty lines keep apart."""
    return [{"type": "paragraph", "value": as_html(text)}]


def inset(text: str) -> Block:
    """A text that stands out."""
    return {"type": "inset", "value": {"text": as_html(text)}}


def as_html(text: str) -> str:
    """The paragraphs of a text."""
    return format_html_join("", "<p>{}</p>", ((part.replace("\n", " "),) for part in text.split("\n\n")))


def as_items(items: Iterable[str]) -> str:
    """A list."""
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((item,) for item in items)))
