"""Two bodies with websites, and processes that lay down what they have counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ground import NOW, client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.base import clock
from kopir.base.actors import Actor, Role
from kopir.bodies.queries import get_body
from kopir.edge import SEEN, Note, Tray
from kopir.visits.actions import take_visits
from kopir.visits.models import Views
from kopir.websites.models import SitePage, Website

PORTAL = "kz.localhost"


@pytest.fixture(autouse=True)
def pages(settings: Any, tmp_path: Path) -> Path:
    """A folder of the page store of this test's own."""
    settings.KOPIR_PAGES_FOLDER = tmp_path / "pages"
    return tmp_path / "pages"


@pytest.fixture
def lay(pages: Path) -> Callable[..., None]:
    """Lays down what a process has counted: one row."""

    def lay(kind: str, *row: Any, at: datetime = NOW) -> None:
        Tray(pages).lay(Note(kind, at.timestamp(), [list(row)]))

    return lay


@pytest.fixture
def worker() -> Callable[..., Actor]:
    """Makes whoever holds a role for one body."""

    def make(role: Role = Role.EDITOR, slug: str = "ministry-of-education") -> Actor:
        return Actor("person", id="9", name="B.", grants=frozenset({(role, get_body(slug).pk)}))

    return make


@pytest.fixture
def read(
    education: Website,  # noqa: F811 - fixtures
    finance: Website,  # noqa: F811
    lay: Callable[..., None],
    now: datetime,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> list[SitePage]:
    """The news of one ministry, read on two days and long ago; and those of another."""
    monkeypatch.setattr(clock, "now", lambda: now)
    for slug, count in (("education", 40), ("finance", 7)):
        lay(SEEN, PORTAL, f"/kk/ministry-of-{slug}/news/", count)
    lay(SEEN, PORTAL, "/kk/ministry-of-education/news/", 2, at=now - timedelta(days=29))
    lay(SEEN, PORTAL, "/kk/ministry-of-education/news/", 5, at=now - timedelta(days=31))
    take_visits()
    assert Views.objects.count() == 4
    return [SitePage.objects.get(url_path=f"/kk/ministry-of-{slug}/news/") for slug in ("education", "finance")]
