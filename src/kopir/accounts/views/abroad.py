"""Sign-in through a provider, and this node as provider for other portals. The addresses have no language in them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from allauth.core.internal import jwkkit
from allauth.idp.oidc.views import AuthorizationView, TokenView
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from kopir.accounts import actions, presence, queries
from kopir.accounts.oidc import client as asking
from kopir.accounts.oidc import serving
from kopir.accounts.oidc.client import PENDING, Identity, Question
from kopir.accounts.oidc.errors import UnknownPortalError
from kopir.accounts.oidc.providers import LEVELS, Provider, get_provider, list_providers
from kopir.accounts.schemes import get_own_country
from kopir.accounts.views.entrance import limited, safe_next
from kopir.audit.actions import record
from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.errors import KopirError
from kopir.base.texts import pick

NOT_TAKEN: Final = frozenset({"claims", "id_token_hint", "registration", "request", "request_uri", "resource"})
"""Parameters of a question that no portal has a use for; the library fails on some values of them."""


@never_cache
@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """Whom one can sign in through."""
    language = get_language() or ""
    found = [(one.slug, *pick(one.names, language)) for one in list_providers(clock.now())]
    return render(request, "accounts/providers.html", {"providers": found, "back": safe_next(request)})


@never_cache
@require_safe
@limited
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the browser to a provider; what is needed to judge its answer stays in the session."""
    now = clock.now()
    provider = get_provider(slug, now)
    here = presence.find_presence(request)
    if here.user is not None and get_adapter().is_reauthentication_required(app="accounts"):
        # The number that comes back opens this account from then on, so a session left open is not enough.
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_fresh')}?{query}")
    question = Question.new(slug, safe_next(request), now)
    request.session[PENDING] = asdict(question)
    return HttpResponseRedirect(asking.address_of(question, provider, _callback(slug), get_language() or ""))


@never_cache
@require_safe
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the answer of a provider, once, and sign in whom it is about."""
    now = clock.now()
    kept = request.session.pop(PENDING, None)
    try:
        provider = get_provider(slug, now)
        question = asking.check_return(kept, provider, request.GET.dict(), now)
        token = asking.fetch_token(question, provider, request.GET["code"], _callback(slug))
        identity = asking.judge(token, question, provider, now)
        return _arrive(request, identity, provider, question.back)
    except KopirError as error:
        return render(request, "accounts/provider_refused.html", {"error": error.message()}, status=error.status)


def _arrive(request: HttpRequest, identity: Identity, provider: Provider, back: str) -> HttpResponse:
    """Sign in the owner of a number that was vouched for, or add the number to the account that has signed in."""
    now, actor = clock.now(), system_actor("accounts.oidc")
    user = presence.find_presence(request).user
    is_here = user is not None
    user = user or queries.find_owner(identity.country, identity.scheme, identity.value)
    user = actions.arrive(
        user=user,
        name=identity.name,
        language=get_language() or "",
        country=identity.country,
        scheme=identity.scheme,
        value=identity.value,
        level=identity.level,
        source=provider.issuer,
        actor=actor,
        now=now,
    )
    presence.note(request, user, "provider", now, identity.level)
    if is_here:
        messages.success(request, _("Your number is confirmed."))
        return redirect(back or "account_profile")
    answer: HttpResponse = perform_login(
        request, user, email_verification=EmailVerificationMethod.NONE, redirect_url=back or reverse("account_profile")
    )
    return answer


def _callback(slug: str) -> str:
    return f"{settings.KOPIR_ADDRESS}{reverse('account_provider_callback', args=[slug])}"


# --- This node as provider


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class Authorize(AuthorizationView):  # type: ignore[misc]  # allauth ships no types
    """Asks a citizen whether another country's portal may be told who they are. Checks the form's token itself."""

    template_name = "accounts/authorize.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - as Django has it
        if request.method == "POST" and not request.POST.get("request"):
            raise Http404
        try:
            if NOT_TAKEN & set(request.GET):
                raise UnknownPortalError
            if request.method == "GET":
                _check_strength(request)
                self.portal = serving.get_portal_client(request.GET.get("client_id", ""), clock.now())
                if presence.find_presence(request).user is not None:
                    self._tell()
            return self._framed(super().dispatch(request, *args, **kwargs))
        except KopirError as error:
            return render(request, "accounts/provider_refused.html", {"error": error.message()}, status=error.status)

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - as allauth has it
        """The citizen agreed: what is told is put aside for the portal that brings the code."""
        self.portal = serving.get_portal_client(self._request_info["client_id"], clock.now())
        told = self._tell()
        answer: HttpResponse = super().form_valid(form)
        code = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", [""])[0]
        if code:
            serving.put_aside(code, told, self.portal, queries.get_actor(self.request), clock.now())
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as Django has it
        told = self._tell()
        return {**super().get_context_data(**kwargs), "told": told, "level": LEVELS[told["acr"]], "portal": self.portal}

    def _tell(self) -> dict[str, Any]:
        wanted = asking.wanted_level(self.request.GET.get("acr_values", ""))
        return serving.what_to_tell(presence.find_presence(self.request), wanted)

    def _framed(self, answer: HttpResponse) -> HttpResponse:
        """Let the form lead to the portal that asked; our policy allows no form to leave us otherwise."""
        if self.request.method == "GET" and answer.status_code == 200:
            origin = urlsplit(self.portal.get_redirect_uris()[0])
            allow = csp_update({"form-action": f"{origin.scheme}://{origin.netloc}"})
            return cast("HttpResponse", allow(lambda _request: answer)(self.request))
        return answer


def _check_strength(request: HttpRequest) -> None:
    """Raise UnknownPortalError for a question weaker than ours: not for a code, or without S256, state or nonce."""
    asked = request.GET
    is_strong = asked.get("code_challenge_method") == "S256" and asked.get("response_type") == "code"
    if not is_strong or not all(asked.get(name) for name in ("state", "nonce", "code_challenge")):
        raise UnknownPortalError


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class Exchange(TokenView):  # type: ignore[misc]  # allauth ships no types
    """Gives a portal the ID token for a code: who the citizen is, and nothing to ask further with."""

    def post(self, request: HttpRequest) -> HttpResponse:
        told = serving.take_up(request.POST.get("code", ""))
        if request.POST.get("grant_type") != "authorization_code" or told is None:
            return JsonResponse({"error": "invalid_grant"}, status=400)
        setattr(request, serving.TOLD, told)
        with transaction.atomic():
            answer: HttpResponse = super().post(request)
            if answer.status_code == 200:
                record(
                    actor=system_actor("accounts.oidc"),
                    action="accounts.give_token",
                    subject=f"accounts.portal:{request.POST.get('client_id', '')[:100]}",
                    now=clock.now(),
                )
        return answer


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    """Who we are, for libraries that want to be told (OpenID Connect Discovery 1.0). Portals read the statement."""
    return JsonResponse(
        {
            "issuer": settings.KOPIR_ADDRESS,
            "authorization_endpoint": settings.KOPIR_ADDRESS + reverse("idp:oidc:authorization"),
            "token_endpoint": settings.KOPIR_ADDRESS + reverse("idp:oidc:token"),
            "jwks_uri": settings.KOPIR_ADDRESS + reverse("idp:oidc:jwks"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "scopes_supported": list(serving.SCOPES),
            "acr_values_supported": list(LEVELS),
            "claims_supported": ["sub", "national_id", "name", "acr"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


def describe_portal() -> dict[str, Any]:
    """What a statement says about this portal, before it is signed. Raises KeyFileError without a key for sign-in."""
    own = get_own_country().code
    base = settings.KOPIR_ADDRESS
    pem = serving.ServingAdapter().list_private_keys()[0].pem
    return {
        "instance": own,
        "issuer": base,
        "authorization": base + reverse("idp:oidc:authorization"),
        "token": base + reverse("idp:oidc:token"),
        "callback": base + reverse("account_provider_callback", args=["XX"]).removesuffix("XX/"),
        "keys": [jwkkit.load_jwk_from_pem(pem)[0]],
    }
