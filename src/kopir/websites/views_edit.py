"""The pages of ours among Wagtail's: choosing the website, finding its pages, leaving."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from kopir.base import clock
from kopir.base.access import staff
from kopir.websites.acting import ALL, choose, find_acting, list_choices
from kopir.websites.admin_addresses import Open
from kopir.websites.admin_door import open_door
from kopir.websites.forms import ChooseSiteForm
from kopir.websites.listing import site_pages


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ALL)
def choose_site(request: HttpRequest) -> HttpResponse:
    """For which website to work from now on."""
    translation.activate(getattr(request.user, "language", "") or translation.get_language() or settings.LANGUAGE_CODE)
    choices = list_choices(request.actor)  # type: ignore[attr-defined]  # set by the middleware of accounts
    rights = find_acting(request)
    form = ChooseSiteForm(request.POST or None, choices=choices, now_at=rights.website if rights else None)
    if request.method == "POST" and form.is_valid():
        choose(request=request, website=form.cleaned_data["website"], now=clock.now())
        return redirect("wagtailadmin_home")
    return render(request, "websites/edit/sites.html", {"form": form, "has_choice": choices.exists()})


@staff(*ALL)
def go_to_account(request: HttpRequest) -> HttpResponse:
    """What Wagtail calls the account is on the portal's own page."""
    return redirect("account_profile")


@staff(*ALL)
def go_to_sign_out(request: HttpRequest) -> HttpResponse:
    """Signing out, too, is asked on the portal's own page."""
    return redirect("account_logout")


def _show_pages(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = require_admin_access(site_pages.index_view)(request)
    return answer


show_pages = open_door(Open(), _show_pages)
"""The pages at the root of the tree."""
