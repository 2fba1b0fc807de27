"""Shared texts in the administration: chosen from what is offered, opened by who keeps them, and missed when gone."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website
from kopir.websites.gate.findings import MUST
from kopir.websites.models import NewsPage
from sharedtexts import keep_text, section, show_in
from tenants import news_form


@pytest.fixture
def government(kz, template, operator, now):
    """The website of the body above the ministries."""
    return create_website(body=get_body("government"), template=template, actor=operator, now=now)


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
    with override("kk"):
        words = str(MUST["shared_gone"])
    assert words in editor.get(f"/edit/pages/{page.pk}/view_draft/").content.decode()
    assert words not in client.get("/kk/ministry-of-education/news/").content.decode()


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
