"""The pages that a process holds: what was asked for last stays, within a limit of bytes that counts all they take.

Three shelves share the limit. Addresses with parameters and addresses without a page are chosen by whoever asks, so
they give way before the pages themselves do; there is never more than a sixteenth of what is not there.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from typing import Final

from .addresses import Key
from .keeping import MISSING, Headers
from .pages import Page, make_status
from .visits import make_visit

VARIANTS_SHARE: Final = 4
MISSING_SHARE: Final = 16
OVERHEAD_BYTES: Final = 464
"""Of an entry beside what is counted one by one: the objects themselves and their places in two tables."""

Shelf = OrderedDict[Key, "Entry"]


class Entry:
    """A page in memory, with all that an answer needs made ready.

    `number` is the last purge at which the page was still true. `stale_until` is set when a soft purge has reached it:
    until then it may be shown while another request has it made anew. `retry_at` is set when that failed.
    `visit` is what a request counts as that is answered with it.
    """

    __slots__ = (
        "body",
        "etag",
        "headers",
        "is_gzip",
        "number",
        "page",
        "retry_at",
        "shelf",
        "size_bytes",
        "stale_until",
        "status",
        "until",
        "visit",
    )

    def __init__(self, page: Page, shelf: Shelf, until: float) -> None:
        self.page = page
        self.shelf = shelf
        self.until = until
        self.number = page.number
        self.stale_until = 0.0
        self.retry_at = 0.0
        self.status = make_status(page.status)
        self.is_gzip = page.is_gzip
        self.body = page.body
        self.headers: Headers = page.make_headers(is_gzip=page.is_gzip)
        self.etag = page.get_etag(is_gzip=page.is_gzip)
        self.visit = make_visit(page.status, page.headers, page.key[1], page.key[2])
        self.size_bytes = _measure(page, self.headers)


class Memory:
    """The entries, found by `entries[key]`; whoever shows one moves it to the end of its shelf."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._pages, self._variants, self._missing = shelves = (Shelf(), Shelf(), Shelf())
        self._sizes = {id(shelf): 0 for shelf in shelves}
        self.entries: dict[Key, Entry] = {}
        self.bytes = 0

    def put(self, page: Page, until: float) -> Entry:
        """Hold a page in place of the one under its key; the oldest of the shelves leave as far as the limit asks."""
        shelf = self._missing if page.status == MISSING else self._variants if page.key[3] else self._pages
        entry = Entry(page, shelf, until)
        with self._lock:
            self._remove(page.key)
            self.entries[page.key] = shelf[page.key] = entry
            self._count(shelf, entry.size_bytes)
            while (crowded := self._find_crowded()) is not None:
                key, oldest = crowded.popitem(last=False)
                del self.entries[key]
                self._count(crowded, -oldest.size_bytes)
        return entry

    def drop(self, entry: Entry) -> None:
        """Let an entry go, unless another has taken its place."""
        with self._lock:
            if self.entries.get(entry.page.key) is entry:
                self._remove(entry.page.key)

    def clear(self) -> None:
        """Let all go."""
        with self._lock:
            for key in list(self.entries):
                self._remove(key)

    def _find_crowded(self) -> Shelf | None:
        """The shelf that has to give something up, or None."""
        if self._sizes[id(self._missing)] > self._limit_bytes // MISSING_SHARE:
            return self._missing
        if self.bytes <= self._limit_bytes:
            return None
        if self._variants and self._sizes[id(self._variants)] > self._limit_bytes // VARIANTS_SHARE:
            return self._variants
        return self._pages or self._variants or self._missing or None

    def _remove(self, key: Key) -> None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            del entry.shelf[key]
            self._count(entry.shelf, -entry.size_bytes)

    def _count(self, shelf: Shelf, size_bytes: int) -> None:
        self._sizes[id(shelf)] += size_bytes
        self.bytes += size_bytes


def _measure(page: Page, headers: Headers) -> int:
    """What an entry takes, each text of the answer counted as if nobody else held it; ours are held once for all."""
    own = headers[len(page.headers) :]
    texts = [
        *page.key,
        page.etag,
        *page.keep.tags,
        *page.keep.params,
        *(text for pair in page.headers for text in pair),
    ]
    return (
        OVERHEAD_BYTES
        + sys.getsizeof(page.body)
        + sum(map(sys.getsizeof, texts))
        + sum(map(sys.getsizeof, (*page.headers, *own)))
        + sum(map(sys.getsizeof, (page.key, page.headers, headers, page.keep.tags, page.keep.params)))
    )
