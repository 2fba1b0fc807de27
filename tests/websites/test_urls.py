"""Which addresses are websites' and which are the platform's."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, get_resolver, resolve, reverse
from django.urls.resolvers import LocalePrefixPattern, URLResolver

from kopir.websites.rules import RESERVED, may_be_address


def first_segments(patterns=None):
    """The first literal segments of every address of the platform, in a language and without one."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        is_open = isinstance(entry.pattern, LocalePrefixPattern) or not str(entry.pattern)
        if isinstance(entry, URLResolver) and is_open:
            yield from first_segments(entry.url_patterns)
            continue
        segment = str(entry.pattern).lstrip("^").split("/")[0].split(".")[0]
        if segment and segment[0].isalpha():
            yield segment


def test_no_website_takes_what_the_platform_uses():
    used = {segment for segment in first_segments() if may_be_address(segment)}
    assert used <= {"robots", "sitemap"}, "put it among websites.rules.RESERVED"  # these two have an ending


def test_there_are_segments():
    assert {"manage", "bodies", "search", "edit", "sitemaps", "api"} <= set(first_segments())


@pytest.mark.parametrize("segment", sorted(RESERVED))
def test_a_reserved_segment_is_never_a_website(segment):
    with pytest.raises(Resolver404):
        resolve(f"/en/{segment}/no-such-page-anywhere/below/")


@pytest.mark.parametrize("path", ["a", "a/b-c/d_1", "қала/жол"])
def test_a_page_is_any_way_of_segments(path):
    found = resolve(f"/en/ministry-of-water/{path}/")
    assert (found.view_name, found.kwargs) == ("websites:page", {"site": "ministry-of-water", "path": path})
    assert reverse("websites:home", args=["ministry-of-water"]) == "/en/ministry-of-water/"


@pytest.mark.parametrize("address", ["/en/water//a/", "/en/water/../a/", "/en/Water/a/", "/en/water/a%2Fb/"])
def test_what_is_no_way_is_no_page(address):
    with pytest.raises(Resolver404):
        resolve(address)
