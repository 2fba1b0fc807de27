"""Pages on duties: for everybody a list and a website, for bodies and supervisors the same with what to repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kopir.base import clock
from kopir.base.access import everyone, staff
from kopir.base.actors import ANONYMOUS, Actor
from kopir.bodies.presenting import frame
from kopir.duties import actions, queries
from kopir.duties.models import Score
from kopir.duties.presenting import list_lines
from kopir.duties.rules import ALL, may_repair
from kopir.pagecache.storing import storable
from kopir.websites.queries import get_website

PAGE_SIZE: Final = 50
DAYS_BACK: Final = (30, 90)
"""What the table of supervisors compares with."""
HISTORY: Final = 60


@storable(params=("page",))
@everyone
@require_safe
def show_all(request: HttpRequest) -> HttpResponse:
    """Every website with its newest score, the best first."""
    many = Paginator(_ranked(queries.list_newest()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "duties/all.html", {"many": many, "way": [_start()]})


@storable()
@everyone
@require_safe
def show_one(request: HttpRequest, slug: str) -> HttpResponse:
    """What law asks of a website, how it stands, and on which day that was checked."""
    website, score = get_website(slug), queries.find_newest(slug)
    context = {
        "body": frame(website.body),
        "shown": website.body,
        "website": website,
        "score": score,
        "lines": list_lines(score) if score else [],
        "way": [_start(), _all()],
    }
    return render(request, "duties/one.html", context)


@staff(*ALL)
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """The websites that the actor works on or supervises, with what they had before."""
    now, seen = clock.now(), _ranked(queries.list_seen_by(_actor_of(request)))
    many = Paginator(seen, PAGE_SIZE).get_page(request.GET.get("page"))
    before = [queries.find_before(many.object_list, now - timedelta(days=days)) for days in DAYS_BACK]
    rows = [(score, [each.get(score.website_id) for each in before]) for score in many.object_list]
    return render(request, "duties/manage.html", {"many": many, "rows": rows, "days_back": DAYS_BACK})


@staff(*ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def manage_one(request: HttpRequest, slug: str) -> HttpResponse:
    """A website with everything that is wrong and where it is repaired; sent, it is checked anew."""
    actor = _actor_of(request)
    score = queries.get_seen_by(actor, slug)
    if request.method == "POST":
        actions.ask_for_check(website=score.website, actor=actor, now=clock.now())
        messages.success(request, _("The website is being checked. Load this page anew in a minute."))
        return redirect("duties:manage_one", slug)
    return _answer(request, score, actor)


@staff(*ALL)
@require_safe
def manage_past(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A score of the past, computed again from what is kept beside it."""
    actor = _actor_of(request)
    score = queries.get_past(queries.get_seen_by(actor, slug), number)
    outcome = queries.recompute(score)
    is_same = (outcome.points, outcome.possible, outcome.results) == (score.points, score.possible, score.results)
    return _answer(request, score, actor, past=True, is_same=is_same)


def _answer(request: HttpRequest, score: Score, actor: Actor, **facts: Any) -> HttpResponse:  # noqa: ANN401
    context = {
        "score": score,
        "lines": list_lines(score, with_faults=True),
        "may_repair": may_repair(actor, score.website.body_id),
        "history": queries.list_history(score.website_id)[:HISTORY],
        **facts,
    }
    return render(request, "duties/manage_one.html", context)


def _ranked(scores: Any) -> list[Score]:  # noqa: ANN401 - a queryset
    """The best first, those of which nothing could be checked last; equals by address."""
    return sorted(scores, key=lambda score: (-(score.percent if score.percent is not None else -1), score.website.slug))


def _actor_of(request: HttpRequest) -> Actor:
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS


def _start() -> dict[str, str]:
    return {"text": _("State bodies"), "address": reverse("bodies:home")}


def _all() -> dict[str, str]:
    return {"text": _("Duties of websites"), "address": reverse("duties:all")}
