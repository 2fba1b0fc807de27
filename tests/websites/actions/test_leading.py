"""From an address without a page an administrator of the website leads on to one of its pages, and nobody else does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.pagecache.models import Purge
from kopir.websites import tags
from kopir.websites.actions import archive_website, lead_on
from kopir.websites.errors import ForeignThingError, LeadError, SiteArchivedError
from kopir.websites.models import Redirect, SitePage
from kopir.websites.queries import list_led
from planned import facts_of

HOME = "/kk/ministry-of-education/"


def administrator(website):
    return Actor("person", id="5", name="A.", grants=frozenset({(Role.SITE_ADMINISTRATOR, website.body_id)}))


@pytest.fixture
def lead(education, now):
    """Leads on from an address, as the administrator unless it is said otherwise."""
    news = SitePage.objects.get(url_path=f"{HOME}news/")

    def lead(path="old/water", language="kk", page=news, actor=None):
        way = {"website": education, "language": language, "path": path, "page": page}
        return lead_on(**way, actor=actor or administrator(education), now=now)

    return lead


def test_it_leads_on_at_once_and_is_recorded(education, lead, client):
    assert client.get(f"{HOME}old/water/").status_code == 404
    Purge.objects.all().delete()
    way = lead()
    answer = client.get(f"{HOME}old/water/")
    assert (answer.status_code, answer["Location"]) == (301, f"{HOME}news/")
    assert [purge.tags for purge in Purge.objects.all()] == [[tags.at(f"{HOME}old/water/")]], "kept 404s go"
    row = Row.objects.get(action="websites.lead_on")
    assert row.body_id == education.body_id
    assert facts_of(row) == {"from": f"{HOME}old/water/", "page": way.page_id}
    assert list_led(education, ["old/water", "x"]) == {("kk", "old/water"): way.page}


def test_it_leads_elsewhere_when_that_is_said_later(lead, client):
    lead()
    lead(page=SitePage.objects.get(url_path=f"{HOME}about/"))
    assert client.get(f"{HOME}old/water/")["Location"] == f"{HOME}about/"
    assert Redirect.objects.count() == 1
    former, latter = Row.objects.filter(action="websites.lead_on").order_by("pk")
    assert json.loads(latter.before or "") == facts_of(former)


def test_nobody_leads_away_from_a_page_nor_in_a_circle(lead):
    for path in ("about", "news"):
        with pytest.raises(LeadError):
            lead(path)
    assert not Redirect.objects.exists()


def test_it_leads_on_from_a_page_that_is_hidden_until_it_is_shown_again(lead, client):
    page = SitePage.objects.get(url_path=f"{HOME}about/")
    SitePage.objects.filter(pk=page.pk).update(live=False)
    lead("about")
    assert client.get(page.url_path)["Location"] == f"{HOME}news/"
    SitePage.objects.filter(pk=page.pk).update(live=True)
    assert client.get(page.url_path).status_code == 200


@pytest.mark.parametrize(
    ("path", "language"), [("", "kk"), ("/a", "kk"), ("a/", "kk"), ("a.php", "kk"), ("a//b", "kk"), ("a", "xx")]
)
def test_nobody_leads_from_where_no_page_can_stand(lead, path, language):
    with pytest.raises(LeadError):
        lead(path, language)


def test_it_leads_to_shown_pages_of_the_same_website_alone(lead, finance):
    foreign = SitePage.objects.get(url_path="/kk/ministry-of-finance/news/")
    with pytest.raises(ForeignThingError):
        lead(page=foreign)
    SitePage.objects.filter(url_path=f"{HOME}about/").update(live=False)
    with pytest.raises(ForeignThingError):
        lead(page=SitePage.objects.get(url_path=f"{HOME}about/"))


def test_the_almost_right_person_leads_nowhere(lead, education, finance):
    right = administrator(education)
    for grants in (
        {(Role.EDITOR, education.body_id), (Role.PUBLISHER, education.body_id), (Role.HEAD, education.body_id)},
        {(Role.SITE_ADMINISTRATOR, finance.body_id)},
        {(Role.AUDITOR, None)},
    ):
        with pytest.raises(NotAllowedError):
            lead(actor=replace(right, grants=frozenset(grants)))
    assert not Redirect.objects.exists()


def test_a_closed_website_leads_nowhere(lead, education, operator, now):
    education.state = archive_website(website=education, successor=None, actor=operator, now=now).state
    with pytest.raises(SiteArchivedError):
        lead()
