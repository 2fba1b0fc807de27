"""The pages of ours among Wagtail's: choosing the website, finding its pages, leaving."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from kopir.base import clock
from kopir.base.access import staff
from kopir.base.actors import Role
from kopir.bodies.queries import get_country
from kopir.websites.acting import ALL, choose, find_acting, find_current, list_choices
from kopir.websites.actions import fix_word, release_word
from kopir.websites.admin_addresses import OPEN, Open
from kopir.websites.admin_door import open_door
from kopir.websites.dictionary import list_words
from kopir.websites.forms import ChooseSiteForm, WordForm
from kopir.websites.listing import site_pages
from kopir.websites.models import FixedWord, SitePage
from kopir.websites.queries import list_overdue, list_sources
from kopir.websites.rights import find_rights
from kopir.websites.rules import is_behind

LONGEST_REPORT: Final = 500


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


def _show_beside(request: HttpRequest, page_id: int) -> HttpResponse:
    """A translation as it is written now beside its original as it is public, and what has changed there since."""
    page = get_object_or_404(SitePage, pk=page_id).get_latest_revision_as_object()
    source = list_sources(page).first() if page.is_translation else None
    source = source.specific if source else None
    before = None
    if source is not None and page.follows_at is not None:
        before = source.revisions.filter(created_at__lte=page.follows_at).order_by("-created_at", "-pk").first()
    context = {
        "page": page,
        "source": source,
        "is_behind": source is not None
        and is_behind(page.follows_at, page.last_published_at, source.last_published_at),
        "before": before,
    }
    return render(request, "websites/edit/beside.html", context)


show_beside = open_door(OPEN["editing:beside"], require_admin_access(require_safe(_show_beside)))
"""Original and translation side by side."""


def _show_words(request: HttpRequest) -> HttpResponse:
    """The words that count on the acting website, and the form that fixes one more."""
    rights = find_rights(request.user)
    assert rights is not None  # noqa: S101 - the door has put them there
    is_operator = rights.actor.has(Role.PLATFORM_OPERATOR)
    form = WordForm(request.POST or None, is_operator=is_operator)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        website = None if told.get("is_for_all") else rights.website
        chosen = {name: told[name] for name in ("language", "word", "form")}
        fix_word(website=website, **chosen, actor=rights.actor, now=clock.now())
        return redirect("editing:words")
    words = [(word, word.website_id is not None or is_operator) for word in list_words(rights.website)]
    return render(request, "websites/edit/words.html", {"form": form, "words": words})


show_words = open_door(OPEN["editing:words"], require_admin_access(_show_words))
"""How words are written in the other script."""


@require_POST
def _release(request: HttpRequest, word_id: int) -> HttpResponse:
    rights = find_rights(request.user)
    assert rights is not None  # noqa: S101 - the door has put them there
    release_word(fixed=get_object_or_404(FixedWord, pk=word_id), actor=rights.actor, now=clock.now())
    return redirect("editing:words")


release = open_door(OPEN["editing:release"], require_admin_access(_release))
"""Let a word be written by the rules again."""


@require_safe
def _show_overdue(request: HttpRequest) -> HttpResponse:
    rights = find_current()
    assert rights is not None  # noqa: S101 - the door has let nobody else in
    pages = list_overdue(rights.website, clock.today(get_country().zone))
    return render(request, "websites/edit/overdue.html", {"pages": pages[:LONGEST_REPORT]})


show_overdue = open_door(OPEN["editing:overdue"], _show_overdue)
"""The pages whose day for being looked at has come."""
