"""What tests of the page store share: a clock that stands, a store in this process, two processes for purging."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kopir.edge import Purger, wrap
from kopir.edge.store import PageStore
from pageworker import STAFF, App
from pageworkers import Site, running


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pages"


@pytest.fixture
def purger(folder: Path, clock: Clock) -> Purger:
    return Purger(folder, clock=clock)


@pytest.fixture
def make_store(app: App, folder: Path, clock: Clock) -> Callable[..., PageStore]:
    """Make a store as one process has it; several over one folder are like several processes."""

    def make(**options: Any) -> PageStore:
        usual: dict[str, Any] = {
            "folder": folder,
            "staff_cookie": STAFF,
            "is_staff": lambda value: value == "1",
            "is_known_host": lambda host: host.endswith("a.example"),
            "bypass_prefixes": ("/static/",),
            "clock": clock,
        }
        return wrap(options.pop("application", app), **(usual | options))

    return make


@pytest.fixture
def store(make_store: Callable[..., PageStore]) -> PageStore:
    return make_store()


_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, tuple[int, int]]]:
    folder = tmp_path_factory.mktemp("workers")
    with running(folder) as ports:
        yield folder, ports


@pytest.fixture
def site(workers: tuple[Path, tuple[int, int]]) -> Iterator[Site]:
    """A host of its own on two processes."""
    folder, ports = workers
    with ThreadPoolExecutor(16) as pool:
        yield Site(folder, ports, f"site{next(_numbers)}.example", pool)
