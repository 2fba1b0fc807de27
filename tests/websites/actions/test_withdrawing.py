"""A version is withdrawn by an administrator with a reason; by nobody else, and never what is shown now."""

from __future__ import annotations

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.pagecache.models import Purge
from kopir.websites import tags
from kopir.websites.actions import publish_page, unpublish_page, withdraw_version
from kopir.websites.errors import NoReasonError, SiteArchivedError, VersionError
from kopir.websites.models import MediaUse, SitePage, WebsiteState
from planned import facts_of, make_publisher
from sitemedia import change, put_picture, write_news

REASON = "The number of the order was wrong"


@pytest.fixture
def page(education, system, now):
    """A page of two versions, each with a picture of its own."""
    page = publish_page(page=write_news(education, image=put_picture(education, system, now)), actor=system, now=now)
    return publish_page(page=change(page, image=put_picture(education, system, now)), actor=system, now=now)


@pytest.fixture
def administrator(education):
    return make_publisher(education, "admin", Role.SITE_ADMINISTRATOR)[1]


def test_it_is_withdrawn_with_what_it_alone_showed_and_recorded(page, administrator, now):
    Purge.objects.all().delete()
    first, second = MediaUse.objects.filter(page=page.pk).order_by("image").values_list("image", flat=True)
    version = withdraw_version(page=page, number=1, reason=f" {REASON} ", actor=administrator, now=now)
    assert (version.withdrawn_at, version.withdrawn_reason) == (now, REASON)
    assert list(MediaUse.objects.filter(page=page.pk).values_list("image", flat=True)) == [second] != [first]
    assert any(purge.is_hard and tags.page(page.pk) in purge.tags for purge in Purge.objects.all())
    row = Row.objects.get(action="websites.withdraw_version")
    assert row.body_id == page.website.body_id
    assert {key: facts_of(row)[key] for key in ("version", "reason")} == {"version": 1, "reason": REASON}
    with pytest.raises(VersionError):
        withdraw_version(page=page, number=1, reason=REASON, actor=administrator, now=now)


def test_what_the_page_shows_now_is_corrected_or_taken_down_instead(page, administrator, system, now):
    for number in (2, 3, 0):
        with pytest.raises(VersionError):
            withdraw_version(page=page, number=number, reason=REASON, actor=administrator, now=now)
    unpublish_page(page=SitePage.objects.get(pk=page.pk), actor=system, now=now)
    assert withdraw_version(page=page, number=2, reason=REASON, actor=administrator, now=now).number == 2


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_a_reason_is_written(page, administrator, now, reason):
    with pytest.raises(NoReasonError):
        withdraw_version(page=page, number=1, reason=reason, actor=administrator, now=now)


def test_nobody_else_may_and_not_on_a_closed_website(page, finance, administrator, now):
    other = make_publisher(finance, "other", Role.SITE_ADMINISTRATOR)[1]
    publisher = make_publisher(page.website, "pub", Role.PUBLISHER)[1]
    for actor in (other, publisher, Actor("person", id="9", name="N", grants=frozenset())):
        with pytest.raises(NotAllowedError):
            withdraw_version(page=page, number=1, reason=REASON, actor=actor, now=now)
    page.website.state = WebsiteState.ARCHIVED
    with pytest.raises(SiteArchivedError):
        withdraw_version(page=page, number=1, reason=REASON, actor=administrator, now=now)
