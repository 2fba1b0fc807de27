"""Who may set a banner where, and how long it may stand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kopir.base.actors import Actor, Role

SETTERS: Final = frozenset({Role.PUBLISHER, Role.SITE_ADMINISTRATOR})
"""Who speaks for a body; for the country and its regions only operators of the platform do."""
LONGEST: Final = timedelta(days=30)
LIMIT_TITLE: Final = 120
LIMIT_TEXT: Final = 400


@dataclass(frozen=True)
class Place:
    """Where a banner stands: over a body's pages, over a region's, or, with neither, over all of the country."""

    body_id: int | None = None
    region_id: int | None = None

    def __post_init__(self) -> None:
        if self.body_id is not None and self.region_id is not None:
            raise ValueError("a banner stands at one place")

    @property
    def name(self) -> str:
        """As the table and the tags call it: "country", "region:5", "body:7"."""
        if self.body_id is not None:
            return f"body:{self.body_id}"
        return "country" if self.region_id is None else f"region:{self.region_id}"


COUNTRY: Final = Place()


def may_set(actor: Actor, place: Place) -> bool:
    """Whether the actor sets and ends banners at this place."""
    if actor.kind == "system" or actor.has(Role.PLATFORM_OPERATOR):
        return True
    return place.body_id is not None and any(actor.has(role, place.body_id) for role in SETTERS)
