"""Texts that one website keeps and others show: who may show which, what readers see, and what happens when they go."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.utils.translation import override
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.models import Page

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.bodies.actions import move_body
from kopir.bodies.queries import get_body
from kopir.search.models import Change
from kopir.websites import found
from kopir.websites.acting import acting
from kopir.websites.actions import archive_website, create_website, reopen_website
from kopir.websites.blocks import Content, Front
from kopir.websites.errors import SharedInUseError
from kopir.websites.gate import judge
from kopir.websites.models import SharedPage, SharedUse
from kopir.websites.rights import Rights
from kopir.websites.rules import EDITING
from kopir.websites.sharing import list_bereft, list_kept, list_offered
from sharedtexts import keep_text, paragraph, section, show_in
from sitemedia import change, write_news

PATH = "/ru/ministry-of-education/news/"


@pytest.fixture
def government(kz, template, operator, now):
    """The website of the body above the ministries."""
    return create_website(body=get_body("government"), template=template, actor=operator, now=now)


def publish(page, body):
    page.body = body
    page.save_revision().publish(skip_permission_checks=True)


def read(client, path=PATH):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_edit_shows_on_every_page_with_who_answers_for_it(education, finance, client, kept_pages, page_guard):  # noqa: F811
    item = keep_text(finance, "Звоните 112", "ru")
    for site in (education, finance):
        show_in(section(site), item)
    kept_pages.settle()
    first = kept_pages.ask(client, PATH)
    html = first.content.decode()
    assert "Звоните 112" in html
    assert f'href="{item.url_path}"' in html, "to the page on which it is kept"
    assert finance.body.short_names["ru"] in html
    own = read(client, "/ru/ministry-of-finance/news/")
    assert "Звоните 112" in own
    assert "websites-shared__keeper" not in own
    publish(item, [paragraph("Звоните 911")])
    kept_pages.settle()
    assert PATH not in kept_pages.pages
    assert "Звоните 911" in kept_pages.ask(client, PATH).content.decode()


def test_a_draft_of_it_is_on_no_page(education, finance, client):
    item = keep_text(finance, "Звоните 112", "ru")
    show_in(section(education), item)
    change(item, body=[paragraph("Звоните 911")])
    assert "911" not in read(client)


def test_it_is_read_in_the_language_and_script_of_the_page(education, finance, client):
    item = keep_text(finance, "Жаңалық", "kk")
    keep_text(finance, "Новость дня", "ru", key=item.translation_key)
    for language in ("kk", "ru"):
        show_in(section(education, language), item)
    assert "Новость дня" in read(client)
    assert "Жаңалық" not in read(client)
    assert "Жаңалық" in read(client, "/kk/ministry-of-education/news/")
    assert "Jañalyq" in read(client, "/kk-latn/ministry-of-education/news/")


def test_where_a_language_lacks_it_a_plain_line_leads_to_others(education, finance, client):
    item = keep_text(finance, "Жаңалық", "kk")
    show_in(section(education), item)
    html = read(client)
    assert f'href="{item.url_path}" lang="kk" hreflang="kk"' in html
    assert "Жаңалық" not in html


@pytest.mark.parametrize(
    ("shared_with", "sites"), [("own", []), ("below", ["education"]), ("country", ["education", "finance"])]
)
def test_who_may_show_it_is_asked_wherever_it_stands(shared_with, sites, education, finance, government, client):
    finance.body.path = "999/"  # no more below the government
    finance.body.save()
    item = keep_text(government, "Звоните 112", "ru", shared_with=shared_with)
    for name, site in (("education", education), ("finance", finance)):
        show_in(section(site), item)
        html = read(client, f"/ru/ministry-of-{name}/news/")
        assert ("Звоните 112" in html) == (name in sites)
        assert [found.code for found in judge(section(site))] == ([] if name in sites else ["shared_gone"])


def test_what_its_keeper_takes_back_is_gone_without_a_trace_and_editors_see_it(
    education, finance, client, operator, now
):
    item = keep_text(finance, "Звоните 112", "ru")
    page = show_in(section(education), item)
    assert list(list_bereft(education)) == []
    archive_website(website=finance, successor=education, actor=operator, now=now)
    assert "websites-shared" not in read(client)
    assert [bereft.pk for bereft in list_bereft(education)] == [page.pk]
    reopen_website(website=finance, actor=operator, now=now)
    assert "Звоните 112" in read(client)
    item.refresh_from_db()
    item.unpublish()
    assert "Звоните 112" not in read(client)
    assert [finding.code for finding in judge(section(education))] == ["shared_gone"]
    assert [bereft.pk for bereft in list_bereft(education)] == [page.pk]


def test_what_is_shown_is_not_deleted_nor_what_holds_it(education, finance):
    item = keep_text(finance, "Звоните 112", "ru")
    page = show_in(section(education), item)
    for doomed in (item, item.get_parent()):
        with pytest.raises(SharedInUseError, match=r"\(1\)"):
            doomed.specific.delete()
    publish(page, [])
    item.delete()
    assert not SharedPage.objects.exists()


def test_its_keeper_deletes_what_others_may_show_no_more(education, finance):
    item = keep_text(finance, "Звоните 112", "ru")
    show_in(section(education), item)
    item.shared_with = "own"
    publish(item, item.body)
    SharedPage.objects.get().delete()
    item = keep_text(finance, "Звоните 112", "ru")
    show_in(section(education), item)
    item.unpublish()
    item.delete()
    assert not SharedPage.objects.exists()


def test_what_was_deleted_all_the_same_breaks_no_page(education, finance, client):
    page = show_in(section(education), keep_text(finance, "Звоните 112", "ru"))
    page.unpublish()
    SharedPage.objects.get().delete()
    page.save_revision().publish(skip_permission_checks=True)
    assert "websites-shared" not in read(client)
    assert [finding.code for finding in judge(section(education))] == ["shared_gone"]


def test_a_place_holds_where_the_language_is_deleted_in_which_it_was_chosen(education, finance, client):
    item = keep_text(finance, "Жаңалық", "kk")
    keep_text(finance, "Новость дня", "ru", key=item.translation_key)
    for language in ("kk", "ru"):
        show_in(section(education, language), item)
    with pytest.raises(SharedInUseError, match=r"\(2\)"):
        item.delete()
    item.unpublish()
    item.delete()
    assert "Новость дня" in read(client)
    assert 'lang="ru" hreflang="ru"' in read(client, "/kk/ministry-of-education/news/")
    assert [judge(section(education, language)) for language in ("kk", "ru")] == [[], []]
    for language in ("kk", "ru"):
        section(education, language).save_revision().publish(skip_permission_checks=True)
    SharedPage.objects.get().unpublish()
    assert "Новость дня" not in read(client)
    keep_text(finance, "Жаңа хабар", "kk", key=item.translation_key)
    assert "Жаңа хабар" in read(client, "/kk/ministry-of-education/news/")
    assert [users for _page, users in list_kept(finance)] == [[(education, 2)]] * 2


def test_a_place_of_old_which_names_a_page_is_read_and_named_by_key_once_it_is_saved(education, finance, client):
    item, page = keep_text(finance, "Звоните 112", "ru"), section(education).specific
    page.body = [{"type": "shared", "value": item.pk}]
    page.save()
    assert "Звоните 112" in read(client)
    assert [block.value for block in page.body] == [item]
    page.save()
    assert [block["value"] for block in section(education).body.raw_data] == [str(item.translation_key)]


def test_its_keeper_sees_on_how_many_public_pages_it_stands_and_of_drafts_nothing(education, finance):
    item = keep_text(finance, "Звоните 112", "ru")
    show_in(section(education), item)
    draft = write_news(education, "ru")
    change(draft, body=[{"type": "shared", "value": str(item.translation_key)}])
    assert list_kept(finance) == [(item, [(education, 1)])]
    assert list_kept(education) == []


def test_where_a_text_stands_is_counted_without_loading_its_places(education, finance, monkeypatch):
    items = [keep_text(finance, words, "ru") for words in ("112", "911")]
    for page in (section(education), write_news(education, "ru"), section(finance)):
        show_in(page, *items)
    monkeypatch.setattr(SharedUse, "from_db", None)
    for _page, users in list_kept(finance):
        assert users == [(education, 2), (finance, 1)]


def test_what_is_offered_is_looked_for_once_in_a_request_without_the_words(
    education, finance, operator, django_assert_num_queries
):
    items = [keep_text(finance, words, "ru") for words in ("112", "911")]
    keep_text(finance, "Жедел", "kk", key=items[0].translation_key)
    hidden = keep_text(finance, "Hidden", "ru").get_parent()
    rights = Rights(education, EDITING, operator)
    with acting(rights), override("ru"), django_assert_num_queries(2):
        offered = [list_offered() for _ in range(3)]
    assert [item.title for item in offered[2]] == ["Title of 112", "Title of 911", "Title of Hidden"]
    assert "body" in offered[2][0].get_deferred_fields()
    with acting(Rights(education, EDITING, operator)), override("kk"):
        assert "Title of Жедел" in [item.title for item in list_offered()]
    Page.objects.filter(pk=hidden.pk).update(live=False)
    with acting(Rights(education, EDITING, operator)), override("ru"):
        assert [item.title for item in list_offered()] == ["Title of Жедел"]


@pytest.mark.parametrize("blocks", [Content(), Front()])
def test_a_page_has_places_for_twenty_of_them_at_most(blocks, education, finance, operator):
    item = keep_text(finance, "112")
    for count, error in ((20, nullcontext()), (21, pytest.raises(StreamBlockValidationError))):
        chosen = blocks.to_python([{"type": "shared", "value": str(item.translation_key)}] * count)
        with acting(Rights(education, EDITING, operator)), error:
            blocks.clean(chosen)


def test_when_a_body_moves_pages_show_what_is_for_those_below_it_and_are_found_anew(
    education,
    government,
    client,
    operator,
    now,
    kept_pages,  # noqa: F811
    page_guard,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    page = show_in(section(education), keep_text(government, "Звоните 112", "ru", shared_with="below"))
    kept_pages.settle()
    assert "Звоните 112" in kept_pages.ask(client, PATH).content.decode()
    for parent, is_there in ((None, False), (government.body, True)):
        Change.objects.all().delete()
        body = get_body("ministry-of-education")
        with django_capture_on_commit_callbacks(execute=True):
            move_body(body=body, parent=parent, revision=body.revision, actor=operator, now=now)
        kept_pages.settle()
        assert PATH not in kept_pages.pages
        assert ("Звоните 112" in kept_pages.ask(client, PATH).content.decode()) is is_there
        assert Change.objects.filter(source="websites.page", key=str(page.pk)).exists()


def test_search_finds_pages_by_its_words_and_reads_them_anew_when_it_changes(education, finance, operator, now):
    item = keep_text(finance, "Звоните 112", "ru")
    page = show_in(section(education), item)
    (document,) = found.load([str(page.pk)])
    assert "Звоните 112" in document.text
    Change.objects.all().delete()
    publish(item, [paragraph("Звоните 911")])
    assert str(page.pk) in Change.objects.values_list("key", flat=True)
    Change.objects.all().delete()
    archive_website(website=finance, successor=education, actor=operator, now=now)
    assert str(page.pk) in Change.objects.values_list("key", flat=True)
    (document,) = found.load([str(page.pk)])
    assert "911" not in document.text
