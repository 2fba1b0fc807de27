"""What may be the address of a website, and who may do what for one. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from kopir.base.actors import Actor, Role

EDITING: Final = frozenset({Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR})
"""Who writes on the website of a body."""
PUBLISHING: Final = frozenset({Role.PUBLISHER, Role.SITE_ADMINISTRATOR})
"""Who shows to the public what others wrote."""
ADMINISTERING: Final = frozenset({Role.SITE_ADMINISTRATOR})
"""Who moves and deletes."""

RESERVED: Final = frozenset(
    {
        "about",
        "accessibility",
        "account",
        "admin",
        "api",
        "appeals",
        "assistant",
        "bodies",
        "calendar",
        "cooperation",
        "design",
        "duties",
        "edit",
        "feeds",
        "files",
        "health",
        "i18n",
        "identity",
        "inbox",
        "inquiries",
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
        "sitemaps",
        "sites",
        "static",
        "www",
    }
)
"""First segments that the platform uses, or will."""
PATH: Final = r"[-\w]+(?:/[-\w]+)*"
"""The way from a home page to a page below it: segments of letters, digits, hyphens and underscores."""
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def may_be_address(slug: str) -> bool:
    """Whether a website may have this first segment: lower-case Latin letters, digits, hyphens within, at most 100."""
    return len(slug) <= 100 and _SLUG.fullmatch(slug) is not None and slug not in RESERVED


def roles_in(actor: Actor, body_id: int) -> frozenset[Role]:
    """What the actor is for the website of a body; who operates the platform stands in for its administrator."""
    if actor.kind == "system" or actor.has(Role.PLATFORM_OPERATOR):
        return EDITING
    return frozenset(role for role in EDITING if actor.has(role, body_id))


def is_behind(follows_at: datetime | None, published_at: datetime | None, source_published_at: datetime | None) -> bool:
    """Whether a translation is older than its source.

    `follows_at` is when the source was published to which it was brought; where nobody has noted that, `published_at`,
    the translation's own last publication, stands for it.
    """
    own = follows_at or published_at
    return own is not None and source_published_at is not None and source_published_at > own


def up_to(published_at: datetime) -> datetime:
    """The first whole millisecond that is not before a publication: revisions keep no less of an instant."""
    late = published_at + timedelta(microseconds=999)
    return late.replace(microsecond=late.microsecond // 1000 * 1000)
