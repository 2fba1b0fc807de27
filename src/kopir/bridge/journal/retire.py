"""Retiring a segment: its entries go, the root of its subtree stays, so that no proof over other entries breaks."""

from __future__ import annotations

from pathlib import Path

from kopir.bridge.disk import Disk, replace_file
from kopir.bridge.journal.layout import encode_root
from kopir.bridge.journal.segments import index_path, log_path, root_path


def remove_entries(disk: Disk, folder: Path, exponent: int, number: int, root: bytes) -> None:
    """Remove the log and index of a full segment once its root is durable; can be repeated after any interruption.

    `root` is to be that of the segment's entries as they are read now. Raises OSError.
    """
    replace_file(disk, root_path(folder, number), encode_root(exponent, number, root))
    for path in (index_path(folder, number), log_path(folder, number)):
        if disk.exists(path):
            disk.remove(path)
    disk.sync_directory(folder)
