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

LIMIT_EQUIVOCAL: Final = 16
"""How many contradicting documents are kept for each instance: enough to show, too few to fill the disk."""

_NAME: Final = re.compile(r"(0|[1-9]\d{0,18})\.(\d{1,15})\.cose")
_EQUIVOCAL: Final = "equivocal-"


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """One kept document: its number, from when on it was in force, and where it lies."""

    number: int
    since_ms: int
    path: Path


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
        """Put a document in place; returns once it is durable."""
        folder = self.folder / instance
        self._disk.make_folder(folder)
        path = folder / f"{number}.{since_ms}.cose"
        replace_file(self._disk, path, document)
        return Kept(number, since_ms, path)

    def keep_equivocal(self, instance: str, number: int, document: bytes) -> None:
        """Keep a document that contradicts the one of the same number, as proof. At most a few are kept."""
        folder = self.folder / instance
        name = f"{_EQUIVOCAL}{number}-{sha256(document).hexdigest()[:16]}.cose"
        others = [other for other in self._disk.list(folder) if other.startswith(_EQUIVOCAL)]
        if name not in others and len(others) < LIMIT_EQUIVOCAL:
            replace_file(self._disk, folder / name, document)
