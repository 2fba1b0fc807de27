"""The pages: for who works on a website, of that website; from the page store to the editor in one go."""

from __future__ import annotations

from dataclasses import replace

import pytest

import acting
from kopir.base import clock
from kopir.base.actors import ANONYMOUS, Role
from kopir.edge import LACKED, SEEN
from kopir.visits import actions
from kopir.visits.receiving import VAIN
from kopir.websites.models import Redirect

LIST = "/en/manage/visits/"
OWN = f"{LIST}ministry-of-education/"
PORTAL = "kz.localhost"


@pytest.fixture
def counted(education, finance, lay, now, monkeypatch):
    """Marks of both websites, and of searches everywhere."""
    monkeypatch.setattr(clock, "now", lambda: now)
    lay(SEEN, PORTAL, "/kk/ministry-of-education/news/", 1234)
    lay(SEEN, PORTAL, "/kk/ministry-of-finance/news/", 4321)
    lay(LACKED, PORTAL, "/kk/ministry-of-education/<own-mark>", 2)
    lay(LACKED, PORTAL, "/kk/ministry-of-finance/other-mark", 2)
    for _ in range(3):
        lay(VAIN, education.body_id, "kk", "ownword")
        lay(VAIN, finance.body_id, "kk", "otherword")
        lay(VAIN, None, "kk", "everyword")
    actions.take_visits()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR, Role.HEAD])
def test_who_works_on_a_website_sees_its_counts_and_no_others(counted, client, worker, role):
    acting.act_as(worker(role))
    for path, marks in ((LIST, ["1234"]), (OWN, ["1234", "&lt;own-mark&gt;", "ownword"])):
        html = client.get(path).content.decode().replace("\u00a0", "").replace(",", "")
        for mark in marks:
            assert mark in html
        for mark in ("4321", "other-mark", "otherword", "everyword"):
            assert mark not in html


def test_the_almost_right_person_sees_nothing(counted, client, worker, operator):
    acting.act_as(worker(slug="ministry-of-finance"))
    assert client.get(OWN).status_code == 404
    for actor in (worker(Role.OFFICER), worker(Role.AUDITOR), operator, ANONYMOUS):
        acting.act_as(actor)
        assert client.get(OWN).status_code == 403
    for actor in (worker(Role.OFFICER), worker(Role.AUDITOR), ANONYMOUS):
        acting.act_as(actor)
        assert client.get(LIST).status_code == 403


def test_who_operates_the_platform_sees_what_was_looked_for_everywhere(counted, client, operator):
    acting.act_as(operator)
    html = client.get(LIST).content.decode()
    assert "everyword" in html
    for mark in ("ownword", "otherword", "1234", "4321"):
        assert mark not in html


def test_where_nothing_was_counted_that_is_said(education, client, worker):
    acting.act_as(worker())
    html = client.get(OWN).content.decode()
    assert "No page was read yet." in html
    assert "design-table" not in html


LEAD = f"{OWN}lead/?from=/kk/old-mark/"
NEWS = {"page": "/kk/ministry-of-education/news/"}


def test_an_administrator_leads_on_from_a_missing_address(counted, client, worker, lay):
    lay(LACKED, PORTAL, "/kk/ministry-of-education/old-mark/", 2)
    actions.take_visits()
    acting.act_as(worker())
    assert "/lead/?from=" not in client.get(OWN).content.decode(), "an editor is not asked"
    acting.act_as(worker(Role.SITE_ADMINISTRATOR))
    assert "/lead/?from=%2Fkk%2Fold-mark%2F" in client.get(OWN).content.decode()
    html = client.get(LEAD).content.decode()
    assert "/kk/ministry-of-education/old-mark/" in html
    assert "Readers find no page" in client.post(LEAD, {"page": "/kk/ministry-of-finance/news/"}).content.decode()
    assert client.post(LEAD, NEWS)["Location"] == OWN
    assert client.get("/kk/ministry-of-education/old-mark/")["Location"] == NEWS["page"]
    html = client.get(OWN).content.decode()
    assert "/lead/?from=" in html, "a wrong one can be put right"
    assert html.count(f'href="{NEWS["page"]}"') == 2, "among the pages that were read, and beside the address"


def test_nobody_else_does(counted, client, worker, operator):
    for actor, status in (
        (worker(Role.SITE_ADMINISTRATOR, "ministry-of-finance"), 404),
        *((worker(role), 403) for role in (Role.EDITOR, Role.PUBLISHER, Role.HEAD, Role.OFFICER)),
        (operator, 403),
        (ANONYMOUS, 403),
    ):
        acting.act_as(actor)
        assert [client.get(LEAD).status_code, client.post(LEAD, NEWS).status_code] == [status] * 2
    both = worker(Role.SITE_ADMINISTRATOR, "ministry-of-finance")
    acting.act_as(replace(both, grants=both.grants | worker(Role.EDITOR).grants))
    assert client.post(LEAD, NEWS).status_code == 404, "an editor here who is administrator elsewhere"
    assert not Redirect.objects.exists()


def test_where_no_page_can_stand_nothing_is_asked(counted, client, worker):
    acting.act_as(worker(Role.SITE_ADMINISTRATOR))
    for path in ("", "/kk/", "/x.php", "/kk/a.php", f"/kk/{'a' * 500}/"):
        assert client.post(f"{OWN}lead/?from={path}", NEWS).status_code == 404, path
    taken = client.post(f"{OWN}lead/?from=/kk/about/", NEWS)
    assert "A page stands at this address" in taken.content.decode()
    assert not Redirect.objects.exists()
