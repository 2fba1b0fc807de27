"""Texts that one website keeps and others show: who may show which, what readers see, and what happens when they go."""

from __future__ import annotations

import pytest

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.bodies.queries import get_body
from kopir.search.models import Change
from kopir.websites import found
from kopir.websites.actions import archive_website, create_website, reopen_website
from kopir.websites.errors import SharedInUseError
from kopir.websites.gate import judge
from kopir.websites.models import SharedPage
from kopir.websites.sharing import list_bereft, list_kept
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


def test_what_was_deleted_all_the_same_breaks_no_page(education, finance, client):
    page = show_in(section(education), keep_text(finance, "Звоните 112", "ru"))
    page.unpublish()
    SharedPage.objects.get().delete()
    page.save_revision().publish(skip_permission_checks=True)
    assert "websites-shared" not in read(client)
    assert [finding.code for finding in judge(section(education))] == ["shared_gone"]


def test_its_keeper_sees_on_how_many_public_pages_it_stands_and_of_drafts_nothing(education, finance):
    item = keep_text(finance, "Звоните 112", "ru")
    show_in(section(education), item)
    draft = write_news(education, "ru")
    change(draft, body=[{"type": "shared", "value": item.pk}])
    assert list_kept(finance) == [(item, [(education, 1)])]
    assert list_kept(education) == []


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
