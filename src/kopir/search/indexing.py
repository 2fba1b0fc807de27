"""The worker's part: the index follows the outbox, and is built anew where it cannot.

Of all workers of a machine one writes at a time. A build goes on beside the index that is read, takes its place in one
step when it has caught up, and is begun anew if its process dies.
"""

from __future__ import annotations

import itertools
import logging
import secrets
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Final

from django.db import Error

from kopir.search import outbox
from kopir.search.index import (
    BrokenIndexError,
    Mark,
    find_current,
    find_mark,
    holding,
    make_index,
    remove_others,
    switch,
    writing,
)
from kopir.search.registry import SOURCES, Document, Source

STEPS: Final = 2
"""Steps of a build that are done at a time, of `outbox.BATCH` objects each: a worker has other things to do too."""
_log = logging.getLogger(__name__)
_builds: dict[Path, Generator[int | None]] = {}


def keep_up(folder: Path) -> None:
    """Bring the index in `folder` up to the database, or go on with building it anew."""
    if folder in _builds:
        _go_on(folder)
        return
    with holding(folder) as may_write:
        if not may_write:
            return
        outbox.number_changes()
        if _follow(folder):
            return
    _builds[folder] = build(folder)
    _go_on(folder)


def build(folder: Path) -> Generator[int | None]:
    """Build the whole index anew, a step for each `next`; yields how many objects were read, None to be waited for.

    It ends at once, without a number, where another process builds it.
    """
    with holding(folder, is_building=True) as may_build:
        if not may_build:
            return
        _log.warning("the index of search is built anew", extra={"folder": str(folder)})
        remove_others(folder, find_current(folder))
        path = make_index(folder, secrets.token_hex(4))
        box = outbox.get_outbox()
        # Read before the first object is: what changes meanwhile comes again with the outbox.
        mark = Mark(str(box.name), box.last)
        with writing(path) as writer:
            count = 0
            for name, source in SOURCES:
                ids = [str(each) for each in source.list_ids()]
                for start in range(0, len(ids), outbox.BATCH):
                    found = gather(source, ids[start : start + outbox.BATCH])
                    for documents in found.values():
                        writer.add(name, documents)
                    count += len(found)
                    yield count
            writer.commit(mark)
        while not _take_place(folder, path, mark):
            yield None
        yield count


def gather(source: Source, keys: Sequence[str]) -> dict[str, list[Document]]:
    """The documents of objects by key, none for those that are gone or not visible.

    One that its source cannot read is told in the log and left out, so that the others are found.
    """
    try:
        visible = source.visible(keys)
        found: dict[str, list[Document]] = {key: [] for key in keys}
        for document in source.load([key for key in keys if key in visible]):
            found[document.key].append(document)
    except Error:
        raise
    except Exception:  # noqa: BLE001 - whatever a source does wrong, the index goes on
        if len(keys) > 1:
            return {key: documents for each in keys for key, documents in gather(source, [each]).items()}
        _log.exception("an object could not be read for the index", extra={"source": source.name, "key": keys[0]})
        return {key: [] for key in keys}
    return found


def _go_on(folder: Path) -> None:
    """Do some steps of a build; one that fails is begun anew next time."""
    steps = _builds[folder]
    try:
        for _ in range(STEPS):
            next(steps)
    except StopIteration:
        del _builds[folder]
    except BaseException:
        del _builds[folder]
        steps.close()
        raise


def _follow(folder: Path) -> bool:
    """Take what is new in the outbox; False where the index has to be built anew. The caller holds the lock."""
    path = find_current(folder)
    if path is None:
        return False
    try:
        mark = find_mark(folder)
        if mark is None or not outbox.is_known(mark):
            return False
        catch_up(path, mark, batches=STEPS)
    except BrokenIndexError:
        _log.exception("the index of search is broken")
        return False
    return True


def catch_up(path: Path, mark: Mark, *, batches: int | None = None) -> None:
    """Take what came after `mark` in the outbox into the index at `path`: so many batches, or all."""
    batch = outbox.find_batch(mark)
    if batch is None:
        return
    with writing(path) as writer:
        for _ in itertools.count() if batches is None else range(batches):
            if batch is None:
                return
            for name, keys in batch.keys.items():
                found = gather(SOURCES.get(name), keys) if name in SOURCES else {key: [] for key in keys}
                for key, documents in found.items():
                    writer.replace(name, key, documents)
            writer.commit(batch.mark)
            batch = outbox.find_batch(batch.mark)


def _take_place(folder: Path, path: Path, mark: Mark) -> bool:
    """Bring a built index up to date and let it be read; False while another worker writes into the former one."""
    with holding(folder) as may_write:
        if not may_write:
            return False
        outbox.number_changes()
        catch_up(path, mark)
        switch(folder, path)
    return True
