"""The operators' page on upgrades: for them alone; behind the real doors."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.base.jobs import WORKS
from kopir.base.models import Job
from kopir.upgrading.models import Look
from kopir.upgrading.rounds import ROUND
from kopir.websites.models import Website
from people import browser

ALL = "/en/manage/upgrades/"


@pytest.fixture
def clients(website, finance, settings):
    """Browsers of people, by what they are."""
    use_real_doors(settings)
    settings.RATELIMIT = None
    people = {
        "operator": [(Role.PLATFORM_OPERATOR, None)],
        "administrator": [(Role.SITE_ADMINISTRATOR, website)],
        "auditor": [(Role.AUDITOR, None)],
    }
    return {**{name: make_editor(name, grants)[1] for name, grants in people.items()}, "nobody": browser()}


def test_an_operator_counts_sees_and_leads_on(clients, website, give):
    client = clients["operator"]
    assert ALL in client.get("/en/manage/").content.decode()
    assert "Ministry of Education" in client.get(ALL).content.decode()
    give(('kk = "Байланыс"', 'kk = "Мекенжай"'))
    html = client.post(ALL, {"go": "count"}, follow=True).content.decode()
    assert "Done: 0 of 2." in html
    assert "Waits for its turn" in html
    for row in Job.objects.filter(name=ROUND):
        WORKS.get(ROUND).function(**row.arguments)
    assert "Done: 2 of 2. Changes to come: 2, conflicts: 0, refused: 0." in client.get(ALL).content.decode()
    answer = client.post(f"{ALL}{website.pk}/")
    assert answer.headers["Location"] == "/edit/template/"
    assert "Changes that touch nothing of yours: 1" in client.get("/edit/template/").content.decode()


@pytest.mark.parametrize("is_gone", [True, False])
def test_that_a_template_is_gone_is_said_where_it_is(clients, website, now, is_gone):
    if is_gone:
        Website.objects.filter(pk=website.pk).update(template="gone")
    Look.objects.create(website=website, asked_at=now, looked_at=now, is_dry=True, is_refused=True)
    html = clients["operator"].get(ALL).content.decode()
    assert ("does not exist any more" in html) == is_gone
    assert ("Failed" in html) != is_gone


def test_all_are_upgraded_from_there(clients, give):
    clients["operator"].post(ALL, {"go": "upgrade"})
    assert not any(Look.objects.values_list("is_dry", flat=True))


@pytest.mark.parametrize("who", ["administrator", "auditor", "nobody"])
def test_others_see_and_start_nothing(clients, website, who):
    client = clients[who]
    for answer in (client.get(ALL), client.post(ALL, {"go": "upgrade"}), client.post(f"{ALL}{website.pk}/")):
        assert answer.status_code == (302 if who == "nobody" else 403)
        assert "Ministry" not in answer.content.decode()
    assert not Look.objects.exists()
    assert not Job.objects.filter(name=ROUND).exists()


def test_a_website_that_is_not_there(clients, website):
    assert clients["operator"].post(f"{ALL}999/").status_code == 404
    assert clients["operator"].get(f"{ALL}{website.pk}/").status_code == 405
