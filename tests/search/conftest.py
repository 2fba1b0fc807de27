"""A folder of the test's own, and a shelf of notes in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kopir.search.registry import KINDS, SOURCES
from shelves import NAME, Shelf, own_sources


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """Where this test's machine keeps its index."""
    settings.KOPIR_FOLDER = tmp_path
    return tmp_path / "search"


@pytest.fixture
def shelf(db, folder) -> Iterator[Shelf]:
    """An empty shelf, registered as the only source."""
    with own_sources():
        made = Shelf()
        SOURCES.add(NAME, made.source)
        KINDS.add("note", "Notes")
        KINDS.add("letter", "Letters")
        yield made
