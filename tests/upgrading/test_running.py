"""Many websites upgraded one by one: counted before, told line by line."""

from __future__ import annotations

import pytest

from kopir.bodies.queries import get_body
from kopir.upgrading.running import run
from kopir.websites.actions import create_website
from kopir.websites.models import SitePage


@pytest.fixture
def say(website, template, system, now, give):
    """Two websites, of which one has written a title of its own; the lines that were said."""
    create_website(body=get_body("ministry-of-finance"), template=template, actor=system, now=now)
    about = SitePage.objects.get(url_path="/ru/ministry-of-finance/about/").specific
    about.title = "О нас"
    about.save_revision().publish()
    give(('ru = "О министерстве"', 'ru = "О ведомстве"'), ('kk = "Байланыс"', 'kk = "Мекенжай"'))
    return []


def test_a_dry_run_counts_and_writes_nothing(say):
    assert run([], is_dry=True, is_undo=False, say=say.append) == 0
    assert say == [
        "ministry-of-education: 2 pages changed, 0 pages new, 2 changes, 0 conflicts",
        "ministry-of-finance: 1 pages changed, 0 pages new, 1 changes, 1 conflicts",
        "2 websites would be upgraded: 3 pages changed, 0 pages new, 3 changes, 1 conflicts",
    ]
    assert not SitePage.objects.filter(title="Мекенжай").exists()


def test_all_are_upgraded_or_one_and_taken_back(say):
    assert run(["ministry-of-education"], is_dry=False, is_undo=False, say=say.append) == 0
    assert run([], is_dry=False, is_undo=False, say=say.append) == 0
    assert SitePage.objects.filter(title="Мекенжай").count() == 2
    assert say[-2:] == [
        "ministry-of-finance: 1 pages published, 0 left as drafts, 0 pages new, 1 conflicts wait for a decision",
        "1 websites upgraded, 0 refused",
    ]
    assert run(["ministry-of-finance"], is_dry=False, is_undo=True, say=say.append) == 0
    assert SitePage.objects.filter(title="Мекенжай").count() == 1


def test_what_is_refused_is_named_and_the_rest_is_done(say):
    assert run([], is_dry=False, is_undo=True, say=say.append) == 1
    assert say[-1] == "0 websites taken back, 2 refused"
    assert run(["nobody"], is_dry=True, is_undo=False, say=say.append) == 1
    assert say[-1] == "kopir: no open website nobody"
