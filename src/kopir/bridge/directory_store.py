"""The directory documents that came into force here, on disk: `FOLDER/INSTANCE/NUMBER.SINCE.cose`, SINCE in ms.

The name tells from when this node used the document, so that evidence of an old exchange finds the documents of its
day. A document is put in place whole or not at all. Nothing is checked here but the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from kopir.bridge.disk import Disk, replace_file
from kopir.wire.directory import DirectoryError

LIMIT_EQUIVOCAL: Final = 16
"""How many contradicting documents are kept for each instance: enough to show, too few to fill the disk."""
LIMIT_KEPT: Final = 10_000
LIMIT_KEPT_BYTES: Final = 4 << 30
"""How much is kept of each instance. Nothing makes room by itself: who floods a folder must not erase evidence."""

_NAME: Final = re.compile(r"(0|[1-9]\d{0,18})\.(\d{1,15})\.cose")
_EQUIVOCAL: Final = "equivocal-"


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """One kept document: its number, from when on it was in force, and where it lies."""

    number: int
    since_ms: int
    path: Path


class DirectoriesFullError(DirectoryError):
    """As much is kept of the instance as may be: an operator must move old documents away, or part with the country."""


class DirectoryStore:
    """The documents of all instances. Raises `OSError` when the disk does."""

    __slots__ = ("_disk", "folder")

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self._disk = disk

    def kept(self, instance: str) -> list[Kept]:
        """What is kept of an instance, in the order in which it came into force."""
        folder = self.folder / instance
        if not self._disk.exists(folder):
            return []
        found = [(_NAME.fullmatch(name), name) for name in self._disk.list(folder)]
        return sorted(Kept(int(match[1]), int(match[2]), folder / name) for match, name in found if match)

    def read(self, kept: Kept) -> bytes:
        """The bytes of a document."""
        return self._disk.read(kept.path)

    def keep(self, instance: str, number: int, since_ms: int, document: bytes) -> Kept:
        """Put a document in place; returns once it is durable. Raises `DirectoriesFullError`."""
        if self.share_used(instance) >= 1:
            raise DirectoriesFullError(f"{self.folder / instance} is full: move the oldest documents in it away")
        folder = self.folder / instance
        self._disk.make_folder(folder)
        path = folder / f"{number}.{since_ms}.cose"
        replace_file(self._disk, path, document)
        return Kept(number, since_ms, path)

    def drop(self, kept: Kept) -> None:
        """Remove a document that another one stands in for."""
        self._disk.remove(kept.path)

    def share_used(self, instance: str) -> float:
        """How full the folder of an instance is; nothing is added from 1 on."""
        kept = self.kept(instance)
        used_bytes = sum(self._disk.size(one.path) for one in kept)
        return max(len(kept) / LIMIT_KEPT, used_bytes / LIMIT_KEPT_BYTES)

    def keep_equivocal(self, instance: str, number: int, document: bytes) -> None:
        """Keep a document that contradicts the one of the same number, as proof. At most a few are kept."""
        folder = self.folder / instance
        name = f"{_EQUIVOCAL}{number}-{sha256(document).hexdigest()[:16]}.cose"
        others = [other for other in self._disk.list(folder) if other.startswith(_EQUIVOCAL)]
        if name not in others and len(others) < LIMIT_EQUIVOCAL:
            replace_file(self._disk, folder / name, document)
