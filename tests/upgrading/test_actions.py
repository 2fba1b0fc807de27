"""Upgrading a website: what editors wrote stays, what they left alone is renewed, and it can be taken back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, ReferenceIndex

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.bodies.queries import get_body
from kopir.upgrading.actions import undo_upgrade, upgrade_website
from kopir.upgrading.errors import NoTemplateError, NothingToUndoError
from kopir.upgrading.models import SiteBase, TemplateVersion, Upgrade
from kopir.upgrading.queries import find_plan
from kopir.upgrading.rules import BLOCKS, PAGE, Choice, Unit
from kopir.websites.actions import archive_website, clone_website, create_website
from kopir.websites.errors import SiteArchivedError
from kopir.websites.models import SectionPage, SitePage, Website

ABOUT = 'ru = "О министерстве"'
TEXT = "Здесь пишут, что мы делаем."
MORE = """
[[pages]]
slug = "services"
in_menu = true
titles = { kk = "Қызметтер", ru = "Услуги", en = "Services" }
texts = { kk = "Қызметтер тізімі.", ru = "Список услуг.", en = "The services." }
[[pages]]
slug = "passport"
parent = "services"
titles = { kk = "Төлқұжат", ru = "Паспорт", en = "Passport" }
"""


@pytest.fixture
def upgrade(website, administrator, now):
    """Upgrades the website."""
    return lambda: upgrade_website(website=website, actor=administrator, now=now)


def text_of(page):
    return [str(block.value) for block in page.body]


def change(page, **fields):
    """As the editor and a publisher would."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def snapshot():
    """Everything that the pages hold, but their revisions."""
    pages = SitePage.objects.order_by("path").specific()
    return [
        (
            page.url_path,
            page.path,
            page.title,
            page.show_in_menus,
            page.live,
            getattr(page, "listing", ""),
            body_of(page),
        )
        for page in pages
    ]


def body_of(page):
    return list(page.body.raw_data) if hasattr(page, "body") else []


def test_what_editors_left_alone_is_renewed_and_what_they_changed_stays(website, upgrade, give, page, client):
    change(page("about"), title="О нас")
    give((ABOUT, 'ru = "О ведомстве"'), (TEXT, "Здесь новый текст."), ('ru = "Контакты"', 'ru = "Связь"'))
    outcome = upgrade()
    assert page("about").title == "О нас"
    assert text_of(page("about")) == ["<p>Здесь новый текст.</p>"]
    assert page("contacts").title == "Связь"
    assert [conflict.unit for conflict in outcome.conflicts] == [Unit("about", "ru", "title")]
    assert (outcome.written.published, outcome.written.drafts) == (2, 0)
    assert "Здесь новый текст." in client.get("/ru/ministry-of-education/about/").content.decode()


def test_an_upgrade_writes_a_revision_of_what_was_and_one_of_what_is(upgrade, give, page):
    give((TEXT, "Здесь новый текст."))
    upgrade()
    was, new = page("about").revisions.order_by("created_at")
    assert (text_of(was.as_object()), text_of(new.as_object())) == ([f"<p>{TEXT}</p>"], ["<p>Здесь новый текст.</p>"])
    assert page("about").live_revision == new
    assert not page("about").has_unpublished_changes
    assert not page("news").revisions.exists()


def test_where_a_draft_is_pending_the_upgrade_goes_into_it_and_publishes_nothing(upgrade, give, page):
    draft = page("about")
    draft.summary = "Черновик"
    draft.save_revision()
    give((TEXT, "Здесь новый текст."))
    assert upgrade().written.drafts == 1
    about = page("about")
    assert (about.summary, text_of(about)) == ("", [f"<p>{TEXT}</p>"])
    latest = about.get_latest_revision_as_object()
    assert (latest.summary, text_of(latest)) == ("Черновик", ["<p>Здесь новый текст.</p>"])


def test_what_is_not_public_is_not_published(upgrade, give, page):
    page("about").unpublish()
    give((TEXT, "Здесь новый текст."))
    assert upgrade().written.drafts == 1
    assert not page("about").live


def test_a_conflict_is_decided_later_either_way(website, administrator, upgrade, give, page, now):
    change(page("about"), title="О нас")
    change(page("about", "kk"), title="Біз туралы")
    give((ABOUT, 'ru = "О ведомстве"'), ('kk = "Министрлік туралы"', 'kk = "Мекеме туралы"'))
    assert len(upgrade().conflicts) == 2
    assert len(upgrade().conflicts) == 2, "they wait"
    decisions = {Unit("about", "ru", "title"): Choice.TAKE, Unit("about", "kk", "title"): Choice.KEEP}
    outcome = upgrade_website(website=website, actor=administrator, now=now, decisions=decisions)
    assert not outcome.conflicts
    assert (page("about").title, page("about", "kk").title) == ("О ведомстве", "Біз туралы")
    assert SiteBase.objects.get(website=website).overrides == {}
    assert Upgrade.objects.filter(website=website).count() == 1


def test_new_pages_come_in_every_language_as_one_content(website, upgrade, give, client):
    give(more=MORE)
    assert upgrade().written.made == 6
    made = SitePage.objects.filter(slug="services", website=website)
    assert {page.url_path for page in made} == {
        f"/{code}/ministry-of-education/services/" for code in ("kk", "ru", "en")
    }
    assert len({page.translation_key for page in made}) == 1
    assert client.get("/kk/ministry-of-education/services/passport/").status_code == 200
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_new_page_steps_aside_for_one_of_the_editors(website, upgrade, give, page):
    home = page("", "kk")
    home.add_child(instance=SectionPage(title="Біздікі", slug="services", website=website))
    give(more=MORE)
    upgrade()
    assert page("services", "kk").title == "Біздікі"
    assert page("services-2", "kk").title == "Қызметтер"
    assert page("services-2/passport", "ru").title == "Паспорт"


def test_a_page_that_was_deleted_stays_deleted(website, upgrade, give, page):
    page("about", "ru").delete()
    give((ABOUT, 'ru = "О ведомстве"'), (TEXT, "Новое"), ('en = "About"', 'en = "The ministry"'))
    outcome = upgrade()
    assert not SitePage.objects.filter(url_path="/ru/ministry-of-education/about/").exists()
    assert page("about", "en").title == "The ministry"
    assert not outcome.conflicts


def test_a_page_that_was_moved_is_renewed_where_it_stands(website, upgrade, give, page):
    page("contacts").move(page("about"), pos="last-child")
    give(('ru = "Контакты"', 'ru = "Связь"'))
    upgrade()
    assert page("about/contacts").title == "Связь"
    assert not find_plan(website).is_pending


def test_the_menu_is_merged(website, upgrade, give, page):
    contacts = """[[pages]]
slug = "contacts"
kind = "contacts"
titles = { kk = "Байланыс", ru = "Контакты", en = "Contacts" }
"""
    home = '[[pages]]\nslug = "news"'
    change(page("news"), show_in_menus=False)
    page("about", "en").move(page("", "en"), pos="first-child")
    give((contacts, ""), (home, contacts.replace("kind =", "in_menu = true\nkind =") + home))
    upgrade()
    assert [each.slug for each in page("").get_children()] == ["contacts", "news", "about"]
    assert [each.slug for each in page("", "en").get_children()][-1] != "about"
    assert page("contacts").show_in_menus
    assert not page("news").show_in_menus
    assert Page.find_problems() == ([], [], [], [], [])


def test_undo_restores_what_was_but_for_what_was_edited_since(website, administrator, upgrade, give, page, now):
    change(page("contacts"), title="Связь")
    before = snapshot()
    give((ABOUT, 'ru = "О ведомстве"'), (TEXT, "Новое"), ('ru = "Контакты"', 'ru = "Адреса"'), more=MORE)
    upgrade()
    upgrade_website(
        website=website, actor=administrator, now=now, decisions={Unit("contacts", "ru", "title"): Choice.TAKE}
    )
    assert snapshot() != before
    undone = undo_upgrade(website=website, actor=administrator, now=now)
    assert snapshot() == before
    assert not undone.kept
    upgrade()
    assert page("about").title == "О ведомстве", "it can be made again"
    change(page("about"), title="О нас")
    change(page("services"), summary="Наше")
    undone = undo_upgrade(website=website, actor=administrator, now=now)
    assert set(undone.kept) == {Unit("about", "ru", "title"), Unit("services", "ru", PAGE)}
    assert (page("about").title, text_of(page("about"))) == ("О нас", [f"<p>{TEXT}</p>"])
    assert page("services").summary == "Наше"
    assert not SitePage.objects.filter(url_path="/kk/ministry-of-education/services/").exists()
    with pytest.raises(NothingToUndoError):
        undo_upgrade(website=website, actor=administrator, now=now)


def test_undo_leaves_a_page_below_which_editors_wrote(website, administrator, upgrade, give, page, now):
    give(more=MORE)
    upgrade()
    change(page("services/passport"), summary="Наше")
    page("contacts", "kk").move(page("services", "kk"), pos="last-child")
    undone = undo_upgrade(website=website, actor=administrator, now=now)
    assert page("services/passport").summary == "Наше"
    assert page("services/contacts", "kk").live
    units = {("services", "ru"), ("services/passport", "ru"), ("services", "kk")}
    assert {unit[:2] for unit in undone.kept if unit.part == PAGE} == units
    gone = {
        f"/{code}/ministry-of-education/{path}/" for code, path in (("en", "services"), ("kk", "services/passport"))
    }
    assert not SitePage.objects.filter(url_path__in=gone).exists()


def test_undo_arranges_no_page_that_editors_moved_below_another(website, administrator, upgrade, give, page, now):
    news, about = ('[[pages]]\nslug = "news"', '[[pages]]\nslug = "about"')
    give((news, "[[x]]"), (about, news), ("[[x]]", about))
    upgrade()
    assert [each.slug for each in page("").get_children()] == ["about", "news", "contacts"]
    page("about").move(page("contacts"), pos="last-child")
    undo_upgrade(website=website, actor=administrator, now=now)
    assert [each.slug for each in page("").get_children()] == ["news", "contacts"]
    assert [each.slug for each in page("", "kk").get_children()] == ["news", "about", "contacts"]


def test_what_was_saved_in_the_editor_without_a_change_is_no_change(upgrade, give, page):
    about = page("about")
    raw = list(about.body.raw_data)
    raw[0] = {**raw[0], "value": raw[0]["value"].replace("<p>", '<p data-block-key="x1y2z">')}
    change(about, body=raw)
    give((TEXT, "Новое"))
    assert not upgrade().conflicts
    assert text_of(page("about")) == ["<p>Новое</p>"]


def test_blocks_of_editors_stay_as_they_were_kept(upgrade, give, page):
    about = page("about")
    own = {
        "type": "paragraph",
        "value": '<p data-block-key="abcde">Наше</p>',
        "id": "11111111-1111-4111-8111-111111111111",
    }
    change(about, body=[own, *about.body.raw_data])
    give((TEXT, "Новое"))
    upgrade()
    assert page("about").body.raw_data[0] == own
    assert text_of(page("about"))[1] == "<p>Новое</p>"


def test_the_index_of_references_and_of_search_are_whole_after_it(website, upgrade, give, page):
    give((TEXT, "Новое слово"), more=MORE)
    upgrade()

    def entries():
        return sorted(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path"))

    before = entries()
    for each in SitePage.objects.specific():
        ReferenceIndex.create_or_update_for_object(each)
    assert entries() == before
    assert [each.title for each in SectionPage.objects.search("Паспорт")] == ["Паспорт"]


def test_no_draft_is_written_between_reading_the_pages_and_writing_them(upgrade, give):
    give((TEXT, "Новое"))
    with CaptureQueriesContext(connection) as asked:
        upgrade()
    first = next(query["sql"] for query in asked if '"wagtailcore_page"' in query["sql"])
    assert '"website_id" =' in first
    assert 'ORDER BY "wagtailcore_page"."id"' in first, "all of them, in one order for everybody"
    assert "FOR UPDATE" in first or not connection.features.has_select_for_update


def test_the_record_names_who_decided(website, upgrade, give, administrator):
    give((TEXT, "Новое"))
    upgrade()
    row = Row.objects.get(action="upgrading.upgrade_website")
    assert (row.actor_id, row.body_id) == (administrator.id, website.body_id)
    assert Row.objects.filter(action="websites.apply_fields", actor_id=administrator.id).count() == 1


def test_a_copy_takes_over_what_its_source_was_given(website, administrator, system, give, now):
    copy = clone_website(website=website, body=get_body("ministry-of-finance"), actor=system, now=now)
    give((TEXT, "Новое"))
    outcome = upgrade_website(website=copy, actor=system, now=now)
    assert not outcome.conflicts
    assert text_of(SectionPage.objects.get(url_path="/ru/ministry-of-finance/about/")) == ["<p>Новое</p>"]


def test_where_nobody_knows_what_was_given_every_difference_waits(website, upgrade, give, page):
    SiteBase.objects.all().delete()
    TemplateVersion.objects.all().delete()
    give((TEXT, "Новое"), more=MORE)
    outcome = upgrade()
    assert text_of(page("about")) == [f"<p>{TEXT}</p>"]
    units = {conflict.unit for conflict in outcome.conflicts}
    assert Unit("services", "ru", PAGE) in units
    assert {unit.page for unit in units} == {"about", "services"}
    assert not any(unit.part == BLOCKS for unit in units)
    assert len(upgrade().conflicts) == len(units)


def test_a_website_older_than_bases_was_made_from_the_first_version(website, upgrade, give, page):
    kept = TemplateVersion.objects.get()
    SiteBase.objects.all().delete()
    TemplateVersion.objects.update(number=1)
    give((TEXT, "Новое"))
    assert not upgrade().conflicts
    assert text_of(page("about")) == ["<p>Новое</p>"]
    assert kept.pages


def test_an_upgrade_that_changes_nothing_writes_nothing(website, upgrade):
    assert upgrade().written.published == 0
    assert not Upgrade.objects.exists()
    assert not Row.objects.filter(action="upgrading.upgrade_website").exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR])
def test_only_administrators_of_that_website_upgrade_it(website, kz, now, role):
    body = website.body_id if role != Role.SITE_ADMINISTRATOR else get_body("ministry-of-finance").pk
    actor = Actor("person", id="8", name="X", grants=frozenset({(role, body)}))
    for act in (upgrade_website, undo_upgrade):
        with pytest.raises(NotAllowedError):
            act(website=website, actor=actor, now=now)


def test_a_closed_website_and_one_without_a_template_are_left_alone(website, administrator, system, now):
    Website.objects.update(template="gone")
    with pytest.raises(NoTemplateError):
        upgrade_website(website=website, actor=administrator, now=now)
    archive_website(website=website, successor=None, actor=system, now=now)
    with pytest.raises(SiteArchivedError):
        upgrade_website(website=website, actor=administrator, now=now)


def test_new_websites_of_one_template_share_what_was_given(website, system, template, now):
    create_website(body=get_body("ministry-of-finance"), template=template, actor=system, now=now)
    assert TemplateVersion.objects.count() == 1
    assert SiteBase.objects.count() == 2
