"""Writing into pages from outside of the editor: by whom, with which revision, published when."""

from __future__ import annotations

from uuid import uuid4

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.websites.actions import add_pages, apply_fields, archive_website, arrange_pages, remove_pages
from kopir.websites.actions.publishing import has_written
from kopir.websites.errors import SiteArchivedError
from kopir.websites.factory import Planned
from kopir.websites.models import HomePage, Redirect, SectionPage, SitePage


@pytest.fixture
def about(education):
    return SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")


def test_fields_are_written_as_a_revision_and_shown(about, system, client, now):
    assert apply_fields(page=about, fields={"title": "О нас", "body": []}, actor=system, now=now)
    about.refresh_from_db()
    assert (about.title, list(about.body), about.revisions.count()) == ("О нас", [], 2)
    assert "О нас" in client.get(about.url_path).content.decode()
    assert Row.objects.get(action="websites.apply_fields").subject == f"websites.website:{about.website_id}"


def test_what_was_shown_before_and_what_is_shown_now_are_versions_with_who_approved(
    about, education, now, django_user_model
):
    user = django_user_model.objects.create_user("a@example.org", name="A")
    actor = Actor("person", id=str(user.pk), grants=frozenset({(Role.SITE_ADMINISTRATOR, education.body_id)}))
    apply_fields(page=about, fields={"title": "О нас"}, actor=actor, now=now)
    shown = [
        (each.number, each.revision.as_object().title, each.approved_by) for each in about.versions.order_by("number")
    ]
    assert shown == [(1, about.title, None), (2, "О нас", user)]


def test_what_the_gate_would_stop_stays_a_draft(about, system, now):
    raw = [{"type": "paragraph", "value": '<p><a href="https://example.org/a">здесь</a></p>', "id": "a"}]
    assert not apply_fields(page=about, fields={"body": raw}, actor=system, now=now)
    about.refresh_from_db()
    assert (about.live, about.has_unpublished_changes) == (True, True)


def test_a_fault_that_the_public_reads_already_stops_nothing(about, system, now):
    about.body = [{"type": "paragraph", "value": '<p><a href="https://example.org/a">здесь</a></p>', "id": "a"}]
    about.save_revision().publish()
    assert apply_fields(page=about, fields={"title": "О нас"}, actor=system, now=now)


def test_nobody_is_the_author_of_what_was_applied(about, education, now, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="A")
    grants = frozenset({(Role.SITE_ADMINISTRATOR, education.body_id)})
    about.summary = "Черновик"
    about.save_revision()
    apply_fields(page=about, fields={"title": "О нас"}, actor=Actor("person", id=str(user.pk), grants=grants), now=now)
    about.refresh_from_db()
    assert not has_written(about, about.latest_revision, str(user.pk))


def test_pages_are_made_arranged_and_removed(education, about, system, client, now):
    home = HomePage.objects.get(website=education, locale=about.locale_id)
    planned = Planned(SectionPage, "about", home, education, about.locale_id, {"title": "Другое"}, uuid4())
    (made,) = add_pages(website=education, pages=[planned], actor=system, now=now)
    page = SitePage.objects.get(pk=made)
    assert page.url_path == "/ru/ministry-of-education/about-2/"
    assert "Другое" in client.get(page.url_path).content.decode()
    contacts = SitePage.objects.get(url_path="/ru/ministry-of-education/contacts/")
    arrange_pages(pages=[page, contacts, SitePage.objects.get(pk=about.pk)], actor=system, now=now)
    assert [child.slug for child in home.get_children().order_by("path")] == ["news", "about-2", "contacts", "about"]
    remove_pages(website=education, pages=[page], actor=system, now=now)
    assert client.get(page.url_path).status_code == 410
    assert Redirect.objects.filter(path="about-2", page=None).exists()


def test_only_administrators_of_that_website(about, education, finance, system, now):
    for role, website in ((Role.PUBLISHER, education), (Role.SITE_ADMINISTRATOR, finance)):
        actor = Actor("person", id="9", grants=frozenset({(role, website.body_id)}))
        with pytest.raises(NotAllowedError):
            apply_fields(page=about, fields={"title": "x"}, actor=actor, now=now)
        with pytest.raises(NotAllowedError):
            arrange_pages(pages=[about], actor=actor, now=now)
        for act in (add_pages, remove_pages):
            with pytest.raises(NotAllowedError):
                act(website=education, pages=[], actor=actor, now=now)
    archive_website(website=education, successor=None, actor=system, now=now)
    about.refresh_from_db()
    with pytest.raises(SiteArchivedError):
        apply_fields(page=about, fields={"title": "x"}, actor=system, now=now)
