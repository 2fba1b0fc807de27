"""The pages on duties as Chromium shows them: nothing for axe to find, no sideways scroll, no tiny target."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product

from django.db import connections

from browser import WIDTHS, find_faults, find_small_targets, scrolls_sideways
from kopir.duties.actions import score_website

PATHS = ("", "ministry-of-education/")


def test_axe_finds_nothing_on_the_public_pages(visitor, education, finance, system, now):
    # In this thread runs the event loop of Playwright, beside which Django makes a connection for each context that
    # pages are rendered in, and leaves it open.
    with ThreadPoolExecutor(1) as thread:
        for website in (education, finance):
            thread.submit(score_website, website=website, actor=system, now=now).result()
        thread.submit(connections.close_all).result()
    for width, path in product(WIDTHS, PATHS):
        page = visitor.open(f"/kk/duties/{path}", width=width)
        assert page.title(), path
        assert (path, width, find_faults(page)) == (path, width, [])
        assert (path, width, scrolls_sideways(page)) == (path, width, False)
        assert (path, width, find_small_targets(page)) == (path, width, [])
        page.close()
