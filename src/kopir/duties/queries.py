"""Every read of the room: scores as the public and as supervisors see them, and scores computed again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Max, Min, Q, QuerySet

from kopir.base.actors import Actor, Role
from kopir.bodies.queries import get_calendar, get_country
from kopir.bodies.rules import WorkingCalendar
from kopir.duties import tags
from kopir.duties.checks import Case
from kopir.duties.errors import UnknownScoreError
from kopir.duties.facts import facts_from
from kopir.duties.models import LinkFinding, Score
from kopir.duties.packs import pack_from
from kopir.duties.rules import WORKING, is_supervisor, may_see
from kopir.duties.scoring import Outcome, score
from kopir.pagecache.recorder import note, reach
from kopir.websites.models import Website, WebsiteState

ASK_AFTER: Final = timedelta(hours=20)
FORGET_AFTER: Final = timedelta(days=14)
MOST_HOSTS: Final = 500


def list_websites() -> QuerySet[Website]:
    """The websites that are checked: those that are open."""
    return Website.objects.filter(state=WebsiteState.OPEN).select_related("body").order_by("pk")


def find_website(website_id: int) -> Website | None:
    """One of them."""
    return list_websites().filter(pk=website_id).first()


def list_hosts_to_ask(now: datetime) -> list[str]:
    """The hosts with addresses that are to be asked again, those that have waited longest first, up to `MOST_HOSTS`."""
    waited = _to_ask(now).values("host").annotate(last=Min("asked_at"))
    return [row["host"] for row in waited.order_by(F("last").asc(nulls_first=True), "host")[:MOST_HOSTS]]


def list_to_ask(host: str, now: datetime) -> QuerySet[LinkFinding]:
    """The addresses of a host that are to be asked again, those first that have waited longest."""
    return _to_ask(now).filter(host=host).order_by(F("asked_at").asc(nulls_first=True), "pk")


def count_asked(host: str, now: datetime) -> int:
    """How many addresses of a host were asked since yesterday."""
    return LinkFinding.objects.filter(host=host, asked_at__gte=now - ASK_AFTER).count()


def _to_ask(now: datetime) -> QuerySet[LinkFinding]:
    """Addresses that pages have led to lately, and that were not asked since yesterday."""
    is_due = Q(asked_at__isnull=True) | Q(asked_at__lt=now - ASK_AFTER)
    return LinkFinding.objects.filter(is_due, seen_on__gte=(now - FORGET_AFTER).date())


def list_newest() -> QuerySet[Score]:
    """The newest score of every open website, with website and body, without how each clause stands."""
    note(tags.NEWEST)
    return _scores().filter(is_newest=True, website__state=WebsiteState.OPEN).defer("results")


def get_newest(slug: str) -> Score:
    """The newest score of the open website with this first segment. Raises UnknownScoreError."""
    found = find_newest(slug)
    if found is None:
        raise UnknownScoreError(name=slug)
    return found


def find_newest(slug: str) -> Score | None:
    """The same; None where the website was not checked yet."""
    note(tags.NEWEST)
    return _scores().filter(is_newest=True, website__state=WebsiteState.OPEN, website__slug=slug).first()


def list_seen_by(actor: Actor) -> QuerySet[Score]:
    """The newest scores of the websites that the actor works on, heads, or supervises."""
    found = list_newest()
    if is_supervisor(actor):
        return found
    own = [body for role, body in actor.grants if role in WORKING | {Role.HEAD} and body is not None]
    below = Q()
    for role, body in actor.grants:
        if role is Role.HEAD and body is not None:
            below |= Q(website__body__path__startswith=f"{body}/") | Q(website__body__path__contains=f"/{body}/")
    return found.filter(Q(website__body__in=own) | below) if own else found.none()


def get_seen_by(actor: Actor, slug: str) -> Score:
    """The newest score of a website for who may see all of it. Raises UnknownScoreError."""
    found = get_newest(slug)
    if not may_see(actor, found.website.body_id, found.website.body.ancestor_ids):
        raise UnknownScoreError(name=slug)
    return found


def list_history(website_id: int) -> QuerySet[Score]:
    """All scores of a website, the newest first."""
    note(tags.of_website(website_id))
    return _scores().filter(website=website_id).defer("results")


def get_past(newest: Score, number: int) -> Score:
    """Another score of the same website, by its number. Raises UnknownScoreError."""
    found = _scores().select_related("inputs").filter(website=newest.website_id, pk=number).first()
    if found is None:
        raise UnknownScoreError(name=newest.website.slug)
    return found


def find_before(scores: Iterable[Score], at: datetime) -> dict[int, Score]:
    """What the websites of these scores had at an instant, by website; those that had none yet are left out."""
    websites = [score.website_id for score in scores]
    last = Score.objects.filter(website__in=websites, at__lte=at).values("website").annotate(last=Max("at"))
    times = {row["website"]: row["last"] for row in last.order_by()}
    found = Score.objects.filter(website__in=times, at__in=set(times.values())).defer("results")
    return {score.website_id: score for score in found if score.at == times[score.website_id]}


def recompute(kept: Score) -> Outcome:
    """What the score comes to from what is kept beside it: its facts, its pack, its calendar and its day."""
    calendar = get_calendar(version=kept.calendar) if kept.calendar else _no_calendar()
    case = Case(facts_from(bytes(kept.inputs.content)), kept.on, calendar)
    return score(pack_from(kept.pack.content), case)


def _no_calendar() -> WorkingCalendar:
    """What there was before the first version of the calendar."""
    return WorkingCalendar(get_country().weekend, frozenset(), frozenset(), frozenset())


def _scores() -> QuerySet[Score]:
    reach("websites.website", "bodies.body", "duties.packversion")
    return Score.objects.select_related("website__body", "pack")
