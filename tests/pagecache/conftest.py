"""Every test of this room has the guard that raises, and a page store in memory."""

from __future__ import annotations

import pytest

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def guarded(page_guard):  # noqa: F811 - it is the fixture
    """Raise what production logs."""
