"""Installations for tests of what keeps a node alive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from installations import Installation, installation


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Installation]:
    """A portal without a bridge, with its tables."""
    with installation(tmp_path / "node") as made:
        done = made.kopir("upgrade")
        assert done.returncode == 0, done.stderr
        yield made
