"""Two bodies with websites, and processes that lay down what they have counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ground import NOW, client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.base.actors import Actor, Role
from kopir.bodies.queries import get_body
from kopir.edge import Note, Tray

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
