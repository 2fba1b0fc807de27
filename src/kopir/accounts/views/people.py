"""The administration of people: who there is, what they may do, invitations, sessions, lost factors.

Whoever opens these pages has shown a factor; to change something it was shown within the last ten minutes.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kopir.accounts import actions, queries, rules
from kopir.accounts.errors import SameOriginError
from kopir.accounts.forms import GrantForm, InviteForm, ReasonForm
from kopir.base import clock
from kopir.base.access import fresh, staff
from kopir.base.actors import Actor, Role
from kopir.base.errors import KopirError

FRESH_S = int(rules.FRESH.total_seconds())
PAGE = 25
managers = staff(*rules.MANAGERS)
operators = staff(Role.PLATFORM_OPERATOR)
readers = staff(*rules.MANAGERS, Role.AUDITOR)


@readers
@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Whom the actor may see, a page at a time; resets that wait, for those who can confirm them."""
    actor, now = queries.get_actor(request), clock.now()
    words = request.GET.get("q", "").strip()[:100]
    page = queries.page_of_people(queries.list_people(actor, words), PAGE, request.GET.get("page", ""))
    is_operator = actor.has(Role.PLATFORM_OPERATOR)
    context = {
        "page": page,
        "words": words,
        "may_invite": is_operator or bool(queries.managed_bodies(actor)),
        "resets": queries.list_resets(actor, now)[:PAGE] if is_operator else [],
        "me": actor.id,
    }
    return render(request, "accounts/people.html", context)


@managers
@never_cache
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations that nobody has taken yet, the next to expire first."""
    found = queries.list_invitations(queries.get_actor(request), clock.now())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/invitations.html", {"page": page})


@readers
@never_cache
@require_safe
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One person: roles now and before, sessions, the state of the factor."""
    return _show_person(request, user_id, None)


@fresh(FRESH_S)
@managers
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Offer a role to an e-mail address."""
    actor = queries.get_actor(request)
    languages = list(settings.LANGUAGES)
    initial = {"language": get_language()}
    form = InviteForm(request.POST or None, actor=actor, languages=languages, initial=initial)
    if request.method == "POST" and form.is_valid():

        def make_url(token: str) -> str:
            return request.build_absolute_uri(reverse("account_open_invitation", args=[token]))

        try:
            actions.invite(make_url=make_url, actor=actor, now=clock.now(), **form.cleaned_data)
        except KopirError as error:
            form.add_error(None, error.message())
        else:
            sentence = _("The invitation to %(address)s is on its way. It is valid for 7 days.")
            messages.success(request, sentence % {"address": form.cleaned_data["email"]})
            return redirect("people")
    return render(request, "accounts/invite.html", {"form": form})


@fresh(FRESH_S)
@managers
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an open invitation back."""
    actor, now = queries.get_actor(request), clock.now()
    actions.withdraw_invitation(invitation=queries.get_invitation(pk, actor, now), actor=actor, now=now)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("invitations")


@fresh(FRESH_S)
@managers
@require_POST
def grant(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a role."""
    actor = queries.get_actor(request)
    user = queries.get_person(user_id, actor)
    form = GrantForm(request.POST, actor=actor)
    if form.is_valid():
        try:
            actions.grant_role(user=user, actor=actor, now=clock.now(), **form.cleaned_data)
        except KopirError as error:
            form.add_error(None, error.message())
        else:
            messages.success(request, _("The role is given. It works at the next request."))
            return redirect("person", user_id)
    return _show_person(request, user_id, form)


@fresh(FRESH_S)
@managers
@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    found = queries.get_grant(pk)
    actions.end_role(grant=found, actor=queries.get_actor(request), now=clock.now())
    messages.success(request, _("The role is taken away. It works at the next request."))
    return redirect("people")


@fresh(FRESH_S)
@operators
@require_POST
def end_sessions(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """End one session of a person, or all."""
    actor, now = queries.get_actor(request), clock.now()
    user = queries.get_person(user_id, actor)
    if key := request.POST.get("session", ""):
        actions.end_session(session=queries.get_session(key, user, now), actor=actor, now=now)
    else:
        actions.end_sessions(user=user, spared=actor.session, actor=actor, now=now)
    messages.success(request, _("Done. Who used that session has to sign in again."))
    return redirect("person", user_id)


@fresh(FRESH_S)
@operators
@require_POST
def set_account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    actor = queries.get_actor(request)
    user = queries.get_person(user_id, actor)
    act = actions.close_account if request.POST.get("state") == "closed" else actions.open_account
    act(user=user, actor=actor, now=clock.now())
    messages.success(request, _("Done."))
    return redirect("person", user_id)


@fresh(FRESH_S)
@operators
@never_cache
@require_http_methods(["GET", "POST"])
def request_reset(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Ask, as the first operator, that a lost factor be taken from a person."""
    actor = queries.get_actor(request)
    user = queries.get_person(user_id, actor)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_factor_reset(user=user, actor=actor, now=clock.now(), **form.cleaned_data)
        except KopirError as error:
            form.add_error(None, error.message())
        else:
            messages.success(request, _("Asked. Another operator must confirm it within 24 hours."))
            return redirect("person", user_id)
    return render(request, "accounts/request_reset.html", {"form": form, "person": user})


@fresh(FRESH_S)
@operators
@never_cache
@require_http_methods(["GET", "POST"])
def confirm_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a reset as the second operator, or stop it."""
    actor, now = queries.get_actor(request), clock.now()
    reset = queries.get_reset(pk, actor, now)
    error = ""
    if request.method == "POST":
        act = actions.withdraw_factor_reset if "withdraw" in request.POST else actions.confirm_factor_reset
        try:
            act(reset=reset, actor=actor, now=now)
        except KopirError as fault:
            error = fault.message()
        else:
            messages.success(request, _("Done. The person is told."))
            return redirect("people")
    is_own, is_second = str(reset.requested_by_id) == actor.id, queries.are_two(actor.id, str(reset.requested_by_id))
    context = {
        "reset": reset,
        "error": error,
        "is_own": is_own,
        "may_confirm": is_second,
        "why_not": "" if is_own or is_second or error else SameOriginError().message(),
    }
    return render(request, "accounts/confirm_reset.html", context, status=409 if error else 200)


def _show_person(request: HttpRequest, user_id: UUID, form: GrantForm | None) -> HttpResponse:
    actor, now = queries.get_actor(request), clock.now()
    facts = queries.get_person_facts(user_id, actor, now)
    user = facts.user
    grants = [one for one in queries.list_grants_of(user) if _sees(actor, one.body_id)]
    is_operator = actor.has(Role.PLATFORM_OPERATOR)
    may_manage = is_operator or bool(queries.managed_bodies(actor))
    context = {
        "person": user,
        "now_held": [(one, rules.may_give(actor, Role(one.role), one.body_id)) for one in grants if not one.ended_at],
        "held_before": [one for one in grants if one.ended_at],
        "form": form or (GrantForm(actor=actor) if may_manage and str(user.pk) != actor.id else None),
        "sessions": facts.sessions,
        "has_factor": facts.has_factor,
        "reset_id": facts.reset_id,
        "is_operator": is_operator,
        "is_me": str(user.pk) == actor.id,
    }
    return render(request, "accounts/person.html", context)


def _sees(actor: Actor, body_id: int | None) -> bool:
    return any(actor.has(role) for role in queries.SEES_ALL) or body_id in queries.managed_bodies(actor)
