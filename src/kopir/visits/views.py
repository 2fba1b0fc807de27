"""What was counted, for who works on a website: its pages, addresses without one, searches in vain."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kopir.base import clock
from kopir.base.access import staff
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import KopirError
from kopir.bodies.queries import get_country
from kopir.visits import queries
from kopir.visits.forms import LeadForm
from kopir.visits.models import LONGEST_PATH
from kopir.visits.presenting import tell_missing, tell_searches, tell_views, write_path
from kopir.visits.rules import SEEING, may_lead, split_way
from kopir.websites.actions import lead_on
from kopir.websites.rules import ADMINISTERING


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
    missing = queries.list_missing(website, today)
    ends = queries.list_ends(website, [row["path"] for row in missing])
    context = {
        "website": website,
        "tables": [
            tell_views(website, queries.list_views(website, today)),
            tell_missing(website, missing, ends, may_lead=may_lead(actor, website.body_id)),
            tell_searches(queries.list_searches(website, today)),
        ],
    }
    return render(request, "visits/show.html", context)


@staff(*ADMINISTERING)
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, slug: str) -> HttpResponse:
    """To which page an address leads where there is nothing: `from` is its path within the website."""
    actor = _actor_of(request)
    website = queries.get_led_website(slug, actor)
    path = request.GET.get("from", "")
    way = split_way(path)
    if way is None or len(path) > LONGEST_PATH:
        raise Http404
    form = LeadForm(request.POST or None, website=website)
    if request.method == "POST" and form.is_valid():
        language, below = way
        target = form.cleaned_data["page"]
        try:
            lead_on(website=website, language=language, path=below, page=target, actor=actor, now=clock.now())
        except KopirError as failure:
            form.add_error(None, failure.message())
        else:
            return redirect("visits:show", website.slug)
    return render(request, "visits/lead.html", {"website": website, "address": write_path(website, path), "form": form})


def _actor_of(request: HttpRequest) -> Actor:
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS
