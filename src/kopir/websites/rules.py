"""What may be the address of a website. Pure."""

from __future__ import annotations

import re
from typing import Final

RESERVED: Final = frozenset(
    {
        "about",
        "account",
        "admin",
        "api",
        "appeals",
        "assistant",
        "bodies",
        "calendar",
        "cooperation",
        "design",
        "edit",
        "feeds",
        "files",
        "health",
        "i18n",
        "identity",
        "inbox",
        "low-vision",
        "manage",
        "media",
        "metrics",
        "news",
        "people",
        "record",
        "regions",
        "search",
        "services",
        "sites",
        "static",
        "www",
    }
)
"""First segments that the platform uses, or will."""
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def may_be_address(slug: str) -> bool:
    """Whether a website may have this first segment: lower-case Latin letters, digits, hyphens within, at most 100."""
    return len(slug) <= 100 and _SLUG.fullmatch(slug) is not None and slug not in RESERVED
