"""Hosts: the portal's own answers all, bodies' hosts public pages alone, and nobody else's nothing."""

from __future__ import annotations

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


@pytest.mark.parametrize("host", ["kz.localhost", "kz.localhost:8080", "KZ.localhost"])
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


def test_every_answer_says_what_pages_may_use(rf, settings):
    response = PortalHost(lambda request: HttpResponse())(rf.get("/"))
    assert response["Permissions-Policy"] == settings.KOPIR_PERMISSIONS_POLICY
    assert "camera=()" in response["Permissions-Policy"]


def test_which_host_is_the_portals(rf):
    assert is_portal_host(rf.get("/", headers={"host": "kz.localhost:1"}))
    assert not is_portal_host(rf.get("/", headers={"host": "water.bodies.localhost"}))
