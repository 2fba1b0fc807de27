"""Each version that the public has seen has a number, and says who approved it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kopir.websites.actions import publish_page
from kopir.websites.models import Version
from meeting import meet
from planned import make_publisher, page_at
from sitemedia import change, write_news


def test_versions_are_numbered_by_page_whoever_publishes(education, system, now):
    user, publisher = make_publisher(education)
    page = publish_page(page=write_news(education), actor=publisher, now=now)
    publish_page(page=change(page, title="Second"), actor=system, now=now)
    change(page, title="Third").latest_revision.publish()  # past our actions
    other = publish_page(page=write_news(education, slug="other"), actor=publisher, now=now)
    assert list(page.versions.values_list("number", "approved_by")) == [(1, user.pk), (2, None), (3, None)]
    assert [version.number for version in other.versions.all()] == [1]


def test_a_new_approval_takes_the_place_of_one_that_waits(education, now, hands):
    _user, publisher = make_publisher(education)
    page = write_news(education, go_live_at="2026-03-05T09:00:00Z")
    publish_page(page=page, actor=publisher, now=now)
    publish_page(page=change(page, title="Later"), actor=publisher, now=now)
    (waiting,) = Version.objects.filter(page=page)
    assert (waiting.number, waiting.revision) == (None, change(page).latest_revision.get_previous())


def test_what_was_shown_without_a_revision_is_the_first_version(education, system, now, client):
    about = page_at(education, "ru", "about")
    about.title = "Новое имя"
    publish_page(page=about, revision=about.save_revision(), actor=system, now=now)
    first, second = about.versions.all()
    assert (first.number, first.revision.as_object().title) == (1, "О министерстве")
    assert (second.number, second.revision.as_object().title) == (2, "Новое имя")
    about.refresh_from_db()
    assert about.live_revision == about.latest_revision == second.revision
    assert about.has_unpublished_changes is False


def test_a_number_is_given_once(education, system, now):
    about = publish_page(page=page_at(education, "ru", "about"), actor=system, now=now)
    first = about.versions.first()
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(
            page=about, revision=first.revision, approved_at=now, number=first.number, published_at=now
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_the_same_moment_keep_what_was_shown_once(education, system, now):
    about = page_at(education, "ru", "about")
    one, two = (change(about, title=title).latest_revision for title in ("One", "Two"))

    def publish(revision):
        return lambda: publish_page(page=about, revision=revision, actor=system, now=now)

    assert meet(publish(one), publish(two)) is None
    assert list(about.versions.values_list("number", flat=True)) == [1, 2, 3]
