"""The operator's page of background jobs: what was given up and may be run again, how the rest stands."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import actions, clock, queries
from .access import fresh, staff
from .actors import Actor, Role

PAGE: Final = 50


@require_GET
@staff(Role.PLATFORM_OPERATOR)
def list_jobs(request: HttpRequest) -> HttpResponse:
    """Dead jobs, the newest first, and how many jobs and periodic jobs there are in what state."""
    dead = queries.list_jobs(actor=_actor(request))
    context = {
        "page": Paginator(dead, PAGE).get_page(request.GET.get("page")),
        "counts": queries.count_jobs(),
        "periodic": queries.list_periodic(),
    }
    return render(request, "base/jobs.html", context)


@require_POST
@fresh()
@staff(Role.PLATFORM_OPERATOR)
def rerun_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give a dead job its attempts again; back to the list, which says so."""
    actions.rerun_job(job_id=job_id, actor=_actor(request), now=clock.now())
    messages.success(request, _("Job %(id)s will be run again.") % {"id": job_id})
    return HttpResponseRedirect(reverse("base:jobs"))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # middleware of `accounts` sets it
    return actor
