"""What happened in this room, for rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchedInVain:
    """Somebody looked for `text` in a language, on the site of a body or everywhere (None), and nothing fits it."""

    text: str
    language: str
    site: int | None
