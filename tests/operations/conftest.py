"""Installations for tests of what keeps a node alive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from installations import Installation, installation, installation_like


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A portal with its tables, of which tests get copies: to make the tables takes longest."""
    with installation(tmp_path_factory.mktemp("upgraded") / "node") as made:
        done = made.kopir("upgrade")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def node(upgraded: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A portal without a bridge, with its tables."""
    with installation_like(upgraded, tmp_path / "node") as made:
        yield made
