"""Pages of ours among Wagtail's."""

from __future__ import annotations

import pytest

from editing import act_for, make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.actions import publish_page
from kopir.websites.models import SitePage
from kopir.websites.queries import get_home
from sitemedia import write_news
from tenants import news_form


@pytest.fixture
def editor(education, finance, settings):
    use_real_doors(settings)
    return make_editor("editor", [(Role.EDITOR, education), (Role.EDITOR, finance)], language="ru")[1]


def test_the_page_of_websites_names_those_where_one_may_work(editor, education, finance):
    html = editor.get("/edit/sites/").content.decode()
    assert '<html lang="ru">' in html
    assert str(education.slug) in html
    assert str(finance.slug) in html


def test_a_wrong_choice_is_shown_with_the_page(editor):
    answer = editor.post("/edit/sites/", {"website": "999999"})
    assert answer.status_code == 200
    assert "govuk-error-summary" in answer.content.decode()


def test_the_administration_speaks_the_language_of_the_person(education, settings):
    use_real_doors(settings)
    for language in ("ru", "en", "kk"):
        _user, client = make_editor(f"in-{language}", [(Role.EDITOR, education)], language=language)
        assert f'<html lang="{language}"' in client.get("/edit/").content.decode()


def test_account_and_signing_out_are_on_the_portals_pages(editor):
    assert editor.get("/edit/account/").headers["Location"].endswith("/account/")
    assert editor.post("/edit/logout/").headers["Location"].endswith("/account/sign-out/")


def test_the_root_shows_the_languages_and_below_them_only_the_own_home_page(education, finance, settings):
    use_real_doors(settings)
    _user, client = make_editor("one", [(Role.EDITOR, education)])
    assert "Русский" in client.get("/edit/pages/").content.decode()
    above = get_home(education, "kk").get_parent()
    html = client.get(f"/edit/pages/{above.pk}/").content.decode()
    assert get_home(education, "kk").title in html
    assert get_home(finance, "kk").title not in html


def test_it_is_a_part_of_the_administration_of_the_portal(education, settings):
    use_real_doors(settings)
    _user, client = make_editor("one", [(Role.EDITOR, education)])
    assert 'href="/edit/sites/"' in client.get("/en/manage/").content.decode()


def test_the_report_lists_what_is_overdue_on_the_acting_website_alone(editor, education, finance):
    act_for(editor, education)
    path = "/edit/overdue/"
    assert "/edit/pages/" not in editor.get(path).content.decode().partition("<table")[2]
    own, later, others = (
        SitePage.objects.get(website=website, slug=slug, locale__language_code="ru")
        for website, slug in ((education, "about"), (education, "contacts"), (finance, "about"))
    )
    SitePage.objects.filter(pk__in=[own.pk, others.pk]).update(review_on="2001-01-01")
    SitePage.objects.filter(pk=later.pk).update(review_on="2099-01-01")
    html = editor.get(path).content.decode()
    assert f"/edit/pages/{own.pk}/edit/" in html
    assert f"/edit/pages/{later.pk}/edit/" not in html
    assert f"/edit/pages/{others.pk}/edit/" not in html


def test_a_new_owner_and_day_hold_as_soon_as_they_are_saved(editor, education, system, now):
    act_for(editor, education)
    page = publish_page(page=write_news(education), actor=system, now=now)
    colleague = make_editor("colleague", [(Role.EDITOR, education)])[0]
    form = news_form("Other", "bridge", owner=str(colleague.pk), review_on="2030-01-01")
    editor.post(f"/edit/pages/{page.pk}/edit/", form)
    page.refresh_from_db()
    assert (page.owner_id, str(page.review_on)) == (colleague.pk, "2030-01-01")
    assert page.title == "Жаңа көпір ашылды", "what readers see waits for review"
    publish_page(page=page, actor=system, now=now)
    page.refresh_from_db()
    assert (page.owner_id, page.title) == (colleague.pk, "Other")
