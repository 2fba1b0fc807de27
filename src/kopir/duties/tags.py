"""The listings of this room that kept pages show, as tags: `queries` note them, `actions` touch them."""

from __future__ import annotations

from typing import Final

NEWEST: Final = "duties.score:newest"
"""The newest score of every website."""


def of_website(website_id: int) -> str:
    """The scores of one website."""
    return f"duties.score:website:{website_id}"
