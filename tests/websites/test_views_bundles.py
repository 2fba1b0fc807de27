"""The pages for bundles, as an editor and a publisher use them."""

from __future__ import annotations

import re

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.models import Bundle
from sitemedia import change, write_news


@pytest.fixture
def clients(education, settings):
    use_real_doors(settings)
    return [make_editor(role.value, [(role, education)])[1] for role in (Role.EDITOR, Role.PUBLISHER)]


def seen_by(publisher, path):
    return re.findall('name="seen" value="([^"]+)"', publisher.get(path).content.decode())


def approve(publisher, form=(), **options):
    """Approve what the page shows now."""
    path = f"/edit/bundles/{Bundle.objects.get().pk}/"
    return publisher.post(f"{path}approve/", {"seen": seen_by(publisher, path), **dict(form)}, **options)


def test_an_editor_puts_pages_together_and_a_publisher_shows_them(clients, education, client):
    editor, publisher = clients
    page = write_news(education, title="The budget")
    assert "There are no bundles yet." in editor.get("/edit/bundles/").content.decode()
    assert "The budget (kk)" in editor.get("/edit/bundles/add/").content.decode()
    editor.post("/edit/bundles/add/", {"title": "Budget day", "go_out_at": "", "pages": [page.pk]})
    bundle = Bundle.objects.get()
    path = f"/edit/bundles/{bundle.pk}/"
    assert "Budget day" in editor.get("/edit/bundles/").content.decode()
    assert "Approve and publish all" not in editor.get(path).content.decode()
    assert editor.post(f"{path}approve/").status_code == 403
    assert "Approve and publish all" in publisher.get(path).content.decode()
    answer = approve(publisher, follow=True).content.decode()
    assert "gone out" in answer
    assert client.get(page.get_url()).status_code == 200


def test_what_stands_in_the_way_is_said_on_the_page(clients, education, client):
    editor, publisher = clients
    bad = [{"type": "paragraph", "value": '<p><a href="https://a.example/">click here</a></p>', "id": "1"}]
    page = write_news(education, title="The budget", body=bad)
    editor.post("/edit/bundles/add/", {"title": "Budget day", "go_out_at": "", "pages": [page.pk]})
    path = f"/edit/bundles/{Bundle.objects.get().pk}/"
    assert "readers hear links" in publisher.get(path).content.decode()
    assert "Nothing has gone out" in approve(publisher, follow=True).content.decode()
    assert client.get(page.get_url()).status_code == 404
    approve(publisher, {"reason": "The law gives these very words"})
    assert client.get(page.get_url()).status_code == 200


def test_a_time_that_has_passed_is_not_taken_and_an_approval_is_taken_back(clients, education):
    editor, publisher = clients
    page = write_news(education)
    form = {"title": "Budget day", "go_out_at": "2001-01-01T09:00", "pages": [page.pk]}
    assert "This time has passed" in editor.post("/edit/bundles/add/", form).content.decode()
    editor.post("/edit/bundles/add/", form | {"go_out_at": "2095-01-01T09:00"})
    path = f"/edit/bundles/{Bundle.objects.get().pk}/"
    editor.post(f"{path}edit/", form | {"title": "Changed", "go_out_at": "2095-01-02T09:00"})
    approve(publisher)
    assert "Take the approval back" in publisher.get(path).content.decode()
    assert "Take the approval back" not in editor.get(path).content.decode()
    publisher.post(f"{path}withdraw/")
    bundle = Bundle.objects.get()
    assert (bundle.title, bundle.state) == ("Changed", "open")


@pytest.mark.parametrize("what", ["a page", "the time"])
def test_what_was_changed_since_the_publisher_looked_is_not_approved(clients, education, what):
    editor, publisher = clients
    page = write_news(education, title="The budget")
    form = {"title": "Budget day", "go_out_at": "2095-01-01T09:00", "pages": [page.pk]}
    editor.post("/edit/bundles/add/", form)
    path = f"/edit/bundles/{Bundle.objects.get().pk}/"
    seen = seen_by(publisher, path)
    if what == "a page":
        change(page, title="Unseen")
    else:
        editor.post(f"{path}edit/", form | {"go_out_at": ""})
    answer = publisher.post(f"{path}approve/", {"seen": seen}, follow=True).content.decode()
    assert "Somebody has changed “Budget day”" in answer
    assert Bundle.objects.get().state == "open"
    approve(publisher)
    assert Bundle.objects.get().state != "open"
