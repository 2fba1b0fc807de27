"""Publishing: by another person than who wrote it, with the right for that body, and written down."""

from __future__ import annotations

import pytest

from kopir.accounts.models import User
from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.websites.actions import publish_page, unpublish_page
from kopir.websites.errors import SiteArchivedError, TooEarlyError
from kopir.websites.models import SectionPage


def person(name: str, *grants: tuple[Role, int | None]) -> tuple[User, Actor]:
    user = User.objects.create_user(f"{name}@example.org", name=name)
    return user, Actor("person", id=str(user.pk), name=name, grants=frozenset(grants))


@pytest.fixture
def about(education):
    return SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")


def test_a_publisher_shows_what_an_editor_wrote(about, education, client, now):
    editor, _actor = person("editor", (Role.EDITOR, education.body_id))
    _user, publisher = person("publisher", (Role.PUBLISHER, education.body_id))
    about.title = "О нас"
    about.save_revision(user=editor)
    assert "О нас" not in client.get(about.url_path).content.decode()
    publish_page(page=about, actor=publisher, now=now)
    assert "О нас" in client.get(about.url_path).content.decode()
    row = Row.objects.get(action="websites.publish_page")
    assert (row.actor_id, row.body_id, row.subject) == (publisher.id, education.body_id, f"websites.page:{about.pk}")


def test_nobody_publishes_what_they_have_written_even_behind_anothers_comma(about, education, now):
    user, both = person("both", (Role.PUBLISHER, education.body_id), (Role.EDITOR, education.body_id))
    other, _actor = person("other", (Role.EDITOR, education.body_id))
    about.title = "Моё"
    about.save_revision(user=user)
    about.summary = "запятая,"
    about.save_revision(user=other)
    with pytest.raises(TooEarlyError):
        publish_page(page=about, actor=both, now=now)
    _user, publisher = person("publisher", (Role.PUBLISHER, education.body_id))
    publish_page(page=about, actor=publisher, now=now)
    about.refresh_from_db()
    about.summary = "Чужое"
    about.save_revision(user=other)
    publish_page(page=about, actor=both, now=now)  # since what is live, they wrote nothing


def test_taking_back_leaves_the_page_with_its_editors(about, education, client, now):
    _user, publisher = person("publisher", (Role.PUBLISHER, education.body_id))
    unpublish_page(page=about, actor=publisher, now=now)
    assert client.get(about.url_path).status_code == 404
    assert SectionPage.objects.filter(pk=about.pk).exists()
    assert Row.objects.filter(action="websites.unpublish_page").count() == 1


def test_a_closed_website_publishes_nothing(about, education, now):
    education.state = "archived"
    education.save()
    about.website.refresh_from_db()
    _user, publisher = person("publisher", (Role.PUBLISHER, education.body_id))
    with pytest.raises(SiteArchivedError):
        publish_page(page=about, actor=publisher, now=now)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OFFICER, Role.HEAD, Role.AUDITOR])
def test_another_role_or_anothers_publisher_publishes_nothing(about, education, finance, now, role):
    almost = person("almost", (role, education.body_id), (Role.PUBLISHER, finance.body_id))[1]
    with pytest.raises(NotAllowedError):
        publish_page(page=about, actor=almost, now=now)
    with pytest.raises(NotAllowedError):
        unpublish_page(page=about, actor=almost, now=now)
