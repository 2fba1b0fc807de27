"""What rooms and operators do with the index: say what changed, build it anew."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

from kopir.base import clock
from kopir.search.errors import IndexBusyError
from kopir.search.indexing import build
from kopir.search.models import Change
from kopir.search.registry import SOURCES

_ROWS_AT_A_TIME: Final = 1000
_WAIT_S: Final = 0.05


def get_folder() -> Path:
    """Where this machine keeps its index."""
    return Path(settings.KOPIR_FOLDER) / "search"


def changed(source: str, ids: Iterable[object]) -> None:
    """Say within the transaction that changes them that these objects are to be read again: made, changed or gone.

    A worker does so within a second or two after the commit. Raises LookupError for a source that nobody registered.
    """
    SOURCES.get(source)
    now = clock.now()
    keys = dict.fromkeys(map(str, ids))
    Change.objects.bulk_create(
        (Change(source=source, key=key, created_at=now) for key in keys), batch_size=_ROWS_AT_A_TIME
    )


def rebuild() -> int:
    """Build this machine's index anew beside the one that is read; how many objects it holds. Raises IndexBusyError."""
    count = None
    for step in build(get_folder()):
        if step is None:
            time.sleep(_WAIT_S)
        else:
            count = step
    if count is None:
        raise IndexBusyError
    return count
