"""Texts that one website keeps and others show: who may show which, what readers see, and what happens when they go."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.base.actors import Role
from kopir.bodies.queries import get_body
from kopir.search.models import Change
from kopir.websites import found
from kopir.websites.actions import archive_website, create_website, reopen_website
from kopir.websites.errors import SharedInUseError
from kopir.websites.gate import judge
from kopir.websites.models import NewsPage, SharedPage
from kopir.websites.sharing import list_bereft, list_kept
from sharedtexts import keep_text, paragraph, section, show_in
from sitemedia import write_news
from tenants import news_form

PATH = "/ru/ministry-of-education/news/"


@pytest.fixture
def government(kz, template, operator, now):
    """The website of the body above the ministries."""
    return create_website(body=get_body("government"), template=template, actor=operator, now=now)


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
    item.body = [paragraph("Звоните 911")]
    item.save_revision().publish(skip_permission_checks=True)
    kept_pages.settle()
    assert PATH not in kept_pages.pages
    assert "Звоните 911" in kept_pages.ask(client, PATH).content.decode()


def test_a_draft_of_it_is_on_no_page(education, finance, client):
    item = keep_text(finance, "Звоните 112", "ru")
    show_in(section(education), item)
    item.body = [paragraph("Звоните 911")]
    item.save_revision()
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
    page.body = []
    page.save_revision().publish(skip_permission_checks=True)
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
    draft.body = [{"type": "shared", "value": item.pk}]
    draft.save()
    assert list_kept(finance) == [(item, [(education, 1)])]
    assert list_kept(education) == []


def test_search_finds_pages_by_its_words_and_reads_them_anew_when_it_changes(education, finance, operator, now):
    item = keep_text(finance, "Звоните 112", "ru")
    page = show_in(section(education), item)
    (document,) = found.load([str(page.pk)])
    assert "Звоните 112" in document.text
    Change.objects.all().delete()
    item.body = [paragraph("Звоните 911")]
    item.save_revision().publish(skip_permission_checks=True)
    assert str(page.pk) in Change.objects.values_list("key", flat=True)
    Change.objects.all().delete()
    archive_website(website=finance, successor=education, actor=operator, now=now)
    assert str(page.pk) in Change.objects.values_list("key", flat=True)
    (document,) = found.load([str(page.pk)])
    assert "911" not in document.text


# In the administration


@pytest.fixture
def editor(education, settings):
    use_real_doors(settings)
    return make_editor("editor", [(Role.EDITOR, education)])[1]


def form_of(item, slug="story"):
    chosen = {"body-0-type": "shared", "body-0-value": str(item.translation_key)}
    return {**news_form("Story", slug), **chosen, "action-submit": "1"}


def test_editors_choose_from_what_is_offered_to_them_alone(editor, education, finance, government):
    offered = [keep_text(finance, "OFFERED"), keep_text(government, "BELOW", shared_with="below")]
    own = keep_text(education, "OURS", shared_with="own")
    hidden = [
        keep_text(finance, "UNSHARED", shared_with="own"),
        keep_text(finance, "SIDEWAYS", shared_with="below"),
        keep_text(finance, "DRAFT", live=False),
    ]
    path = f"/edit/pages/add/websites/newspage/{section(education, 'kk').pk}/"
    html = editor.get(path).content.decode()
    for item in (*offered, own):
        assert str(item.translation_key) in html
        assert item.title in html
    for number, item in enumerate(hidden):
        assert str(item.translation_key) not in html
        assert item.title not in html
        assert editor.post(path, form_of(item, f"hidden-{number}")).status_code == 200
    assert not NewsPage.objects.filter(slug__startswith="hidden").exists()
    assert editor.post(path, form_of(offered[0])).status_code == 302
    page = NewsPage.objects.get(slug="story")
    assert [block.value.pk for block in page.body] == [offered[0].pk]
    html = editor.get(f"/edit/pages/{page.pk}/edit/").content.decode()
    assert str(offered[0].translation_key) in html


def test_whose_editor_is_another_reads_it_in_the_choice_and_opens_it_never(editor, finance):
    item = keep_text(finance, "OFFERED")
    assert editor.get(f"/edit/pages/{item.pk}/edit/").status_code == 404
    assert editor.post(f"/edit/pages/{item.pk}/edit/", {"title": "Changed"}).status_code == 404


def test_an_editor_sees_in_the_preview_that_it_is_gone_and_a_reader_nothing(editor, education, finance, client):
    item = keep_text(finance, "OFFERED")
    page = show_in(section(education, "kk"), item)
    item.unpublish()
    assert (
        "a shared text on this page is gone"
        in editor.get(f"/edit/pages/{page.pk}/view_draft/").content.decode().lower()
    )
    assert "shared text" not in read(client, "/en/ministry-of-education/news/")


def test_the_pages_of_the_administration_name_gaps_and_uses(editor, education, finance):
    item = keep_text(finance, "OFFERED")
    page = show_in(section(education, "kk"), item, keep_text(education, "OURS"))
    html = editor.get("/edit/shared/").content.decode()
    assert "Title of OURS" in html
    assert f"{education.body}: 1" in html
    assert "Title of OFFERED" not in html
    assert "Pages whose shared text is gone" not in html + editor.get("/edit/").content.decode()
    item.unpublish()
    for path in ("/edit/shared/", "/edit/"):
        html = editor.get(path).content.decode()
        assert "Pages whose shared text is gone" in html
        assert f"/edit/pages/{page.pk}/edit/" in html
