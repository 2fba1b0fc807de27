"""The listings of this room that kept pages show, as tags of `pagecache`: `queries` note them, `actions` touch them.

Bodies and regions have tags of their own, noted when they come out of the database. A listing's tag is for what enters
or leaves it.
"""

from __future__ import annotations

from typing import Final

from kopir.bodies.country import Country
from kopir.bodies.models import Body

CENTRAL: Final = "bodies.body:central"
COUNTS: Final = "bodies.body:counts"
REGIONS: Final = "bodies.region:all"
PORTAL: Final = "bodies.portal:1"
CALENDAR: Final = "bodies.calendarversion:newest"
"""The calendar as a whole: a day never changes without a version."""


def children_of(body_id: int) -> str:
    """The bodies right below one."""
    return f"bodies.body:children:{body_id}"


def bodies_in(region_id: int) -> str:
    """The local bodies of a region or district."""
    return f"bodies.body:region:{region_id}"


def body_at(slug: str) -> str:
    """The body with this slug, there or not."""
    return f"bodies.body:slug:{slug}"


def region_at(code: str) -> str:
    """The region with this code, there or not."""
    return f"bodies.region:code:{code}"


def listings_of(body: Body, country: Country) -> frozenset[str]:
    """The listings that hold a body as it is now; none once it is closed."""
    if body.is_archived:
        return frozenset()
    found = {children_of(body.parent_id)} if body.parent_id else set()
    kind = country.kinds.get(body.kind)
    if kind is not None and not kind.is_local:
        found.add(CENTRAL)
    elif body.region is not None:
        found |= {bodies_in(number) for number in (body.region.pk, body.region.parent_id) if number}
    return frozenset(found)


def listings_between(before: frozenset[str], after: frozenset[str]) -> frozenset[str]:
    """The listings that a body has entered or left, and the counts of regions where it was one of theirs."""
    changed = before ^ after
    return changed | ({COUNTS} if any(tag.startswith("bodies.body:region:") for tag in changed) else set())
