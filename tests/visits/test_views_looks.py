"""The pages of counts as Chromium shows them: nothing for axe to find, no sideways scroll, no tiny target."""

from __future__ import annotations

from itertools import product

import acting
from browser import WIDTHS, find_faults, find_small_targets, scrolls_sideways
from kopir.base import clock
from kopir.edge import LACKED, SEEN
from kopir.visits import actions
from kopir.visits.receiving import VAIN
from kopir.websites.models import SitePage

LIST = "/kk/manage/visits/"
LONG = "Ұлттықинновациялықэкожүйелердіцифрландыруорталығы"


def laying(html):
    """Answers with this page, whatever the server would say."""
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")


def test_axe_finds_nothing_on_the_counts(visitor, education, client, worker, lay, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    SitePage.objects.filter(url_path="/kk/ministry-of-education/news/").update(title=f"{LONG} және {LONG}")
    lay(SEEN, "kz.localhost", "/kk/ministry-of-education/news/", 12_345)
    lay(SEEN, "kz.localhost", "/kk/ministry-of-education/", 123)
    lay(LACKED, "kz.localhost", f"/kk/ministry-of-education/{'old-address-' * 9}.html", 7)
    for _ in range(3):
        lay(VAIN, education.body_id, "kk", f"{LONG.lower()}"[:60])
    actions.take_visits()
    acting.act_as(worker())
    for width, path in product(WIDTHS, (LIST, f"{LIST}ministry-of-education/")):
        # The server of the browser knows nobody; what the room answers to an editor is laid in its place.
        html = client.get(path, SERVER_PORT=str(visitor.port)).content.decode()
        visitor.context().route(f"**{path}", laying(html))
        page = visitor.open(path, width=width)
        assert page.locator("table").count() in {1, 3}, path
        assert (path, width, find_faults(page)) == (path, width, [])
        assert (path, width, scrolls_sideways(page)) == (path, width, False)
        assert (path, width, find_small_targets(page)) == (path, width, [])
        page.close()
