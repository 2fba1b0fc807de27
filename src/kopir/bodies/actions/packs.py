"""Filling an installation from its country pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.bodies.actions.calendar import add_years
from kopir.bodies.actions.locking import lock_portal, only_operators
from kopir.bodies.country import BodyFact, Pack, RegionFact
from kopir.bodies.found import NAME as FOUND
from kopir.bodies.models import Body, Region
from kopir.bodies.queries import get_calendar_version, get_country
from kopir.bodies.rules import pack_reference
from kopir.bodies.tags import COUNTS, REGIONS, bodies_in, body_at, listings_between, listings_of, region_at
from kopir.pagecache.actions import touch
from kopir.pagecache.tagged import tags_of
from kopir.search.actions import changed as found_anew


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought: new or renamed regions, new bodies, years new to the calendar."""

    regions: int
    bodies: int
    years: tuple[int, ...]


@transaction.atomic
def load_pack(*, pack: Pack, actor: Actor, now: datetime) -> Loaded:
    """Bring in what the pack has and the installation lacks. What people have changed since stays as they left it.

    Regions follow the pack, for nobody edits them. A second load of the same pack changes nothing.

    Raises NotAllowedError.
    """
    only_operators(actor)
    lock_portal()
    regions = _load_regions(pack.regions)
    slugs = _load_bodies(pack.bodies, now)
    reference = pack_reference(pack.country.code)
    before = get_calendar_version()
    after = add_years(days=pack.days, years=pack.years, reference=reference, actor=actor, now=now)
    years = tuple(sorted({*after.years} - {*(before.years if before else ())})) if after else ()
    loaded = Loaded(regions, len(slugs), years)
    if regions or slugs:
        # A region's name stands in the documents of its bodies.
        found_anew(FOUND, Body.objects.values_list("pk", flat=True))
    if regions or slugs or years:
        record(
            actor=actor,
            action="bodies.load_pack",
            subject=f"bodies.pack:{pack.country.code}",
            after={"regions": regions, "bodies": slugs, "years": years},
            now=now,
        )
    return loaded


def _load_regions(facts: Iterable[RegionFact]) -> int:
    """Make or renew the regions; how many differed. Regions come before their districts in a pack that was judged."""
    stored = {region.code: region for region in Region.objects.all()}
    count = 0
    for order, fact in enumerate(sorted(facts, key=lambda fact: fact.level != "region")):
        latitude, longitude = fact.location or (None, None)
        values = {
            "level": fact.level,
            "parent_id": stored[fact.parent].pk if fact.parent else None,
            "iso_3166_2": fact.iso_3166_2 or "",
            "names": dict(fact.names),
            "latitude": latitude,
            "longitude": longitude,
            "order": order,
        }
        region = stored.setdefault(fact.code, Region(code=fact.code))
        if region.pk and all(getattr(region, name) == value for name, value in values.items()):
            continue
        parents = {region.parent_id} if region.pk else set()
        for name, value in values.items():
            setattr(region, name, value)
        region.save()
        _touch_region(region, parents and parents | {region.parent_id})
        count += 1
    return count


def _touch_region(region: Region, parents: set[int | None]) -> None:
    """A region was made or renewed; `parents` are what it stood under and stands under, where it was there before."""
    touch(REGIONS, region_at(region.code), *tags_of(region))
    if len(parents) > 1:
        touch(COUNTS, *(bodies_in(number) for number in parents if number))


def _load_bodies(facts: Iterable[BodyFact], now: datetime) -> list[str]:
    """Make the bodies whose slug is new, those above before those below; their slugs."""
    stored = {body.slug: body for body in Body.objects.all()}
    regions = {region.code: region for region in Region.objects.all()}
    pending = [(order, fact) for order, fact in enumerate(facts, len(stored) + 1) if fact.slug not in stored]
    made = [fact.slug for _, fact in pending]
    while pending:
        wave = [(order, fact) for order, fact in pending if fact.parent is None or fact.parent in stored]
        pending = [item for item in pending if item not in wave]
        bodies = [_body(fact, order, stored, regions, now=now) for order, fact in wave]
        Body.objects.bulk_create(bodies)
        for body in bodies:
            body.path = f"{body.parent.path if body.parent else ''}{body.pk}/"
            stored[body.slug] = body
        Body.objects.bulk_update(bodies, ["path"])
        touch(*(tag for body in bodies for tag in _entered(body)))
    return made


def _entered(body: Body) -> frozenset[str]:
    """What a new body has entered."""
    return listings_between(frozenset(), listings_of(body, get_country())) | {body_at(body.slug)}


def _body(
    fact: BodyFact, order: int, stored: Mapping[str, Body], regions: Mapping[str, Region], *, now: datetime
) -> Body:
    return Body(
        slug=fact.slug,
        kind=fact.kind,
        code=fact.code,
        names=dict(fact.names),
        short_names=dict(fact.short_names),
        head=dict(fact.head),
        duties=dict(fact.duties),
        postal_address=dict(fact.address),
        hours=[hours.as_json() for hours in fact.hours],
        phone=fact.phone,
        site=fact.site,
        parent=stored[fact.parent] if fact.parent else None,
        region=regions[fact.region] if fact.region else None,
        order=order,
        created_at=now,
        changed_at=now,
    )
