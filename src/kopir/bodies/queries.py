"""Every read of the room: the country, its regions and bodies, and the calendar. Bodies and regions are public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from kopir.bodies import rules, tags
from kopir.bodies.country import Country, Term
from kopir.bodies.errors import UnknownBodyError
from kopir.bodies.models import BRIEF, Body, BodyQuerySet, CalendarDay, CalendarVersion, Portal, Region
from kopir.bodies.outlines import RegionMap, read_map
from kopir.bodies.pack import read_pack
from kopir.bodies.rules import WorkingCalendar
from kopir.pagecache.recorder import note, reach
from kopir.pagecache.tagged import tag_of

_NOT_BRIEF = tuple(name for name in (field.name for field in Body._meta.concrete_fields) if name not in {"id", *BRIEF})  # noqa: SLF001 - how Django describes a model


def get_country() -> Country:
    """The country of this installation, as its pack describes it. No query; the pack is read once a process."""
    return read_pack(settings.KOPIR_COUNTRY).country


def find_term(code: str) -> Term | None:
    """A term of law of this country; None where its pack has none of this code. No query."""
    return read_pack(settings.KOPIR_COUNTRY).terms.get(code)


def find_map() -> RegionMap | None:
    """The outlines of the country's regions; None where its pack has none. No query."""
    return read_map(settings.KOPIR_COUNTRY)


def get_portal() -> Portal:
    """What the operator has set for the portal; the words of the pack where nothing is set yet."""
    note(tags.PORTAL)
    return Portal.objects.filter(pk=1).first() or Portal(names=dict(get_country().portal_names))


def list_regions() -> QuerySet[Region]:
    """The regions, without districts, in the order of the pack."""
    note(tags.REGIONS)
    return Region.objects.filter(level="region")


def list_all_regions() -> QuerySet[Region]:
    """Regions and districts, each district behind its region."""
    note(tags.REGIONS)
    return Region.objects.select_related("parent").order_by(
        Coalesce("parent__order", "order"), F("parent").asc(nulls_first=True), "order"
    )


def get_region(code: str) -> Region:
    """A region or district. Raises UnknownBodyError."""
    note(tags.region_at(code))
    region = Region.objects.select_related("parent").filter(code=code).first()
    if region is None:
        raise UnknownBodyError(name=code)
    return region


def count_local_bodies() -> dict[int, int]:
    """How many active bodies each region has, those of its districts among them, by the region's id."""
    note(tags.COUNTS, tags.REGIONS)
    local = [code for code, kind in get_country().kinds.items() if kind.is_local]
    counts: dict[int, int] = {}
    rows = (
        Body.objects.filter(is_archived=False, kind__in=local, region__isnull=False)
        .values("region_id", "region__parent_id")
        .annotate(count=Count("id"))
        .order_by()
    )
    for row in rows:
        region = row["region__parent_id"] or row["region_id"]
        counts[region] = counts.get(region, 0) + row["count"]
    return counts


def list_central_bodies() -> BodyQuerySet:
    """The active bodies of the whole country: every kind that is not local."""
    note(tags.CENTRAL)
    central = [code for code, kind in get_country().kinds.items() if not kind.is_local]
    return _bodies().filter(is_archived=False, kind__in=central)


def list_bodies_in(region: Region) -> BodyQuerySet:
    """The active local bodies of a region and of its districts."""
    note(tags.bodies_in(region.pk))
    reach("bodies.region")
    local = [code for code, kind in get_country().kinds.items() if kind.is_local]
    inside = Q(region=region) | Q(region__parent=region)
    return _bodies().filter(inside, is_archived=False, kind__in=local)


def list_bodies(
    *, kind: str = "", region: str = "", text: str = "", with_archived: bool = False, ids: Iterable[int] | None = None
) -> BodyQuerySet:
    """Bodies narrowed by kind, region code (its districts too), a part of a name or number, and ids, in their order."""
    found = _bodies() if with_archived else _bodies().filter(is_archived=False)
    if kind:
        found = found.filter(kind=kind)
    if region:
        found = found.filter(Q(region__code=region) | Q(region__parent__code=region))
    for word in text.split():
        found = found.filter(_mentions(word))
    return found if ids is None else found.filter(pk__in=ids)


def _mentions(word: str) -> Q:
    found = Q(slug__icontains=word) | Q(code__startswith=word)
    for language in get_country().language_codes:
        # SQLite folds the case of ASCII alone, so the writings that people use are asked for one by one.
        for form in {word, word.lower(), word.capitalize()}:
            found |= Q(**{f"names__{language}__icontains": form})
    return found


def _bodies() -> BodyQuerySet:
    found = Body.objects.all()
    assert isinstance(found, BodyQuerySet)  # noqa: S101 - the manager is made from it
    return found


def get_body(slug: str, *, with_archived: bool = False) -> Body:
    """A body with its parent, of that no more than `BRIEF`, and its region.

    Raises UnknownBodyError, also for a closed one unless asked for.
    """
    note(tags.body_at(slug))
    reach("bodies.region")
    found = _bodies().select_related("parent", "region", "region__parent").filter(slug=slug)
    found = found.defer(*(f"parent__{name}" for name in _NOT_BRIEF))
    body = (found if with_archived else found.filter(is_archived=False)).first()
    if body is None:
        raise UnknownBodyError(name=slug)
    return body


def find_body(body_id: int) -> Body | None:
    """The body with this id, closed or not."""
    note(tag_of(Body, body_id))
    return _bodies().filter(pk=body_id).first()


def find_names(ids: list[str]) -> dict[str, str]:
    """The names of bodies by id, as texts: for the record of actions, which knows ids alone."""
    return {str(body.pk): str(body) for body in Body.objects.filter(pk__in=[one for one in ids if one.isdecimal()])}


def list_ancestors(body: Body) -> list[Body]:
    """Those above a body, from the root down, in one query; none for a root, without a query."""
    ids = body.ancestor_ids
    found = _bodies().brief().in_bulk(ids) if ids else {}
    return [found[number] for number in ids]


def list_children(body: Body) -> BodyQuerySet:
    """The active bodies right below one."""
    note(tags.children_of(body.pk))
    return _bodies().filter(parent=body, is_archived=False)


def list_descendants(body: Body) -> BodyQuerySet:
    """All bodies below one, at every depth, closed ones too."""
    return _bodies().below(body)


def find_broken_paths() -> list[str]:
    """The slugs of bodies whose path is not their parent's and their own id: empty unless somebody wrote past us."""
    paths = dict(_bodies().values_list("pk", "path"))
    rows = _bodies().values_list("pk", "parent_id", "slug")
    return [slug for pk, parent, slug in rows if paths[pk] != f"{paths[parent] if parent else ''}{pk}/"]


def get_calendar_version() -> CalendarVersion | None:
    """The newest version of the calendar; None before the first."""
    note(tags.CALENDAR)
    return CalendarVersion.objects.first()


def read_crest(name: str) -> bytes | None:
    """The bytes of the crest in the file of this name, None where there is none."""
    try:
        with Body.crest.field.storage.open(f"crests/{name}") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def list_calendar_versions() -> QuerySet[CalendarVersion]:
    """All versions, the newest first."""
    return CalendarVersion.objects.all()


def list_calendar_days(*, year: int | None = None, version: int | None = None) -> QuerySet[CalendarDay]:
    """The days of the newest version, or of `version`, in order; of one year if asked."""
    note(tags.CALENDAR)
    if version is None:
        days = CalendarDay.objects.filter(until__isnull=True)
    else:
        ended = Q(until__isnull=True) | Q(until__number__gt=version)
        days = CalendarDay.objects.filter(ended, since__number__lte=version)
    return days if year is None else days.filter(on__year=year)


def get_calendar(*, version: int | None = None) -> WorkingCalendar:
    """The working days of the newest version, or of `version`: two queries, then as many terms as are needed.

    Before the first version it covers no year. Raises UnknownBodyError for a version that never was.
    """
    newest = get_calendar_version() if version is None else CalendarVersion.objects.filter(number=version).first()
    weekend = get_country().weekend
    if newest is None:
        if version is not None:
            raise UnknownBodyError(name=version)
        return WorkingCalendar(weekend, frozenset(), frozenset(), frozenset())
    days = list(list_calendar_days(version=newest.number).values_list("on", "kind"))
    return WorkingCalendar(
        weekend,
        holidays=frozenset(on for on, kind in days if kind == "holiday"),
        working_days=frozenset(on for on, kind in days if kind == "working_day"),
        years=frozenset(newest.years),
        version=newest.number,
    )


def add_working_days(start: date, days: int) -> date:
    """The last day of a term of `days` working days by the newest calendar. Raises OutsideCalendarError."""
    return rules.add_working_days(start, days, get_calendar())


def due_on(term: Term, start: date, *, is_extended: bool = False) -> date:
    """The last day of a term of law whose event was on `start`, by the newest calendar. Raises OutsideCalendarError."""
    return rules.due_on(term, start, get_calendar(), is_extended=is_extended)
