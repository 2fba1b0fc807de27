"""The page of urgent banners: what stands, a form with a preview in each language, and an early end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kopir.banners import actions, queries
from kopir.banners.forms import BannerForm
from kopir.banners.models import Banner
from kopir.banners.rules import SETTERS, may_set
from kopir.base import clock
from kopir.base.access import staff
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import KopirError, NotAllowedError
from kopir.bodies.queries import get_country
from kopir.design.urgent import Urgent

setters = staff(Role.PLATFORM_OPERATOR, *SETTERS)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware of accounts has told."""
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS


@setters
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What stands now of what the actor may end."""
    banners = queries.list_standing(actor=actor_of(request), now=clock.now())
    return render(request, "banners/list.html", {"banners": banners})


@setters
@form_methods
def create(request: HttpRequest) -> HttpResponse:
    """A new banner: first seen by who sets it in every language, then set."""
    actor, now = actor_of(request), clock.now()
    form = BannerForm(request.POST or None, actor=actor, now=now)
    previews: list[tuple[str, str, Urgent]] = []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "set":
            answer = _set(request, form, actor)
            if answer is not None:
                return answer
        elif form.words("titles"):
            previews = _previews(form)
        else:
            form.add_error(None, _("Give a title in at least one language."))
    return render(request, "banners/new.html", {"form": form, "previews": previews})


def _set(request: HttpRequest, form: BannerForm, actor: Actor) -> HttpResponse | None:
    """The answer where the banner was set, else None, with what was refused in the form."""
    try:
        actions.set_banner(
            place=form.place,
            titles=form.words("titles"),
            texts=form.words("texts"),
            address=form.cleaned_data["address"],
            until=form.until,
            actor=actor,
            now=clock.now(),
        )
    except NotAllowedError:
        raise
    except KopirError as failure:
        form.add_failure(failure)
        return None
    messages.success(request, _("The banner stands over all these pages."))
    return redirect("banners:list")


def _previews(form: BannerForm) -> list[tuple[str, str, Urgent]]:
    """Code and name of each language, and what its readers will see."""
    banner = Banner(titles=form.words("titles"), texts=form.words("texts"), address=form.cleaned_data["address"])
    shown = []
    for language in get_country().languages:
        with translation.override(language.code):
            shown.append((language.code, language.name, queries.tell(banner)))
    return shown


@setters
@form_methods
def end(request: HttpRequest, banner_id: int) -> HttpResponse:
    """Ends a banner, after a question."""
    actor, now = actor_of(request), clock.now()
    banner = queries.get_standing(banner_id, now=now)
    if not may_set(actor, queries.place_of(banner)):
        raise NotAllowedError
    if request.method == "POST":
        actions.end_banner(banner_id=banner_id, actor=actor, now=now)
        messages.success(request, _("The banner is gone from all pages."))
        return redirect("banners:list")
    return render(request, "banners/end.html", {"banner": banner})
