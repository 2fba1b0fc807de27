"""The way in: allauth's views, changed only where this house is stricter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.views import PasswordChangeView, email_verification_sent
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import consume
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView, login_webauthn
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kopir.accounts import presence, queries
from kopir.accounts.adapters import ERRORS
from kopir.accounts.models import User


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a network address ask so often alone (`begin` in ACCOUNT_RATE_LIMITS) for a page that begins a session.

    Whoever asks for one without a cookie leaves a row behind each time; all other pages leave none.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - as the view has it
        if consume(request, app="allauth.account", action="begin", limit_get=True) is None:
            refused: HttpResponse = ratelimit.respond_429(request)
            return refused
        return view(request, *args, **kwargs)

    return guarded


sign_in_by_passkey = limited(login_webauthn)


class ChangePassword(PasswordChangeView):  # type: ignore[misc]  # allauth ships no types
    """A new password, for who has one: who comes through a provider of identity has none and needs none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django has it
        if request.user.is_authenticated and not request.user.has_usable_password():
            return HttpResponseRedirect(reverse("account_profile"))
        return super().dispatch(request, *args, **kwargs)


@method_decorator(transaction.atomic, name="form_valid")
class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """A new passkey, in one transaction with its row in the record."""


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """A passkey removed, unless it is the last factor of somebody who must have one."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - as Django has it
        if not get_factor_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(ERRORS["cannot_delete_authenticator"]))
            return HttpResponseRedirect(reverse("mfa_index"))
        answer: HttpResponse = super().form_valid(form)
        return answer


@never_cache
def confirm_email(request: HttpRequest) -> HttpResponse:
    """The code that went to a new address; who has signed in has nothing to confirm."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_profile"))
    answer: HttpResponse = email_verification_sent(request)
    return answer


@never_cache
@require_safe
def fresh(request: HttpRequest) -> HttpResponse:
    """Send to the strongest means by which this person can show again who they are, and then back."""
    methods = get_account_adapter().get_reauthentication_methods(request.user)
    if not methods:
        return HttpResponseRedirect(reverse("account_login_again"))
    back = safe_next(request)
    query = "?" + urlencode({REDIRECT_FIELD_NAME: back}) if back else ""
    return HttpResponseRedirect(methods[0]["url"] + query)


@never_cache
@require_safe
def factor_needed(request: HttpRequest) -> HttpResponse:
    """Where staff without a second factor in this session is led: to show it, or to set one up."""
    user = request.user
    if not isinstance(user, User) or not presence.find_presence(request).needs_factor:
        return HttpResponseRedirect(safe_next(request) or reverse("account_profile"))
    if queries.has_factor(user):
        return fresh(request)
    return render(request, "accounts/factor_needed.html")


@never_cache
@require_safe
def login_again(request: HttpRequest) -> HttpResponse:
    """For who has neither password nor factor here: sign out, and in again through one's own node."""
    return render(request, "accounts/login_again.html")


def safe_next(request: HttpRequest) -> str:
    """Where the page leads back to, if that is a page of ours."""
    back = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if is_ours else ""
