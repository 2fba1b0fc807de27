"""The addresses of the room that other programs and countries have written down, so no language stands in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.idp.oidc.views import jwks
from django.urls import URLPattern, URLResolver, include, path

from kopir.accounts.urls import ENTRANCE
from kopir.accounts.views import abroad
from kopir.base.access import decide

_SERVING: Final[list[tuple[str, Callable[..., Any], str]]] = [
    (".well-known/openid-configuration", abroad.configuration, "configuration"),
    ("identity/keys", jwks, "jwks"),
    ("identity/authorize", abroad.Authorize.as_view(), "authorization"),
    ("identity/token", abroad.Exchange.as_view(), "token"),
]
_provider = [path(route, decide(view, ENTRANCE), name=name) for route, view, name in _SERVING]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/callback/<slug:slug>/", decide(abroad.callback, ENTRANCE), name="account_provider_callback"),
    # allauth asks for these addresses by the names that they have in its own list.
    path("", include(([path("", include((_provider, "oidc")))], "idp"))),
]
