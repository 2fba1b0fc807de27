"""What answers in this room: nothing of the libraries beyond the table, and one way alone that ends in a session."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import views as django_views
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kopir.accounts.models import Session
from kopir.base.access import get_decision
from kopir.base.actors import Role
from people import PASSWORD, browser, is_signed_in, make_person

pytestmark = pytest.mark.django_db

WORDS = re.compile(r"log-?in|sign-?in|auth|password|account|token|session|admin|identity", re.IGNORECASE)


def routes(resolver=None, prefix=""):
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route)
        elif isinstance(one, URLPattern):
            yield route, one


def addresses():
    """Every address, with something in the place of its parameters."""
    for route, pattern in routes():
        filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: "1" if found[1] in {None, "int"} else "x", route)
        yield "/" + re.sub(r"[\^$\\]", "", filled), pattern


def test_a_right_password_posted_to_any_door_opens_none():
    user = make_person(grants=[(Role.PLATFORM_OPERATOR, None)])
    tried = 0
    for address, _ in addresses():
        if not WORDS.search(address):
            continue
        tried += 1
        client = browser(raise_request_exception=False)
        for names in (("login", "password"), ("username", "password"), ("email", "password"), ("email", "password1")):
            client.post(address, {names[0]: user.email, names[1]: PASSWORD, "next": "/"})
        assert not is_signed_in(client), address
    assert tried > 20
    assert not Session.objects.exclude(user=None).exists()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/login/",
        "/accounts/login/",
        "/account/login/",
        "/cms/login/",
        "/login/",
        "/en/account/login/code/",
        "/en/account/social/",
        "/en/account/email/",
        "/identity/o/device",
        "/identity/o/logout",
        "/identity/revoke",
        "/identity/userinfo",
        "/identity/clients",
    ],
)
def test_what_libraries_would_bring_along_is_not_there(address):
    user = make_person()
    data = {"login": user.email, "username": user.email, "password": PASSWORD}
    assert browser().post(address, data).status_code == 404


BEGINS = {
    "/en/account/sign-in/passkey/": "the challenge to a passkey; limited, as test_entrance shows",
    "/en/account/providers/TJ/": "the question to a provider; limited, as test_abroad shows",
}
"""Pages that begin a session for a stranger who only looks."""


def test_a_stranger_who_only_looks_leaves_no_session():
    """Whoever asks without a cookie, as a robot does a million times, writes nothing into the table of sessions."""
    begun = set()
    for address, _ in addresses():
        client = browser(raise_request_exception=False)
        client.get(address, headers={"x-requested-with": "XMLHttpRequest"})
        if Session.objects.exists():
            begun.add(address)
            Session.objects.all().delete()
    assert begun <= set(BEGINS)
    assert "/en/account/sign-in/passkey/" in begun


def test_no_view_of_djangos_own_sign_in_is_routed():
    ours = {name for name in dir(django_views) if name.endswith("View")}
    found = [route for route, one in routes() if getattr(one.callback, "view_class", type).__name__ in ours]
    assert not [route for route in found if "django.contrib.auth" in str(found)]
    modules = {getattr(getattr(one.callback, "view_class", None), "__module__", "") for _, one in routes()}
    assert "django.contrib.auth.views" not in modules


def test_every_view_of_the_room_carries_a_decision():
    undecided = [
        route
        for route, one in routes()
        if one.callback.__module__.startswith(("kopir.accounts", "allauth")) and get_decision(one.callback) is None
    ]
    assert not undecided


def test_the_pages_answer_on_no_other_host():
    client = browser()
    for page in ("account_login", "account_signup", "account_profile", "people", "account_providers"):
        assert client.get(reverse(page), headers={"host": "x.bodies.localhost"}).status_code == 404, page


def test_a_host_that_is_not_ours_gets_nothing():
    assert browser().get(reverse("account_login"), headers={"host": "evil.example"}).status_code == 400
