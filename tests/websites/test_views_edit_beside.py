"""Original and translation side by side, and the list of what waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.models import SectionPage


@pytest.fixture
def pages(education, settings, now):
    use_real_doors(settings)
    source = SectionPage.objects.get(url_path="/kk/ministry-of-education/about/")
    source.save_revision().publish()
    page = SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")
    SectionPage.objects.filter(pk=page.pk).update(is_translation=True, follows_at=now)
    SectionPage.objects.filter(pk=source.pk).update(last_published_at=now + timedelta(days=1))
    source.revisions.update(created_at=now)
    page.refresh_from_db()
    return source, page


@pytest.fixture
def editor(education, settings):
    return make_editor("editor", [(Role.EDITOR, education)])[1]


def test_both_texts_and_the_way_to_what_has_changed(pages, editor):
    source, page = pages
    page.title = "Черновик перевода"
    page.save_revision()
    html = editor.get(f"/edit/beside/{page.pk}/").content.decode()
    assert "Мұнда не істейтініміз жазылады." in html
    assert "Черновик перевода" in html
    assert "after this translation was brought up to it" in html
    compare = f"/edit/pages/{source.pk}/revisions/compare/{source.revisions.get().pk}...live/"
    assert f'href="{compare}"' in html
    assert editor.get(compare).status_code == 200


def test_a_translation_that_is_up_to_its_original_says_so(pages, editor, now):
    source, page = pages
    SectionPage.objects.filter(pk=page.pk).update(follows_at=now + timedelta(days=1))
    assert "This translation is up to its original." in editor.get(f"/edit/beside/{page.pk}/").content.decode()
    html = editor.get(f"/edit/beside/{source.pk}/").content.decode()
    assert "no public original" in html


def test_the_first_page_lists_them(pages, editor):
    _source, page = pages
    assert f'href="/edit/beside/{page.pk}/"' in editor.get("/edit/").content.decode()
    SectionPage.objects.filter(pk=page.pk).update(is_translation=False)
    assert "/edit/beside/" not in editor.get("/edit/").content.decode()


def test_a_stranger_sees_nothing(pages, finance):
    _source, page = pages
    _user, stranger = make_editor("stranger", [(Role.EDITOR, finance)])
    assert stranger.get(f"/edit/beside/{page.pk}/").status_code == 404
