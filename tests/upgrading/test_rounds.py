"""Rounds over all websites: asked for by operators, done in parts in the background."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.base.jobs import WORKS
from kopir.base.models import Job
from kopir.upgrading import rounds
from kopir.upgrading.actions import upgrade_website
from kopir.upgrading.models import Look
from kopir.upgrading.queries import list_looks, sum_looks
from kopir.websites.actions import archive_website
from kopir.websites.models import SitePage, Website


@pytest.fixture
def two(website, finance, give):
    """Two websites, of which one has written a title of its own where the template gives another one."""
    about = SitePage.objects.get(url_path="/ru/ministry-of-finance/about/").specific
    about.title = "О нас"
    about.save_revision().publish()
    give(('ru = "О министерстве"', 'ru = "О ведомстве"'), ('kk = "Байланыс"', 'kk = "Мекенжай"'))


def work():
    """Do all jobs that wait, as a worker would."""
    for row in Job.objects.filter(name=rounds.ROUND).order_by("pk"):
        WORKS.get(rounds.ROUND).function(**row.arguments)


def found():
    return [(website.slug, look.units, look.written, look.conflicts) for website, look in list_looks()]


def test_a_dry_round_counts_for_each_website_and_writes_nothing(two, operator, now):
    assert [look for _website, look in list_looks()] == [None, None]
    assert rounds.ask_for_round(is_dry=True, actor=operator, now=now) == 2
    assert (sum_looks()["sites"], sum_looks()["done"]) == (2, 0)
    work()
    assert found() == [("ministry-of-finance", 1, 0, 1), ("ministry-of-education", 2, 0, 0)]
    assert sum_looks() == {"sites": 2, "done": 2, "units": 3, "written": 0, "conflicts": 1, "refused": 0}
    assert not SitePage.objects.filter(title="Мекенжай").exists()
    assert Row.objects.filter(action="upgrading.ask_for_round", actor_id=operator.id).count() == 1


def test_a_round_upgrades_all_and_says_what_waits(two, operator, now):
    rounds.ask_for_round(is_dry=False, actor=operator, now=now)
    work()
    assert found() == [("ministry-of-finance", 0, 1, 1), ("ministry-of-education", 0, 2, 0)]
    assert SitePage.objects.filter(title="Мекенжай").count() == 2
    assert SitePage.objects.filter(title="О нас").count() == 1


def test_a_part_that_is_done_again_does_nothing(two, operator, now):
    rounds.ask_for_round(is_dry=False, actor=operator, now=now)
    work()
    rows = Row.objects.count()
    work()
    assert Row.objects.count() == rows
    assert found()[0] == ("ministry-of-finance", 0, 1, 1)


def test_a_later_round_ends_the_one_before(two, operator, now):
    rounds.ask_for_round(is_dry=False, actor=operator, now=now)
    first = Job.objects.get(name=rounds.ROUND)
    rounds.ask_for_round(is_dry=True, actor=operator, now=now + timedelta(seconds=5))
    WORKS.get(rounds.ROUND).function(**first.arguments)
    assert sum_looks()["done"] == 0
    assert not SitePage.objects.filter(title="Мекенжай").exists()


@pytest.mark.parametrize("is_dry", [True, False])
def test_a_website_whose_template_is_gone_is_refused_and_the_rest_is_done(two, operator, now, is_dry):
    Website.objects.filter(slug="ministry-of-finance").update(template="gone")
    rounds.ask_for_round(is_dry=is_dry, actor=operator, now=now)
    work()
    assert (sum_looks()["done"], sum_looks()["refused"]) == (2, 1)
    assert list_looks()[0][0].slug == "ministry-of-finance"


@pytest.mark.parametrize("is_dry", [True, False])
def test_a_website_that_fails_is_refused_and_the_rest_is_done(two, finance, operator, now, monkeypatch, caplog, is_dry):
    def fail_for_one(name, of):
        real = getattr(rounds, name)

        def do(*given, **named):
            if finance in of(*given, **named):
                raise RuntimeError("a page that cannot be read")
            return real(*given, **named)

        monkeypatch.setattr(rounds, name, do)

    fail_for_one("plan_upgrades", lambda websites: websites)
    fail_for_one("upgrade_website", lambda website, **_: [website])
    rounds.ask_for_round(is_dry=is_dry, actor=operator, now=now)
    work()
    rest = ("ministry-of-education", 2, 0, 0) if is_dry else ("ministry-of-education", 0, 2, 0)
    assert found() == [("ministry-of-finance", 0, 0, 0), rest]
    assert (sum_looks()["done"], sum_looks()["refused"]) == (2, 1)
    assert "a page that cannot be read" in caplog.text


def test_a_later_round_ends_the_one_before_in_its_middle(two, operator, now, monkeypatch):
    upgraded = []

    def upgrade(*, website, **named):
        upgraded.append(website)
        rounds.ask_for_round(is_dry=True, actor=operator, now=now + timedelta(seconds=5))
        return upgrade_website(website=website, **named)

    monkeypatch.setattr(rounds, "upgrade_website", upgrade)
    rounds.ask_for_round(is_dry=False, actor=operator, now=now)
    first = Job.objects.get(name=rounds.ROUND)
    WORKS.get(rounds.ROUND).function(**first.arguments)
    assert len(upgraded) == 1
    assert sum_looks()["done"] == 0


def test_the_sums_are_of_one_round(two, operator, now):
    Website.objects.filter(slug="ministry-of-education").update(template="gone")
    rounds.ask_for_round(is_dry=True, actor=operator, now=now)
    work()
    assert (sum_looks()["units"], sum_looks()["conflicts"], sum_looks()["refused"]) == (1, 1, 1)
    rounds.ask_for_round(is_dry=True, actor=operator, now=now + timedelta(seconds=5))
    assert (sum_looks()["units"], sum_looks()["conflicts"], sum_looks()["refused"]) == (0, 0, 0)


def test_a_closed_website_is_left_out(two, finance, operator, now):
    archive_website(website=finance, successor=None, actor=operator, now=now)
    assert rounds.ask_for_round(is_dry=True, actor=operator, now=now) == 1
    work()
    assert [website.slug for website, _look in list_looks()] == ["ministry-of-education"]


def test_a_website_that_was_closed_meanwhile_is_left_as_it_is(two, finance, operator, now):
    rounds.ask_for_round(is_dry=False, actor=operator, now=now)
    archive_website(website=finance, successor=None, actor=operator, now=now)
    work()
    assert Look.objects.get(website=finance).looked_at is None


def test_an_administrator_of_one_website_asks_for_no_round(two, website, now):
    person = Actor("person", id="9", name="A. Person", grants=frozenset({(Role.SITE_ADMINISTRATOR, website.body_id)}))
    with pytest.raises(NotAllowedError):
        rounds.ask_for_round(is_dry=True, actor=person, now=now)
    assert not Look.objects.exists()
    assert not Job.objects.filter(name=rounds.ROUND).exists()
