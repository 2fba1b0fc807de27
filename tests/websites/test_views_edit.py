"""Pages of ours among Wagtail's."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.queries import get_home


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
