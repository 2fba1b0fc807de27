"""What was counted, for who works on a website: its pages, addresses without one, searches in vain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kopir.base import clock
from kopir.base.access import staff
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.bodies.queries import get_country
from kopir.visits import queries
from kopir.visits.presenting import tell_missing, tell_searches, tell_views
from kopir.visits.rules import SEEING


@staff(*SEEING, Role.PLATFORM_OPERATOR)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The websites that the actor works on; for who operates the platform what was looked for everywhere."""
    actor, today = _actor_of(request), clock.today(get_country().zone)
    websites = list(queries.list_seen_websites(actor))
    counts = queries.count_views(websites, today)
    context = {
        "rows": [(website, counts.get(website.pk, 0)) for website in websites],
        "tables": [tell_searches(queries.list_searches(None, today))] if actor.has(Role.PLATFORM_OPERATOR) else [],
    }
    return render(request, "visits/list.html", context)


@staff(*SEEING)
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """What was counted of a website in the last days."""
    actor, today = _actor_of(request), clock.today(get_country().zone)
    website = queries.get_seen_website(slug, actor)
    context = {
        "website": website,
        "tables": [
            tell_views(website, queries.list_views(website, today)),
            tell_missing(website, queries.list_missing(website, today)),
            tell_searches(queries.list_searches(website, today)),
        ],
    }
    return render(request, "visits/show.html", context)


def _actor_of(request: HttpRequest) -> Actor:
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS
