"""A schedule as people make it in the administration: an editor names the instant, a publisher approves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from editing import make_editor, use_real_doors
from kopir.base import clock
from kopir.base.actors import Role
from kopir.websites.models import NewsPage, SectionPage, SitePage
from planned import let_pass
from tenants import news_form


@pytest.fixture
def clients(education, settings):
    use_real_doors(settings)
    return [make_editor(role.value, [(role, education)])[1] for role in (Role.EDITOR, Role.PUBLISHER)]


def approve(client, page):
    state = page.current_workflow_state.current_task_state
    return client.post(f"/edit/pages/workflow/action/{page.pk}/approve/{state.pk}/", {"comment": ""})


@pytest.fixture
def hands(monkeypatch):
    """The clock goes on from today, since sessions and codes are made by it."""
    shown = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    monkeypatch.setattr(timezone, "now", lambda: shown[0])
    return lambda instant: shown.__setitem__(0, instant)


def test_an_editor_names_the_instant_and_a_publisher_approves_it(clients, education, hands, client):
    editor, publisher = clients
    soon = (clock.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    section = SectionPage.objects.get(website=education, slug="news", locale__language_code="kk")
    times = {"go_live_at": timezone.localtime(soon).strftime("%Y-%m-%d %H:%M"), "action-submit": "1"}
    answer = editor.post(f"/edit/pages/add/websites/newspage/{section.pk}/", news_form("Story", "story", **times))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page = NewsPage.objects.get(slug="story")
    approve(publisher, page)
    page.refresh_from_db()
    assert not page.live
    assert client.get(page.get_url()).status_code == 404
    let_pass(hands, soon)
    assert client.get(page.get_url()).status_code == 200


def test_a_page_that_was_made_with_the_site_stays_until_then(clients, education, hands, client):
    _editor, publisher = clients
    soon = clock.now() + timedelta(hours=2)
    page = SitePage.objects.get(website=education, slug="contacts", locale__language_code="kk").specific
    page.title, page.go_live_at = "Soon", soon
    page.save_revision()
    page.get_workflow().start(page, None)
    approve(publisher, page)
    answer = client.get(page.url_path)
    assert answer.status_code == 200
    assert "Soon" not in answer.content.decode()
    let_pass(hands, soon)
    assert "Soon" in client.get(page.url_path).content.decode()


def test_a_publisher_takes_a_schedule_back_and_an_editor_cannot(clients, education, hands):
    editor, publisher = clients
    page = SitePage.objects.get(website=education, slug="contacts", locale__language_code="kk").specific
    page.go_live_at = clock.now() + timedelta(hours=2)
    page.save_revision()
    page.get_workflow().start(page, None)
    approve(publisher, page)
    path = f"/edit/pages/{page.pk}/revisions/{page.latest_revision_id}/unschedule/"
    assert editor.post(path).status_code == 403
    revision = page.revisions.get(pk=page.latest_revision_id)
    assert revision.approved_go_live_at is not None
    assert publisher.post(path).status_code == 302
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None
