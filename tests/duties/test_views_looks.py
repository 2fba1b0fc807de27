"""The pages on duties as Chromium shows them: nothing for axe to find, no sideways scroll, no tiny target."""

from __future__ import annotations

from itertools import product

from browser import WIDTHS, find_faults, find_small_targets, scrolls_sideways
from kopir.duties.actions import score_website

PATHS = ("", "ministry-of-education/")


def test_axe_finds_nothing_on_the_public_pages(visitor, education, finance, system, now):
    for website in (education, finance):
        score_website(website=website, actor=system, now=now)
    for width, path in product(WIDTHS, PATHS):
        page = visitor.open(f"/kk/duties/{path}", width=width)
        assert page.title(), path
        assert (path, width, find_faults(page)) == (path, width, [])
        assert (path, width, scrolls_sideways(page)) == (path, width, False)
        assert (path, width, find_small_targets(page)) == (path, width, [])
        page.close()
