"""Addresses of pages: under the portal, on an own domain, seen from each other."""

from __future__ import annotations

import pytest

from kopir.websites import addresses
from kopir.websites.models import SitePage, Website

pytestmark = pytest.mark.django_db  # pages ask for the number of their type
PATH = "/kk/water/news/a/"


def make(**fields) -> SitePage:
    return SitePage(url_path=PATH, website=Website(pk=1, slug="water", **fields))


def test_under_the_portal_the_address_is_the_place_in_the_tree():
    page = make()
    assert addresses.address_of(page) == PATH
    assert addresses.full_address_of(page) == f"http://kz.localhost{PATH}"
    assert addresses.home_path(page.website, "ru") == "/ru/water/"


def test_on_an_own_domain_the_sites_segment_falls_away(now):
    page = make(domain="water.example", domain_proven_at=now)
    assert addresses.full_address_of(page) == "http://water.example/kk/news/a/"
    assert addresses.address_of(page, seen_from=page.website) == "/kk/news/a/"
    assert addresses.address_of(page) == "http://water.example/kk/news/a/"
    assert addresses.home_path(page.website, "ru") == "/ru/"


def test_a_page_of_the_portal_seen_from_an_own_domain_has_its_host(now):
    there = Website(pk=2, slug="edu", domain="edu.example", domain_proven_at=now)
    assert addresses.address_of(make(), seen_from=there) == f"http://kz.localhost{PATH}"


def test_a_domain_that_is_not_proven_is_none():
    assert addresses.full_address_of(make(domain="water.example")) == f"http://kz.localhost{PATH}"


@pytest.mark.parametrize(
    ("portal", "host"),
    [
        ("https://egov.example", "https://water.example"),
        ("http://kz.localhost:8086", "http://water.example:8086"),
    ],
)
def test_scheme_and_a_developers_port_are_the_portals(settings, now, portal, host):
    settings.KOPIR_ADDRESS = portal
    assert addresses.host_of(make(domain="water.example", domain_proven_at=now).website) == host


def test_a_website_is_searched_on_the_portal(now):
    under, own = (
        Website(slug="water", body_id=7, **more) for more in ({}, {"domain": "w.example", "domain_proven_at": now})
    )
    assert addresses.search_address(under, "ru") == "/ru/search/?site=7"
    assert addresses.search_address(own, "ru") == "http://kz.localhost/ru/search/?site=7"
