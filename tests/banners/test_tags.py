"""The tags by which pages and banners find each other."""

from __future__ import annotations

from kopir.banners import tags
from kopir.banners.rules import COUNTRY, Place


def test_a_page_notes_the_country_its_region_and_its_body():
    assert tags.seen_from(None, None) == [tags.at(COUNTRY)]
    assert tags.seen_from(7, 5) == ["banners.banner:country", "banners.banner:region:5", "banners.banner:body:7"]


def test_a_region_reaches_its_districts():
    assert tags.reached_by(Place(region_id=5), [6]) == ["banners.banner:region:5", "banners.banner:region:6"]
    assert tags.reached_by(Place(body_id=7), []) == ["banners.banner:body:7"]
