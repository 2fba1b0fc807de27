"""Diff and roll-back, as editors and publishers use them: what Wagtail offers, within the website."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from kopir.audit.models import Row
from kopir.base.actors import Role
from kopir.websites.actions import publish_page
from planned import page_at
from sitemedia import change, write_news
from tenants import news_form


@pytest.fixture
def page(education, settings, system, now):
    use_real_doors(settings)
    first = publish_page(page=write_news(education, title="As it was"), actor=system, now=now)
    return publish_page(page=change(first, title="As it became"), actor=system, now=now)


def test_two_versions_are_compared(page, education):
    _user, editor = make_editor("editor", [(Role.EDITOR, education)])
    text = editor.get(f"/edit/pages/{page.pk}/revisions/compare/earliest...latest/").content.decode()
    assert '<span class="deletion">was</span>' in text
    assert '<span class="addition">became</span>' in text


def test_an_earlier_version_is_brought_back_by_review_alone(page, education, client):
    _user, editor = make_editor("editor", [(Role.EDITOR, education)])
    _user, publisher = make_editor("publisher", [(Role.PUBLISHER, education)])
    first = page.versions.get(number=1).revision_id
    assert "As it was" in editor.get(f"/edit/pages/{page.pk}/revisions/{first}/revert/").content.decode()
    form = news_form("As it was", "bridge", **{"action-submit": "1"})
    editor.post(f"/edit/pages/{page.pk}/revisions/{first}/revert/", form)
    assert "As it became" in client.get(page.get_url()).content.decode()
    state = page.current_workflow_state.current_task_state
    publisher.post(f"/edit/pages/workflow/action/{page.pk}/approve/{state.pk}/", {"comment": ""})
    assert "As it was" in client.get(page.get_url()).content.decode()
    assert "As it became" in client.get(f"{page.get_url()}@2/").content.decode()
    assert page_at(education, "kk", "news/bridge").versions.last().number == 3
    assert Row.objects.filter(action="websites.revert_page").exists()
