"""One's own account: profile, identifiers, sessions, invitations taken."""

from __future__ import annotations

from typing import cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kopir.accounts import actions, presence, queries
from kopir.accounts.actions.invitations import read_invitation
from kopir.accounts.errors import InvitationError, InvitationForAnotherError
from kopir.accounts.forms import AcceptForm, IdentifierForm, ProfileForm
from kopir.accounts.models import User
from kopir.accounts.schemes import get_own_country
from kopir.base import clock
from kopir.base.access import signed_in
from kopir.base.errors import KopirError
from kopir.base.texts import pick

INVITATION: str = "invitation"


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name and language; links to everything else of the account."""
    user = cast("User", request.user)
    initial = {"name": user.name, "language": user.language or get_language()}
    form = ProfileForm(request.POST or None, initial=initial, languages=list(settings.LANGUAGES))
    if request.method == "POST" and form.is_valid():
        actions.rename_person(user=user, actor=queries.get_actor(request), now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("account_profile")
    facts = queries.get_own_facts(user, clock.now())
    context = {
        "form": form,
        "person": user,
        "grants": [grant for grant in queries.list_grants_of(user) if grant.ended_at is None],
        "has_factor": facts.has_factor,
        "identifiers": queries.list_identifiers(user),
        "reset": facts.reset_id,
    }
    return render(request, "accounts/profile.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def identifier(request: HttpRequest) -> HttpResponse:
    """State a number of one's own country; it is marked as not confirmed."""
    country = get_own_country()
    language = get_language() or ""
    schemes = [(one.code, pick(one.names, language)[0]) for one in country.identifiers_of("person")]
    form = IdentifierForm(request.POST or None, schemes=schemes)
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_identifier(
                user=cast("User", request.user),
                country=country.code,
                actor=queries.get_actor(request),
                now=clock.now(),
                **form.cleaned_data,
            )
        except KopirError as error:
            form.add_error("value", error.message())
        else:
            messages.success(request, _("Your number is kept. It counts as confirmed once a provider confirms it."))
            return redirect("account_profile")
    return render(request, "accounts/identifier.html", {"form": form})


@signed_in
@require_POST
def remove_identifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own numbers away."""
    for found in queries.list_identifiers(cast("User", request.user)).filter(pk=pk):
        actions.remove_identifier(identifier=found, actor=queries.get_actor(request), now=clock.now())
    return redirect("account_profile")


@signed_in
@require_POST
def withdraw_reset(request: HttpRequest) -> HttpResponse:
    """Stop a reset of one's own factor that one did not ask for."""
    reset = queries.find_open_reset(cast("User", request.user), clock.now())
    if reset is not None:
        actions.withdraw_factor_reset(reset=reset, actor=queries.get_actor(request), now=clock.now())
        messages.success(request, _("The reset is stopped. Tell a platform operator that you did not ask for it."))
    return redirect("account_profile")


@signed_in
@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    found = queries.list_sessions(cast("User", request.user), clock.now())
    own = presence.find_presence(request).session
    return render(request, "accounts/sessions.html", {"sessions": found, "own": own})


@signed_in
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or (without a key) all others."""
    user, actor, now = cast("User", request.user), queries.get_actor(request), clock.now()
    if key := request.POST.get("session", ""):
        actions.end_session(session=queries.get_session(key, user, now), actor=actor, now=now)
    else:
        actions.end_sessions(user=user, spared=actor.session, actor=actor, now=now)
    messages.success(request, _("Done. Who used that session has to sign in again."))
    return redirect("account_sessions")


@never_cache
@require_safe
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, where logs and neighbors could see it, into the session.

    A token that opens nothing begins no session: strangers could fill the table with them.
    """
    try:
        read_invitation(token, clock.now())
    except InvitationError as error:
        return _refused(request, error)
    request.session[INVITATION] = token
    return redirect("account_invitation")


@sensitive_post_parameters("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Take an invitation: with a new account, or for the account that has signed in."""
    now = clock.now()
    try:
        offer = read_invitation(request.session.get(INVITATION, ""), now)
    except InvitationError as error:
        return _refused(request, error)
    user = presence.find_presence(request).user
    form = AcceptForm(request.POST or None, email=offer.email) if user is None else None
    if request.method == "POST" and (form is None or form.is_valid()):
        data = form.cleaned_data if form is not None else {"name": "", "password1": ""}
        try:
            accepted = actions.accept_invitation(
                token=request.session[INVITATION],
                user=user,
                name=data["name"],
                password=data["password1"],
                language=get_language() or offer.language,
                actor=queries.get_actor(request),
                now=now,
            )
        except InvitationForAnotherError as error:
            return _refused(request, error, may_sign_in=True)
        except InvitationError as error:
            return _refused(request, error)
        del request.session[INVITATION]
        presence.forget(request)
        return _enter(request, accepted)
    return render(request, "accounts/invitation.html", {"form": form, "offer": offer, "person": user})


def _enter(request: HttpRequest, accepted: actions.Accepted) -> HttpResponse:
    """A new account goes on as one that has shown its password; its role waits for the factor."""
    if not accepted.is_new:
        messages.success(request, _("The role is yours."))
        return redirect("account_profile")
    record_authentication(request, accepted.user, method="password")
    answer: HttpResponse = perform_login(request, accepted.user, redirect_url=reverse("account_profile"))
    return answer


def _refused(request: HttpRequest, error: InvitationError, *, may_sign_in: bool = False) -> HttpResponse:
    context = {"error": error.message(), "may_sign_in": may_sign_in}
    return render(request, "accounts/invitation_refused.html", context, status=error.status)
