"""Filling a website: texts and pages in each language at once, as if Wagtail had saved them; nobody's work is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from wagtail.models import Page, ReferenceIndex

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.pagecache.models import Purge
from kopir.search.models import Change
from kopir.websites.actions import archive_website
from kopir.websites.actions.filling import NewPage, Text, fill_website
from kopir.websites.errors import SiteArchivedError
from kopir.websites.models import NewsPage, SectionPage, SitePage

PARAGRAPH = {"type": "paragraph", "value": "<p>Су</p>"}
ABOUT = Text("about", {"kk": {"title": "Біз", "body": [PARAGRAPH]}, "ru": {"title": "Мы", "body": [PARAGRAPH]}})
DAY = datetime(2026, 2, 1, 9, tzinfo=UTC)
FIELDS = {"title": "Су", "happened_on": DAY.date(), "body": [PARAGRAPH], "first_published_at": DAY}
NEWS = NewPage(NewsPage, "news", "water", {"kk": FIELDS, "ru": {**FIELDS, "title": "Вода"}})


def fill(website, actor, now, texts=(ABOUT,), pages=(NEWS,)):
    return fill_website(website=website, texts=texts, pages=pages, actor=actor, now=now)


def test_texts_are_written_and_pages_made_in_each_language(education, system, now):
    assert fill(education, system, now) == 4

    about = SectionPage.objects.get(url_path="/kk/ministry-of-education/about/")
    assert (about.title, about.draft_title, about.last_published_at) == ("Біз", "Біз", now)
    assert about.body[0].value.source == "<p>Су</p>"
    water = NewsPage.objects.get(url_path="/ru/ministry-of-education/news/water/")
    assert (water.title, water.live, water.first_published_at) == ("Вода", True, DAY)
    assert water.get_translations().get().title == "Су"
    assert not NewsPage.objects.filter(locale__language_code="en").exists()


def test_the_tree_references_and_editors_search_are_whole(education, system, now):
    fill(education, system, now)

    assert Page.find_problems() == ([], [], [], [], [])
    before = set(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path"))
    for page in SitePage.objects.specific():
        ReferenceIndex.create_or_update_for_object(page)
    assert set(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path")) == before
    assert [page.title for page in NewsPage.objects.search("Вода")] == ["Вода"]
    assert [page.title for page in SectionPage.objects.search("Мы")] == ["Мы"]


def test_blocks_have_the_same_id_in_every_language(education, system, now):
    fill(education, system, now)
    ids = {page.body[0].id for page in NewsPage.objects.all()}
    assert len(ids) == 1


def test_what_is_filled_is_found_and_purged(education, system, now, kept_pages, page_guard):  # noqa: F811 - fixtures
    Change.objects.all().delete()
    Purge.objects.all().delete()
    fill(education, system, now)
    water = NewsPage.objects.values_list("pk", flat=True)
    told = {int(key) for key in Change.objects.filter(source="websites.page").values_list("key", flat=True)}
    assert len(water) == 2
    assert told >= {*water, SectionPage.objects.get(url_path="/kk/ministry-of-education/about/").pk}
    assert any(f"websites.website:{education.pk}" in purge.tags for purge in Purge.objects.all())


def test_the_record_says_how_much(education, system, now):
    fill(education, system, now)
    row = Row.objects.get(action="websites.fill_website")
    assert (row.body_id, json.loads(row.after or "")) == (education.body_id, {"written": 2, "made": 2})


def test_a_page_that_is_there_is_not_made_again(education, system, now):
    fill(education, system, now)
    assert fill(education, system, now, texts=()) == 0
    assert NewsPage.objects.count() == 2


def test_what_somebody_has_begun_to_write_is_left_alone(education, system, now):
    about = SectionPage.objects.get(url_path="/kk/ministry-of-education/about/")
    about.title = "Менің сөзім"
    about.save_revision()

    assert fill(education, system, now, pages=()) == 1

    about.refresh_from_db()
    assert about.title != "Біз"
    assert about.get_latest_revision_as_object().title == "Менің сөзім"


def test_a_path_that_no_language_has_is_refused_before_anything_is_written(education, system, now):
    with pytest.raises(LookupError, match="nowhere"):
        fill(education, system, now, texts=[ABOUT, Text("nowhere", {"kk": {"title": "X"}})])
    assert not SectionPage.objects.filter(title="Біз").exists()
    assert not Row.objects.filter(action="websites.fill_website").exists()


def test_an_archived_website_stays_as_it_is(education, system, operator, now):
    archive_website(website=education, successor=None, actor=operator, now=now)
    with pytest.raises(SiteArchivedError):
        fill(education, system, now)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR])
def test_a_body_s_own_people_may_not(education, now, role):
    person = Actor("person", id="9", name="A. Person", grants=frozenset({(role, education.body_id)}))
    with pytest.raises(NotAllowedError):
        fill(education, person, now)
    assert not NewsPage.objects.exists()
