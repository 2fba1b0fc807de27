"""The second level: pages as files of the node's folder, shared by its processes, read when the application fails.

Whether a page is still true the caller judges; here is only what was kept last. The files stay below a limit: above it
the oldest leave. A file that cannot be written or read is one that is not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .addresses import Key
from .pages import Page, PageError, dump, load

FOLDER: Final = "kept"
SWEEP_SHARE: Final = 16
"""How often the files are counted: each time that a sixteenth of the limit was written by this process."""
LEFT: Final = 0.9
"""What is left of the limit after the oldest have gone."""


class Files:
    """The files in `folder`."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder / FOLDER
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._written_bytes = limit_bytes  # so that the first one to be written has them counted

    def read(self, key: Key) -> Page | None:
        """The page that was kept last under a key, or None."""
        try:
            page = load(self._place(key).read_bytes())
        except (OSError, PageError):
            return None
        return page if page.key == key else None

    def write(self, page: Page) -> None:
        """Keep a page in place of the one under its key: readers see the one or the other, whole."""
        place = self._place(page.key)
        text = dump(page)
        new = place.with_name(f"{place.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(text)
            new.replace(place)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()
            return
        with self._lock:
            self._written_bytes += len(text)
            is_due = self._written_bytes >= self._limit_bytes // SWEEP_SHARE
            if is_due:
                self._written_bytes = 0
        if is_due:
            self.sweep()

    def remove(self, key: Key) -> None:
        """Let a page go."""
        with contextlib.suppress(OSError):
            self._place(key).unlink()

    def sweep(self) -> None:
        """Bring the files below the limit, oldest first. Several processes at once do no harm."""
        found = sorted(self._list())
        size = sum(size_bytes for _, size_bytes, _ in found)
        if size <= self._limit_bytes:
            return
        for _, size_bytes, path in found:
            with contextlib.suppress(OSError):
                path.unlink()
            size -= size_bytes
            if size <= self._limit_bytes * LEFT:
                return

    def _list(self) -> Iterator[tuple[float, int, Path]]:
        """Each file's time, size and path, also of those that a process left behind when it was killed."""
        with contextlib.suppress(OSError), os.scandir(self._folder) as folders:
            for folder in folders:
                with contextlib.suppress(OSError), os.scandir(folder) as files:
                    for file in files:
                        with contextlib.suppress(OSError):
                            status = file.stat()
                            yield status.st_mtime, status.st_size, Path(file.path)

    def _place(self, key: Key) -> Path:
        name = hashlib.blake2b("\0".join(key).encode(), digest_size=20).hexdigest()
        return self._folder / name[:2] / name
