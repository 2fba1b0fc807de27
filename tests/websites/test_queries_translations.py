"""Translations and what they were translated from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.websites.models import SitePage
from kopir.websites.queries import list_sources, list_stale


@pytest.fixture
def change(education):
    def change(language, **fields):
        found = SitePage.objects.filter(url_path=f"/{language}/ministry-of-education/about/")
        found.update(**fields)
        return found.get()

    return change


def test_a_translation_is_stale_from_the_next_publication_of_its_source_on(education, finance, change, now):
    page = change("ru", is_translation=True)
    assert not list_stale(education).exists()
    change("kk", last_published_at=now + timedelta(days=1))
    (found,) = list_stale(education)
    assert (found, found.source_published_at) == (page, now + timedelta(days=1))
    assert not list_stale(finance).exists()
    change("ru", follows_at=now + timedelta(days=1))
    assert not list_stale(education).exists()
    change("ru", follows_at=now, last_published_at=now + timedelta(days=2))
    assert list_stale(education).count() == 1, "it was published later, and still says what was before"


@pytest.mark.parametrize(
    ("language", "fields"), [("ru", {"live": False}), ("kk", {"live": False}), ("ru", {"is_translation": False})]
)
def test_what_is_not_shown_or_no_translation_is_not_stale(education, change, now, language, fields):
    change("ru", is_translation=True)
    change("kk", last_published_at=now + timedelta(days=1))
    change("en", is_translation=True, live=False)
    assert list_stale(education).count() == 1
    change(language, **fields)
    assert not list_stale(education).exists()


def test_a_source_is_no_translation_and_of_the_same_content(education, change, now):
    page = change("ru", is_translation=True)
    change("en", is_translation=True)
    assert [source.url_path for source in list_sources(page)] == ["/kk/ministry-of-education/about/"]
    change("en", is_translation=False, last_published_at=now + timedelta(days=1))
    assert [source.url_path.split("/")[1] for source in list_sources(page)] == ["en", "kk"]
