"""Filters of the room's templates."""

from __future__ import annotations

from kopir.websites.models import SectionPage
from kopir.websites.templatetags.websites import address_filter, card_address, explain, large, portrait, small


def test_a_link_within_a_site_has_no_host_and_a_card_has(education):
    page = SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")
    assert address_filter(page) == "/ru/ministry-of-education/about/"
    assert card_address({"page": page}) == "http://kz.localhost/ru/ministry-of-education/about/"
    page.unpublish()
    assert card_address({"page": page, "address": "https://a.example/"}) == "https://a.example/"
    assert card_address({"page": None}) == ""


def test_no_picture_is_none():
    assert small(None) is portrait(None) is large(None) is None


def test_an_empty_section_says_what_it_lacks():
    assert explain("news") == "There is no news yet."
    assert explain("pages") == ""
