"""The page of operators on upgrades: what waits on each website, and rounds over all of them."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kopir.base import clock
from kopir.base.access import staff
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.upgrading.queries import list_looks, sum_looks
from kopir.upgrading.rounds import ask_for_round
from kopir.websites.acting import choose
from kopir.websites.queries import list_websites
from kopir.websites.template_queries import list_templates

PAGE_SIZE: Final = 50


@staff(Role.PLATFORM_OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def show_all(request: HttpRequest) -> HttpResponse:
    """Every website with what the last round found there; sent, another round begins."""
    if request.method == "POST":
        is_dry = request.POST.get("go") != "upgrade"
        ask_for_round(is_dry=is_dry, actor=_actor_of(request), now=clock.now())
        messages.success(request, _("It has begun. Load this page anew in a minute."))
        return redirect("upgrading:all")
    many = Paginator(list_looks(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"many": many, "sums": sum_looks(), "templates": list_templates()}
    return render(request, "upgrading/all.html", context)


@staff(Role.PLATFORM_OPERATOR)
@require_POST
def work_on(request: HttpRequest, website_id: int) -> HttpResponse:
    """Act for the website from now on, and decide there."""
    choose(request=request, website=get_object_or_404(list_websites(), pk=website_id), now=clock.now())
    return redirect("upgrading_edit:site")


def _actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware of accounts has told."""
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS
