"""The administration of bodies, calendar and portal: each page shows a form, calls one action and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kopir.base import clock
from kopir.base.access import fresh, staff
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.administration import list_parts
from kopir.base.errors import KopirError, NotAllowedError
from kopir.bodies import actions, queries
from kopir.bodies.actions import DayChange
from kopir.bodies.country import Country
from kopir.bodies.forms import BodyForm, DayForm, FilterForm, LookForm, PlaceForm, PlainForm, PortalForm, RevisionForm
from kopir.bodies.models import Body, Worded
from kopir.bodies.presenting import by_month, hours_in_words
from kopir.bodies.rules import FACE, PASSPORT, may_change_bodies, may_change_field

PER_PAGE = 50

administrators = staff(Role.PLATFORM_OPERATOR, Role.SITE_ADMINISTRATOR)
operators = staff(Role.PLATFORM_OPERATOR)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware of accounts has told."""
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS


@staff(*Role)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What may be administered here, by all rooms, and the bodies that the actor works for."""
    actor = actor_of(request)
    own = {body for _, body in actor.grants if body is not None}
    found = queries.list_bodies(ids=own) if own else []
    bodies = [(body, actor.has(Role.SITE_ADMINISTRATOR, body.pk)) for body in found]
    return render(request, "bodies/manage/index.html", {"parts": list_parts(actor), "bodies": bodies})


@administrators
@require_safe
def list_of_bodies(request: HttpRequest) -> HttpResponse:
    """The bodies that the actor may change, narrowed by a filter, page by page."""
    actor, form = actor_of(request), FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    ids = None if may_change_bodies(actor) else [body for role, body in actor.grants if role is Role.SITE_ADMINISTRATOR]
    region = wanted.get("region")
    found = queries.list_bodies(
        kind=wanted.get("kind", ""),
        region=region.code if region else "",
        text=wanted.get("q", ""),
        with_archived=wanted.get("closed", False),
        ids=None if ids is None or None in ids else [number for number in ids if number is not None],
    ).select_related("region")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "is_operator": may_change_bodies(actor)}
    return render(request, "bodies/manage/bodies.html", context)


@fresh()
@operators
@form_methods
def create(request: HttpRequest) -> HttpResponse:
    """A new body."""
    editable = (PASSPORT | FACE) - {"parent", "colors", "crest"}
    form = BodyForm(request.POST or None, editable=editable)
    place = PlaceForm(request.POST or None, initial={"revision": 0, "parent": request.GET.get("under")})

    def save(actor: Actor) -> HttpResponse:
        body = actions.create_body(
            parent=place.cleaned_data["parent"], actor=actor, now=clock.now(), **form.get_fields()
        )
        return _done(request, _("“{name}” was made.").format(name=body.name), body)

    place.fields.pop("revision")
    answer = _try(request, form, save, place)
    return answer or render(request, "bodies/manage/create.html", {"form": form, "place": place})


@administrators
@form_methods
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """A body's fields: for its administrator those by which it shows itself, for the operator all."""
    body, actor = _get_own(request, slug)
    fields = (PASSPORT | FACE) - {"parent", "colors", "crest"}
    editable = {name for name in fields if may_change_field(actor, body.pk, name)}
    form = BodyForm(request.POST or None, editable=editable, body=body)

    def save(actor: Actor) -> HttpResponse:
        revision = form.cleaned_data["revision"]
        changed = actions.change_body(body=body, revision=revision, actor=actor, now=clock.now(), **form.get_fields())
        return _done(request, _("The changes are saved."), changed)

    answer = _try(request, form, save)
    return answer or _page(request, "change", body, form=form, hours=hours_in_words(body.hours))


@fresh()
@operators
@form_methods
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Under which body this one stands."""
    body, _actor = _get_own(request, slug)
    initial = {"revision": body.revision, "parent": body.parent and body.parent.slug}
    form = PlaceForm(request.POST or None, initial=initial)

    def save(actor: Actor) -> HttpResponse:
        data = form.cleaned_data
        moved = actions.move_body(
            body=body, parent=data["parent"], revision=data["revision"], actor=actor, now=clock.now()
        )
        return _done(request, _("The body stands in its new place."), moved)

    return _try(request, form, save) or _page(request, "move", body, form=form)


@administrators
@form_methods
def look(request: HttpRequest, slug: str) -> HttpResponse:
    """A body's colors and crest."""
    body, _actor = _get_own(request, slug)
    form = LookForm(request.POST or None, request.FILES or None, initial={"revision": body.revision, **body.colors})

    def save(actor: Actor) -> HttpResponse:
        upload = form.cleaned_data["crest"]
        changed = actions.set_theme(
            body=body,
            colors=form.get_colors(),
            crest=upload.read() if upload else None,
            revision=form.cleaned_data["revision"],
            actor=actor,
            now=clock.now(),
        )
        return _done(request, _("The look is saved."), changed)

    return _try(request, form, save) or _page(request, "look", body, form=form)


@fresh()
@operators
@form_methods
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Closes a body, after a question."""
    body, _actor = _get_own(request, slug)
    form = RevisionForm(request.POST or None, initial={"revision": body.revision})

    def save(actor: Actor) -> HttpResponse:
        revision = form.cleaned_data["revision"]
        closed = actions.archive_body(body=body, revision=revision, actor=actor, now=clock.now())
        return _done(request, _("“{name}” is closed.").format(name=closed.name), closed)

    return _try(request, form, save) or _page(request, "close", body, form=form)


@fresh()
@operators
@form_methods
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens a closed body again, after a question."""
    body, _actor = _get_own(request, slug)
    form = RevisionForm(request.POST or None, initial={"revision": body.revision})

    def save(actor: Actor) -> HttpResponse:
        revision = form.cleaned_data["revision"]
        opened = actions.restore_body(body=body, revision=revision, actor=actor, now=clock.now())
        return _done(request, _("“{name}” is open again.").format(name=opened.name), opened)

    return _try(request, form, save) or _page(request, "reopen", body, form=form)


@fresh()
@operators
@form_methods
def calendar(request: HttpRequest) -> HttpResponse:
    """The days of a year, and a form by which a decree changes one."""
    version = queries.get_calendar_version()
    years = list(version.years) if version else []
    asked = request.GET.get("year", "")
    this = clock.today(queries.get_country().zone).year
    year = int(asked) if asked in map(str, years) else (this if this in years else this + 0)
    form = DayForm(request.POST or None)

    def save(actor: Actor) -> HttpResponse:
        made = actions.set_calendar_days(
            changes=_changes(form, queries.get_country()),
            reference=form.cleaned_data["reference"],
            actor=actor,
            now=clock.now(),
        )
        said = _("The calendar has version {number} now.").format(number=made.number) if made else _("Nothing changed.")
        messages.success(request, said)
        return HttpResponseRedirect(f"{reverse('bodies:manage_calendar')}?year={form.cleaned_data['on'].year}")

    answer = _try(request, form, save)
    tabs = [{"text": str(each), "address": f"?year={each}", "is_current": each == year} for each in years]
    context = {
        "form": form,
        "tabs": tabs,
        "year": year,
        "version": version,
        "versions": queries.list_calendar_versions()[:20],
        "months": by_month(queries.list_calendar_days(year=year)),
    }
    return answer or render(request, "bodies/manage/calendar.html", context)


@fresh()
@operators
@form_methods
def portal(request: HttpRequest) -> HttpResponse:
    """The words of the whole portal, beside what the country pack says."""
    stored = queries.get_portal()
    form = PortalForm(request.POST or None, portal=stored)

    def save(actor: Actor) -> HttpResponse:
        data = form.cleaned_data
        actions.change_portal(
            names=form.texts("names"),
            phone=data["phone"],
            email=data["email"],
            colors=form.get_colors(),
            revision=data["revision"],
            actor=actor,
            now=clock.now(),
        )
        messages.success(request, _("The changes are saved."))
        return redirect("bodies:manage_portal")

    answer = _try(request, form, save)
    return answer or render(
        request, "bodies/manage/portal.html", {"form": form, "facts": _facts(queries.get_country())}
    )


def _changes(form: DayForm, country: Country) -> list[DayChange]:
    """What the form says: a day, and where a day off is moved, the day of the weekend that is worked for it."""
    data, names = form.cleaned_data, form.texts("names")
    moved_from = data["moved_from"]
    if data["becomes"] == "ordinary":
        return [DayChange(data["on"], "ordinary")]
    change = DayChange(data["on"], data["becomes"], names, is_moved=bool(moved_from), moved_from=moved_from)
    if data["becomes"] == "holiday" and moved_from:
        worked = country.working_day_names
        return [change, DayChange(moved_from, "working_day", worked, is_moved=True, moved_from=data["on"])]
    return [change]


def _facts(country: Country) -> list[dict[str, str]]:
    """What the pack fixes."""
    scripts = "; ".join(
        f"{language.name}: {', '.join(script.name for script in language.scripts)}" for language in country.languages
    )
    numbers = [str(Worded.of(scheme.names)) for scheme in country.identifiers.values()]
    return [
        {"key": _("Country"), "value": country.code},
        {"key": _("Languages and their alphabets"), "value": scripts},
        {"key": _("Currency"), "value": f"{Worded.of(country.currency.names)} ({country.currency.code})"},
        {"key": _("Time zone"), "value": country.zone.key},
        {"key": _("Numbers of persons and bodies"), "value": ", ".join(numbers)},
    ]


def _get_own(request: HttpRequest, slug: str) -> tuple[Body, Actor]:
    """The body, closed or not, for an actor who may change something of it. Raises NotAllowedError."""
    body, actor = queries.get_body(slug, with_archived=True), actor_of(request)
    if not may_change_field(actor, body.pk, "phone"):
        raise NotAllowedError
    return body, actor


def _try(
    request: HttpRequest, form: PlainForm, save: Callable[[Actor], HttpResponse], *others: PlainForm
) -> HttpResponse | None:
    """The answer of `save` if every form of a POST is valid and the action did not refuse; else None, to show them."""
    valid = [each.is_valid() for each in (form, *others)]
    if request.method != "POST" or not all(valid):
        return None
    try:
        return save(actor_of(request))
    except NotAllowedError:
        raise
    except KopirError as failure:
        form.add_failure(failure)
    return None


def _done(request: HttpRequest, said: str, body: Body) -> HttpResponse:
    messages.success(request, said)
    return redirect("bodies:manage_change", slug=body.slug)


def _page(request: HttpRequest, name: str, body: Body, **context: Any) -> HttpResponse:  # noqa: ANN401
    """A page of one body, with the ways to its other pages."""
    is_operator = may_change_bodies(actor_of(request))
    pages = [("change", _("Facts"), True), ("look", _("Colors and crest"), True), ("move", _("Place"), is_operator)]
    tabs = [
        {"text": text, "address": reverse(f"bodies:manage_{page}", args=[body.slug]), "is_current": page == name}
        for page, text, is_shown in pages
        if is_shown
    ]
    shown = {"shown": body, "tabs": tabs, "is_operator": is_operator, **context}
    return render(request, f"bodies/manage/{name}.html", shown)
