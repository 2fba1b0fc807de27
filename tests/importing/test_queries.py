"""Which section takes what comes, and which page an old address leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.base import clock
from kopir.importing.errors import NoSectionError
from kopir.importing.models import ImportedItem
from kopir.importing.queries import find_led, get_section
from kopir.websites.models import SectionPage, SitePage


@pytest.fixture
def led(education, now):
    def led(address, host, slug):
        page = SitePage.objects.get(url_path=f"/kk/ministry-of-education/{slug}/")
        ImportedItem.objects.create(
            website=education,
            source="s",
            language="kk",
            key=f"{host}{address}",
            page=page,
            old_host=host,
            old_path=address,
            imported_at=now,
        )
        return page

    return led


def test_the_exact_address_and_the_same_host_come_first(education, led):
    about, news, contacts = led("/a", "x", "about"), led("/a?b=1", "y", "news"), led("/a", "z", "contacts")
    assert find_led(education, "x", ["/a?b=1", "/a"]) == news
    assert find_led(education, "x", ["/a?b=2", "/a"]) == about
    assert find_led(education, "z", ["/a", "/a"]) == contacts
    assert find_led(education, "x", ["", ""]) is None


def test_what_is_not_shown_or_of_another_website_is_not_found(education, finance, led):
    page = led("/a", "x", "about")
    assert find_led(finance, "x", ["/a"]) is None
    page.live = False
    page.save()
    assert find_led(education, "x", ["/a"]) is None


def test_what_has_expired_is_not_found(education, led):
    page = led("/a", "x", "about")
    page.expire_at = clock.now() - timedelta(seconds=1)
    page.save()
    assert find_led(education, "x", ["/a"]) is None


def test_the_section_of_its_language(education):
    assert get_section(education, "ru", "news").url_path == "/ru/ministry-of-education/news/"
    assert get_section(education, "ru", "news", "/news/").url_path == "/ru/ministry-of-education/news/"
    SectionPage.objects.get(url_path="/ru/ministry-of-education/news/")
    for language, listing, path in (
        ("ru", "documents", ""),
        ("ru", "news", "about"),
        ("tg", "news", ""),
    ):
        with pytest.raises(NoSectionError, match="no section"):
            get_section(education, language, listing, path)
