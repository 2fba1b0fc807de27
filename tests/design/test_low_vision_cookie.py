"""The cookie: where it holds, for how long, and with which flags."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from kopir.design.low_vision import COOKIE_NAME, ORDINARY, Look
from kopir.design.low_vision_cookie import get_look, has_chosen, keep_look

LOOK = Look(size="200")


def request_from(host, *, secure=False):
    return RequestFactory().get("/", headers={"host": host}, secure=secure)


def keep(host, *, secure=False):
    return keep_look(request_from(host, secure=secure), HttpResponse(), LOOK).cookies[COOKIE_NAME]


@pytest.mark.parametrize(
    ("portal", "host", "domain"),
    [
        ("portal.example", "portal.example", "portal.example"),
        ("portal.example", "water.portal.example:8000", "portal.example"),
        ("portal.example", "water.example", ""),
        ("portal.example", "notportal.example", ""),
        ("localhost", "localhost", ""),
        ("127.0.0.1", "127.0.0.1", ""),
        ("::1", "[::1]", ""),
    ],
)
def test_it_holds_over_the_portals_domain_and_elsewhere_on_one_host(portal, host, domain):
    with override_settings(KOPIR_PORTAL_HOST=portal, ALLOWED_HOSTS=["*"]):
        assert keep(host)["domain"] == domain


@override_settings(ALLOWED_HOSTS=["*"])
def test_its_flags():
    cookie = keep("water.example", secure=True)
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert not keep("water.example")["secure"]


@override_settings(ALLOWED_HOSTS=["*"])
def test_it_is_read_again():
    request = request_from("water.example")
    assert (get_look(request), has_chosen(request)) == (ORDINARY, False)
    request.COOKIES[COOKIE_NAME] = "size-200"
    assert (get_look(request), has_chosen(request)) == (LOOK, True)
    request.COOKIES[COOKIE_NAME] = "ordinary"
    assert (get_look(request), has_chosen(request)) == (ORDINARY, True)
