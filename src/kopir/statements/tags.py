"""The tags of this room: `queries` note them, `actions` touch them."""

from __future__ import annotations


def of_website(website_id: int) -> str:
    """The statement of a website, there or not."""
    return f"statements.statement:website:{website_id}"
