"""A website, and a page of it with a fault for which a publisher has written a reason."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from ground import client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.websites.actions import publish_page
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import find_page

REASON = "The picture is a scan of the decree; its words stand below."


@pytest.fixture
def faulty(education: Website, system, now) -> SitePage:  # noqa: F811
    """The Russian page about the ministry, with a link that says nothing."""
    page = find_page(education, "ru", "about")
    assert page is not None
    page.body = [("paragraph", '<p><a href="https://example.org/">здесь</a></p>')]
    revision = page.save_revision()
    return publish_page(page=page, revision=revision, actor=system, now=now, reason=REASON)


@pytest.fixture(autouse=True)
def _nothing_is_counted(db: None) -> None:
    cache.clear()
