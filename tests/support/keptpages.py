"""A page store in memory for tests of rooms whose pages are kept, and the guard that raises what production logs.

`page_guard` makes undeclared reads and writes fail the test. `kept_pages` is the store: what the portal says may be
kept is kept, what actions touch is purged when `settle()` says that the transaction is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

HEADER = "Kopir-Keep"


@dataclass(frozen=True)
class Kept:
    """One answer as the store has it."""

    status: int
    content: bytes
    tags: frozenset[str]
    until: int | None


@dataclass
class KeptPages:
    """Pages by path."""

    pages: dict[str, Kept] = field(default_factory=dict)
    purges: list[tuple[frozenset[str], bool]] = field(default_factory=list)
    """What was purged, and whether hard. No tags: everything."""

    def ask(self, client: Any, path: str) -> Kept | None:
        """Ask the portal and keep the answer if it may be; None where it may not."""
        answer = client.get(path)
        text = answer.headers.get(HEADER)
        if text is None:
            return None
        facts = json.loads(text)
        kept = Kept(answer.status_code, answer.content, frozenset(facts["tags"]), facts["until"])
        self.pages[path] = kept
        return kept

    def purge(self, tags: Iterable[str], *, hard: bool) -> None:
        """Forget pages by tag."""
        stale = frozenset(tags)
        self.purges.append((stale, hard))
        self.pages = {path: kept for path, kept in self.pages.items() if not kept.tags & stale}

    def purge_everything(self, *, hard: bool) -> None:
        """Forget all."""
        self.purges.append((frozenset(), hard))
        self.pages = {}

    def expire(self, now: datetime) -> None:
        """Forget what changes by itself until now."""
        self.pages = {path: kept for path, kept in self.pages.items() if not kept.until or kept.until > now.timestamp()}

    @staticmethod
    def settle() -> None:
        """Take what has been touched, as after a commit: the transactions of tests never have one."""
        from kopir.base import clock
        from kopir.pagecache import outbox

        outbox.take(now=clock.now())


class Purger:
    """Stands for `kopir.edge.purge.Purger`: the settings name it, `kept_pages` listens."""

    store: ClassVar[KeptPages]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def purge(self, tags: Iterable[str], *, hard: bool) -> None:
        self.store.purge(tags, hard=hard)

    def purge_everything(self, *, hard: bool) -> None:
        self.store.purge_everything(hard=hard)


@pytest.fixture
def page_guard(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail on what a kept page reads, or an action writes, without a tag: at the end of each transaction."""
    from django.db import transaction

    from kopir.base.transactions import is_inside_transaction
    from kopir.pagecache import ledger

    settings.KOPIR_PAGE_GUARD = "raise"
    leave = transaction.Atomic.__exit__

    def judged(self: Any, kind: Any, error: Any, trace: Any) -> None:
        leave(self, kind, error, trace)
        connection = transaction.get_connection(self.using)
        if kind is None and connection.in_atomic_block and not is_inside_transaction():
            ledger.judge(connection)

    monkeypatch.setattr(transaction.Atomic, "__exit__", judged)


@pytest.fixture
def kept_pages(settings: Any, tmp_path: Path, db: None) -> Iterator[KeptPages]:
    """The store, empty, with nothing left to take."""
    from kopir.pagecache.models import Purge

    Purge.objects.all().delete()
    settings.KOPIR_PURGER = "keptpages.Purger"
    settings.KOPIR_PAGES_FOLDER = tmp_path / "pages"
    store = Purger.store = KeptPages()
    store.settle()
    store.purges.clear()
    yield store
    del Purger.store
