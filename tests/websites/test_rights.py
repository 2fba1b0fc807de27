"""What editors, publishers and administrators may do with pages, and who is almost right for each of it."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from editing import make_editor, use_real_doors
from kopir.audit.models import Row
from kopir.base.actors import Role
from kopir.base.errors import NotAllowedError
from kopir.websites.models import HomePage, NewsPage, SectionPage
from kopir.websites.rights import ActingBackend, check_may_review, find_rights
from people import make_person
from tenants import news_form

E, P, A = Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR


@pytest.fixture(autouse=True)
def doors(education, finance, settings):
    use_real_doors(settings)


@pytest.fixture
def section(education):
    return SectionPage.objects.get(website=education, slug="news", locale__language_code="kk")


@pytest.fixture
def clients(education):
    """A browser for each of the three roles."""
    return {role: make_editor(role.value, [(role, education)])[1] for role in (E, P, A)}


def write(client, section, slug="story", **more) -> NewsPage:
    """A piece of news, written in the administration."""
    path = f"/edit/pages/add/websites/newspage/{section.pk}/"
    answer = client.post(path, news_form("Story", slug, **more))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return NewsPage.objects.get(slug=slug)


def decide(client, page, action="approve"):
    """Press a button of the review."""
    state = page.current_workflow_state.current_task_state
    path = f"/edit/pages/workflow/action/{page.pk}/{action}/{state.pk}/"
    return client.post(path, {"comment": "Do it again"})


def is_public(client, page) -> bool:
    return client.get(page.get_url()).status_code == 200


def test_an_editor_writes_a_publisher_publishes_the_public_reads(clients, section, client):
    page = write(clients[E], section, **{"action-submit": "1"})
    assert not page.live
    assert page.title in clients[P].get("/edit/").content.decode(), "it waits there"
    decide(clients[P], page)
    page.refresh_from_db()
    assert page.live
    assert "Words" in client.get(f"/kk/ministry-of-education/news/{page.slug}/").content.decode()
    rows = Row.objects.filter(subject=f"websites.page:{page.pk}")
    assert {"websites.create_page", "websites.workflow_start_page", "websites.publish_page"} <= {
        row.action for row in rows
    }


@pytest.mark.parametrize("role", [P, A])
def test_nobody_publishes_what_they_wrote(clients, section, role):
    page = write(clients[role], section, **{"action-submit": "1"})
    assert decide(clients[role], page).status_code in (302, 403)
    page.refresh_from_db()
    assert not page.live
    other = P if role is A else A
    decide(clients[other], page)
    page.refresh_from_db()
    assert page.live


@pytest.mark.parametrize("role", [E, P, A])
def test_the_editor_has_no_button_that_publishes_at_once(clients, section, role):
    page = write(clients[role], section, slug="at-once", **{"action-publish": "1"})
    assert not page.live
    clients[role].post(f"/edit/pages/{page.pk}/edit/", news_form("Now", "at-once", **{"action-publish": "1"}))
    page.refresh_from_db()
    assert not page.live
    assert 'name="action-publish"' not in clients[role].get(f"/edit/pages/{page.pk}/edit/").content.decode()


def test_a_publisher_who_corrects_a_comma_is_an_author_too(clients, section):
    page = write(clients[E], section, **{"action-submit": "1"})
    clients[P].post(f"/edit/pages/{page.pk}/edit/", news_form("Story, corrected", "story"))
    decide(clients[P], page)
    page.refresh_from_db()
    assert not page.live
    decide(clients[A], page)
    page.refresh_from_db()
    assert (page.live, page.title) == (True, "Story, corrected")


def test_changes_and_approval_do_not_go_in_one_step(clients, section):
    page = write(clients[E], section, **{"action-submit": "1"})
    both = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    answer = clients[P].post(f"/edit/pages/{page.pk}/edit/", news_form("Sly", "story", **both))
    assert "Save your changes first" in answer.content.decode()
    page.refresh_from_db()
    assert not page.live


def test_an_editor_does_not_review(clients, section, education):
    page = write(clients[P], section, **{"action-submit": "1"})
    assert decide(clients[E], page).status_code == 403
    page.refresh_from_db()
    assert not page.live


def test_a_publisher_sends_back_with_a_remark(clients, section):
    page = write(clients[E], section, **{"action-submit": "1"})
    decide(clients[P], page, "reject")
    assert page.current_workflow_state.status == "needs_changes"
    assert Row.objects.filter(action="websites.workflow_reject_page").exists()


def test_a_publisher_takes_a_page_back_and_an_editor_cannot(clients, section, client):
    page = write(clients[E], section, **{"action-submit": "1"})
    decide(clients[P], page)
    assert clients[E].post(f"/edit/pages/{page.pk}/unpublish/").status_code == 403
    page.refresh_from_db()
    assert page.live
    clients[P].post(f"/edit/pages/{page.pk}/unpublish/")
    page.refresh_from_db()
    assert not page.live
    assert Row.objects.filter(action="websites.unpublish_page").exists()


@pytest.mark.parametrize("verb", ["delete", "move"])
@pytest.mark.parametrize(("role", "status"), [(E, 403), (P, 403), (A, 200)])
def test_only_administrators_move_and_delete(clients, section, verb, role, status):
    page = write(clients[E], section)
    assert clients[role].get(f"/edit/pages/{page.pk}/{verb}/").status_code == status


def test_a_home_page_goes_with_its_website_alone(clients, education):
    home = HomePage.objects.filter(website=education).first()
    for verb in ("delete", "move", "copy"):
        assert clients[A].post(f"/edit/pages/{home.pk}/{verb}/", {}).status_code == 404
    assert HomePage.objects.filter(pk=home.pk).exists()


def test_an_administrator_deletes_and_that_is_recorded(clients, section):
    page = write(clients[E], section)
    clients[A].post(f"/edit/pages/{page.pk}/delete/")
    assert not Page.objects.filter(pk=page.pk).exists()
    assert Row.objects.filter(action="websites.delete_page", subject=f"websites.page:{page.pk}").exists()


def test_who_comes_by_another_way_may_nothing(education, section):
    user = make_person("plain@example.org", grants=[(A, education.body)])
    assert not user.has_perm("wagtailadmin.access_admin")
    assert find_rights(user) is None
    assert not section.permissions_for_user(user).can_edit()
    assert not section.permissions_for_user(user).can_delete()
    with pytest.raises(NotAllowedError):
        check_may_review(section, user)
    assert not ActingBackend().has_perm(user, "wagtailcore.change_page")


def test_pictures_and_other_rights_of_django_are_nobodys(education, clients):
    assert clients[A].get("/edit/users/").status_code == 404
    assert clients[A].get("/edit/collections/").status_code == 404
