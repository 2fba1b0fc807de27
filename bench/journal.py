"""What an entry costs in the journal: entries per second and µs per entry at several group sizes, with real fdatasync.

`.venv/bin/python bench/journal.py [--folder build] [--seconds 2]`; the folder must lie on a disk, not on tmpfs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

import uvloop

from kopir.bridge.disk import OsDisk
from kopir.bridge.journal import IndexKey, Journal

ENTRY_BYTES = 1100
"""About a record with its receipt."""


class CountingDisk(OsDisk):
    """Measures the time that the disk itself takes, so that ours can be told apart."""

    def __init__(self) -> None:
        self.sync_s = 0.0
        self.syncs = 0

    def datasync(self, handle: int) -> None:
        """Time it."""
        begin = time.perf_counter()
        super().datasync(handle)
        self.sync_s += time.perf_counter() - begin
        self.syncs += 1


async def run(folder: Path, group_size: int, seconds: float) -> None:
    """Append `group_size` entries, wait until they are durable, and again."""
    disk = CountingDisk()
    journal = Journal.open(folder, node="KZ/GOV/1/bench", disk=disk)
    items = [(os.urandom(ENTRY_BYTES), IndexKey(os.urandom(16), f"KZ-{number}", 1, 1)) for number in range(group_size)]
    count, append_s, disk.sync_s, disk.syncs = 0, 0.0, 0.0, 0
    cpu = time.process_time()
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        tickets = [journal.append(entry, key) for entry, key in items]
        append_s += time.perf_counter() - start
        await tickets[-1].group.durable
        count += group_size
    took = time.perf_counter() - begin
    cpu = time.process_time() - cpu
    groups = count // group_size
    print(
        f"group of {group_size:3}: {count / took:9,.0f} entries/s  {append_s / count * 1e6:5.2f} µs to append one  "
        f"{took / groups * 1e6:6.0f} µs a group, of it {disk.sync_s / disk.syncs * 1e6:6.0f} µs in fdatasync  "
        f"{cpu / groups * 1e6:6.0f} µs of CPU a group"
    )
    await journal.close()


def main() -> None:
    """Run every group size in a fresh journal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build"))
    parser.add_argument("--seconds", type=float, default=2.0)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for group_size in (1, 8, 32):
        folder = Path(tempfile.mkdtemp(dir=arguments.folder))
        try:
            uvloop.run(run(folder, group_size, arguments.seconds))
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
