"""Importing: once, again, and after people have worked on what came."""

from __future__ import annotations

import json
from datetime import date

import pytest
from wagtail.models import Page, ReferenceIndex

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.importing import actions
from kopir.importing.actions import Order, import_items
from kopir.importing.fields import make_fields
from kopir.importing.models import ImportedItem
from kopir.importing.records import Record
from kopir.pagecache.models import Purge
from kopir.search.models import Change
from kopir.websites.actions import archive_website, publish_page
from kopir.websites.errors import SiteArchivedError
from kopir.websites.models import NewsPage, SitePage

ONE = {
    "key": "1",
    "title": "Су қоймасы",
    "date": "2026-02-01T23:30:00+05:00",
    "summary": "Қысқаша",
    "body": "<h2>Су</h2><p>Мәтін</p><img src=a.png>",
    "address": "https://edu.example/news/1",
}
TWO = {"key": "2", "title": "Мектеп", "date": "2026-02-02", "body": "<p>Екі</p>", "slug": "mektep"}


@pytest.fixture
def bring(education, system, now):
    def bring(*items, actor=system, language="kk", is_trial=False, **order):
        asked = Order(website=education, language=language, kind="news", source="old", **order)
        records = [Record(f"item {number}", item) for number, item in enumerate(items, 1)]
        return import_items(order=asked, records=records, actor=actor, now=now, is_trial=is_trial)

    return bring


def counts(report):
    return tuple(report.counts()[name] for name in ("new", "changed", "unchanged", "edited", "refused"))


def test_items_become_pages_with_their_dates(bring, now):
    report = bring(ONE, TWO, {"title": "No date", "key": "3"})
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.left_out == 1
    assert [refusal.place for refusal in report.refused] == ["item 3"]
    water = NewsPage.objects.get(title="Су қоймасы")
    assert water.url_path == "/kk/ministry-of-education/news/2026-02-01-1/"
    assert (water.happened_on, water.live, water.summary) == (date(2026, 2, 1), True, "Қысқаша")
    assert water.first_published_at.isoformat() == "2026-02-01T18:30:00+00:00"
    assert [block.block_type for block in water.body] == ["heading", "paragraph"]
    assert NewsPage.objects.filter(url_path="/kk/ministry-of-education/news/mektep/").exists()


def test_the_public_reads_them(bring, client):
    bring(ONE)
    client.defaults["SERVER_NAME"] = "kz.localhost"
    answer = client.get("/kk/ministry-of-education/news/2026-02-01-1/")
    assert answer.status_code == 200
    assert "Мәтін" in answer.content.decode()
    assert "Су қоймасы" in client.get("/kk/ministry-of-education/news/").content.decode()


def test_twice_is_once(bring):
    bring(ONE, TWO)
    assert counts(bring(ONE, TWO)) == (0, 0, 2, 0, 0)
    assert NewsPage.objects.count() == 2
    assert Row.objects.filter(action="importing.import_items").count() == 1


def test_what_changed_at_the_source_is_written(bring):
    bring(ONE, TWO)
    newer = {**ONE, "title": "Жаңа", "date": "2026-01-05", "body": "<p>Жаңа мәтін</p>"}
    assert counts(bring(newer, TWO)) == (0, 1, 1, 0, 0)
    page = NewsPage.objects.get(title="Жаңа")
    assert (page.draft_title, page.happened_on) == ("Жаңа", date(2026, 1, 5))
    assert page.first_published_at.date() == date(2026, 1, 5)
    assert page.body[0].value.source == "<p>Жаңа мәтін</p>"
    assert page.url_path == "/kk/ministry-of-education/news/2026-02-01-1/"
    assert counts(bring({**ONE, "title": "Тағы"}, TWO)) == (0, 1, 1, 0, 0)


@pytest.mark.parametrize("is_draft", [True, False])
def test_what_people_here_have_edited_is_kept(bring, is_draft):
    bring(ONE)
    page = NewsPage.objects.get()
    page.title = "Біздің сөз"
    revision = page.save_revision()
    if not is_draft:
        revision.publish()
    assert counts(bring({**ONE, "title": "Жаңа"})) == (0, 0, 0, 1, 0)
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "Біздің сөз"


def test_what_somebody_has_in_work_here_is_kept(bring):
    bring(ONE)
    page = NewsPage.objects.get(title="Су қоймасы")
    page.search_description = "Жұмыста"
    page.save_revision()
    assert counts(bring({**ONE, "title": "Жаңа"})) == (0, 0, 0, 1, 0)


def test_what_was_deleted_here_does_not_come_back(bring):
    bring(ONE)
    NewsPage.objects.get().delete()
    assert counts(bring(ONE)) == (0, 0, 1, 0, 0)
    assert counts(bring({**ONE, "title": "Жаңа"})) == (0, 0, 0, 1, 0)
    assert not NewsPage.objects.exists()


def test_a_draft_that_was_published_unchanged_is_renewed(bring, operator_publishes, now):
    bring(ONE, is_live=False)
    page = NewsPage.objects.get()
    assert (page.live, page.first_published_at, page.happened_on) == (False, None, date(2026, 2, 1))
    operator_publishes(page)
    assert counts(bring({**ONE, "title": "Жаңа"}, is_live=False)) == (0, 1, 0, 0, 0)
    page = NewsPage.objects.get()
    assert (page.title, page.live, page.has_unpublished_changes) == ("Жаңа", True, False)
    assert page.get_latest_revision_as_object().title == "Жаңа"


@pytest.fixture
def operator_publishes(system, now):
    return lambda page: publish_page(page=page, actor=system, now=now, reason="as it was on the old site")


def test_one_content_in_two_languages(bring):
    bring(ONE)
    bring({**ONE, "title": "Вода"}, {**TWO, "title": "Школа"}, language="ru")
    water = NewsPage.objects.get(title="Вода")
    assert water.get_translations().get().title == "Су қоймасы"
    assert not NewsPage.objects.get(title="Школа").get_translations().exists()


def test_a_trial_writes_nothing(bring):
    assert counts(bring(ONE, {"key": "3"}, is_trial=True)) == (1, 0, 0, 0, 1)
    assert not NewsPage.objects.exists()
    assert not ImportedItem.objects.exists()
    assert not Row.objects.filter(action__startswith="importing.").exists()


def test_the_same_id_twice_in_a_file_is_refused(bring):
    report = bring(ONE, {**TWO, "key": "1"})
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "item 1 has the same id" in report.refused[0].reason


def test_tree_references_and_editors_search_are_whole(bring):
    bring(ONE, TWO)
    bring({**ONE, "title": "Бөгет"})
    assert Page.find_problems() == ([], [], [], [], [])
    before = set(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path"))
    for page in SitePage.objects.specific():
        ReferenceIndex.create_or_update_for_object(page)
    assert set(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path")) == before
    assert [page.title for page in NewsPage.objects.search("Бөгет")] == ["Бөгет"]
    assert [page.title for page in NewsPage.objects.search("Мектеп")] == ["Мектеп"]


def test_what_came_is_found_and_purged(bring, education, kept_pages, page_guard):  # noqa: F811 - fixtures
    for item in (ONE, {**ONE, "title": "Жаңа"}):
        Change.objects.all().delete()
        Purge.objects.all().delete()
        bring(item)
        told = {int(key) for key in Change.objects.filter(source="websites.page").values_list("key", flat=True)}
        assert NewsPage.objects.get().pk in told
        assert any(f"websites.website:{education.pk}" in purge.tags for purge in Purge.objects.all())


def test_the_record_says_what_came_from_where(bring, education):
    bring(ONE, {"key": "9"})
    row = Row.objects.get(action="importing.import_items")
    told = json.loads(row.after or "")
    assert row.body_id == education.body_id
    assert (told["source"], told["new"], told["refused"]) == ("old", 1, 1)
    assert Row.objects.filter(action="websites.receive_pages").count() == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR])
def test_a_body_s_own_people_may_not(bring, education, role):
    person = Actor("person", id="9", name="A. Person", grants=frozenset({(role, education.body_id)}))
    with pytest.raises(NotAllowedError):
        bring(ONE, actor=person)
    with pytest.raises(NotAllowedError):
        bring(ONE, actor=person, is_trial=True)


def test_an_archived_website_stays_as_it_is(bring, education, system, now):
    archive_website(website=education, successor=None, actor=system, now=now)
    with pytest.raises(SiteArchivedError):
        bring(ONE)
    assert not NewsPage.objects.exists()


def test_thousands_cost_few_statements(bring, django_assert_max_num_queries):
    many = [{**TWO, "key": str(number), "slug": f"n{number}"} for number in range(400)]
    with django_assert_max_num_queries(120):
        assert counts(bring(*many)) == (400, 0, 0, 0, 0)
    with django_assert_max_num_queries(30):
        assert counts(bring(*many)) == (0, 0, 400, 0, 0)


@pytest.fixture
def meanwhile(monkeypatch):
    """Do something once while the fields of an item are made."""

    def meanwhile(work):
        def make(*args):
            monkeypatch.setattr("kopir.importing.actions.make_fields", make_fields)
            work()
            return make_fields(*args)

        monkeypatch.setattr("kopir.importing.actions.make_fields", make)

    return meanwhile


def test_what_was_edited_while_pictures_were_kept_stays(bring, meanwhile):
    bring(ONE, TWO)

    def edit():
        page = NewsPage.objects.get(title="Су қоймасы")
        page.title = "Біздің сөз"
        page.save_revision().publish()

    meanwhile(edit)
    report = bring({**ONE, "title": "Жаңа"}, {**TWO, "title": "Жаңа мектеп"})
    assert counts(report) == (0, 1, 0, 1, 0)
    assert report.left_out == 0
    assert set(NewsPage.objects.values_list("title", flat=True)) == {"Біздің сөз", "Жаңа мектеп"}


def test_what_another_import_brought_meanwhile_is_not_made_twice(bring, meanwhile):
    meanwhile(lambda: bring(ONE))
    assert counts(bring(ONE, TWO)) == (1, 0, 1, 0, 0)
    assert NewsPage.objects.count() == 2


def test_pages_that_change_are_locked(bring, monkeypatch):
    bring(ONE, TWO)
    locked = []
    monkeypatch.setattr(actions, "lock_pages", lambda items: locked.extend(item.page_id for item in items))
    bring({**ONE, "title": "Жаңа"}, TWO)
    assert locked == [NewsPage.objects.get(title="Жаңа").pk]
