"""The pages on duties as Chromium shows them: nothing for axe to find, no sideways scroll, no tiny target.

Those of bodies and supervisors hold links within text alone, which may be small.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from django.db import connections

import acting
from browser import WIDTHS, find_faults, find_small_targets, scrolls_sideways
from kopir.base.actors import Actor, Role
from kopir.duties.actions import score_website

PATHS = ("", "ministry-of-education/")


MANAGED = ("", "ministry-of-education/")
SUPERVISOR = Actor("person", id="9", name="A. Supervisor", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture
def scored(visitor, education, finance, system, now):
    """Two websites with their scores.

    In this thread runs the event loop of Playwright, beside which Django makes a connection for each context that
    pages are rendered in, and leaves it open.
    """
    with ThreadPoolExecutor(1) as thread:
        for website in (education, finance):
            thread.submit(score_website, website=website, actor=system, now=now).result()
        thread.submit(connections.close_all).result()


def test_axe_finds_nothing_on_the_public_pages(visitor, scored):
    for width, path in product(WIDTHS, PATHS):
        page = visitor.open(f"/kk/duties/{path}", width=width)
        assert page.title(), path
        assert (path, width, find_faults(page)) == (path, width, [])
        assert (path, width, scrolls_sideways(page)) == (path, width, False)
        assert (path, width, find_small_targets(page)) == (path, width, [])
        page.close()


def test_nor_on_those_of_bodies_and_supervisors(visitor, scored):
    acting.act_as(SUPERVISOR)
    for width, path in product(WIDTHS, MANAGED):
        page = visitor.open(f"/kk/manage/duties/{path}", width=width)
        assert page.locator("h1").count() == 1, path
        assert (path, width, find_faults(page)) == (path, width, [])
        assert (path, width, scrolls_sideways(page)) == (path, width, False)
        page.close()
