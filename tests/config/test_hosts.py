"""Hosts: the portal's own answers all, bodies' hosts public pages alone, and nobody else's nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.urls import path

from kopir.base.access import everyone, signed_in, staff
from kopir.base.actors import Role
from kopir.config.hosts import PortalHost, is_portal_host


def _view():
    return lambda request: HttpResponse("seen")


urlpatterns = [
    path("public", everyone(_view())),
    path("account", signed_in(_view())),
    path("manage", staff(Role.EDITOR)(_view())),
    path("undecided", _view()),
]


@pytest.fixture
def get(rf, settings, client, db):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["kopir.config.site_hosts.SiteHost", "kopir.config.hosts.PortalHost"]

    def get(host: str, address: str) -> int:
        return client.get(address, headers={"host": host}).status_code

    return get


@pytest.mark.parametrize("host", ["kz.localhost", "kz.localhost:80", "KZ.localhost"])
@pytest.mark.parametrize("address", ["/public", "/account", "/manage", "/undecided"])
def test_the_portals_own_host_leaves_all_to_the_decisions(get, host, address):
    assert get(host, address) == 200


@pytest.mark.parametrize("host", ["water.bodies.localhost", "localhost", "127.0.0.1", "[::1]:8000"])
@pytest.mark.parametrize(
    ("address", "status"), [("/public", 200), ("/account", 404), ("/manage", 404), ("/undecided", 404)]
)
def test_other_hosts_of_ours_show_what_is_public(get, host, address, status):
    assert get(host, address) == status


@pytest.mark.parametrize(
    "host", ["evil.example", "kz.localhost.evil.example", "evilkz.localhost", "kz.localhost@evil.example", ""]
)
@pytest.mark.parametrize("address", ["/public", "/manage"])
def test_a_host_that_is_nobodys_gets_nothing(get, host, address):
    assert get(host, address) == 400


@pytest.mark.parametrize("host", ["kz.localhost:8080", "kz.localhost.", "kz.localhost.:80", "water.bodies.localhost."])
def test_a_host_has_one_spelling(get, host):
    """A link to confirm something would lead to whatever port the request named."""
    assert get(host, "/public") == 400


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("https://kz.example", "kz.example", 200),
        ("https://kz.example", "kz.example:443", 200),
        ("https://kz.example", "kz.example:80", 400),
        ("http://kz.example:8006", "kz.example:8006", 200),
        ("http://kz.example:8006", "kz.example", 400),
        ("http://localhost:8006", "localhost:9000", 200),
        ("http://kz.example", "[::1]:8006", 200),
    ],
)
def test_the_port_is_that_of_the_address(get, settings, address, host, status):
    settings.KOPIR_ADDRESS, settings.KOPIR_PORTAL_HOST = address, urlsplit(address).hostname
    settings.ALLOWED_HOSTS = ["kz.example", "localhost", "[::1]"]
    assert get(host, "/public") == status


def test_every_answer_says_what_pages_may_use(rf, settings):
    response = PortalHost(lambda request: HttpResponse())(rf.get("/"))
    assert response["Permissions-Policy"] == settings.KOPIR_PERMISSIONS_POLICY
    assert "camera=()" in response["Permissions-Policy"]


def test_which_host_is_the_portals(rf):
    assert is_portal_host(rf.get("/", headers={"host": "kz.localhost:1"}))
    assert not is_portal_host(rf.get("/", headers={"host": "water.bodies.localhost"}))
