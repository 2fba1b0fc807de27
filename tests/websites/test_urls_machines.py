"""Addresses for programs stand at the root, the same in every language, and are open."""

from __future__ import annotations

import pytest
from django.urls import resolve

from kopir.base.access import EVERYONE, get_decision


@pytest.mark.parametrize(
    "address",
    ["/robots.txt", "/sitemap.xml", "/sitemaps/water.xml", "/api/1/sites", "/api/1/contents"],
)
def test_they_are_open_to_everybody(address):
    assert get_decision(resolve(address).func) == EVERYONE
