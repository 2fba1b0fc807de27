"""The listings of this room that kept pages show: the banners of a place, there or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kopir.banners.rules import COUNTRY, Place

_PREFIX: Final = "banners.banner:"


def at(place: Place) -> str:
    """The banners over the pages of this place."""
    return _PREFIX + place.name


def seen_from(body_id: int | None, region_id: int | None) -> list[str]:
    """What a page notes that belongs to this body and this region or district."""
    places = [COUNTRY]
    places += [Place(region_id=region_id)] if region_id is not None else []
    places += [Place(body_id=body_id)] if body_id is not None else []
    return [at(place) for place in places]


def reached_by(place: Place, districts: Iterable[int]) -> list[str]:
    """What a change at a place touches: a region's banner stands over its districts too."""
    return [at(place), *(at(Place(region_id=number)) for number in districts)]
