"""Pages for everybody: the home page, a body, a region, the calendar of days off."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kopir.base import clock
from kopir.base.access import everyone
from kopir.bodies import queries
from kopir.bodies.homes import find_home
from kopir.bodies.models import Worded
from kopir.bodies.presenting import by_kind, by_month, frame, hours_in_words, weekday_name
from kopir.pagecache.recorder import note_until
from kopir.pagecache.storing import storable


@storable()
@everyone
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All central bodies by kind and the regions with the number of their bodies, to be scanned at a glance."""
    counts = queries.count_local_bodies()
    context = {
        "country_names": Worded.of(queries.get_country().official_names),
        "groups": by_kind(queries.list_central_bodies().brief()),
        "regions": [(region, counts.get(region.pk, 0)) for region in queries.list_regions()],
    }
    return render(request, "bodies/home.html", context)


@storable()
@everyone
@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """A body: what it does, where and when it receives people, who leads it, what stands above and below it."""
    shown = queries.get_body(slug)
    above = queries.list_ancestors(shown)
    context = {
        "shown": shown,
        "body": frame(shown),
        "above": above,
        "groups": by_kind(queries.list_children(shown).brief()),
        "duties": Worded.of(shown.duties),
        "head": Worded.of(shown.head),
        "address": Worded.of(shown.postal_address),
        "hours": hours_in_words(shown.hours),
        "home": find_home(shown, get_language() or ""),
        "way": [_home(), *({"text": upper.short_name, "address": _address(upper.slug)} for upper in above)],
    }
    return render(request, "bodies/body.html", context)


@storable()
@everyone
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """A region or district: its local bodies, with those of its districts."""
    shown = queries.get_region(code)
    way = [_home()]
    if shown.parent:
        way.append({"text": shown.parent.name, "address": reverse("bodies:region", args=[shown.parent.code])})
    groups = by_kind(queries.list_bodies_in(shown).brief())
    context = {"shown": shown, "groups": groups, "way": way, "region_id": shown.pk}
    return render(request, "bodies/region.html", context)


@storable()
@everyone
@require_safe
def calendar(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The days off and moved working days of a year, and the decree that set each."""
    version = queries.get_calendar_version()
    years = list(version.years) if version else []
    zone = queries.get_country().zone
    this = clock.today(zone).year
    if year is None:
        note_until(datetime(this + 1, 1, 1, tzinfo=zone))
    shown = year or (this if this in years else (years[-1] if years else this))
    if year and year not in years:
        raise Http404
    tabs = [
        {"text": str(each), "address": reverse("bodies:calendar_year", args=[each]), "is_current": each == shown}
        for each in years
    ]
    context = {
        "year": shown,
        "tabs": tabs,
        "months": by_month(queries.list_calendar_days(year=shown)),
        "weekend": ", ".join(weekday_name(number) for number in sorted(queries.get_country().weekend)),
        "version": version,
        "way": [_home()],
    }
    return render(request, "bodies/calendar.html", context)


def _home() -> dict[str, str]:
    return {"text": _("State bodies"), "address": reverse("bodies:home")}


def _address(slug: str) -> str:
    return reverse("bodies:body", args=[slug])
