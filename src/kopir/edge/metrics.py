"""What the page store counts: each process lays its numbers into the folder once a second, anybody adds them up.

Two threads that count at the same instant may count as one: the numbers are for seeing, not for settling accounts.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = "counted"
GAUGES: Final = ("bytes", "entries")
"""What is held at this moment: gone with the process that held it."""


@dataclass(slots=True)
class Counts:
    """The numbers of one process since it began."""

    hits: int = 0
    """Answered from memory, true to the last purge."""
    shared: int = 0
    """Answered from a file that another process had kept, as true."""
    stale: int = 0
    """Answered with the old bytes within a second after a soft purge."""
    misses: int = 0
    """Made by the application, and kept."""
    passed: int = 0
    """Made by the application, and not kept."""
    fallbacks: int = 0
    """Answered with the last good page because the application failed."""
    refused: int = 0
    """Told to come back: too many pages were being made."""


class Board:
    """Where the processes of a folder lay their numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def lay(self, counts: Counts, *, bytes_held: int, entries: int) -> None:
        """Lay this process's numbers down, in place of those before."""
        text = json.dumps({**dataclasses.asdict(counts), "bytes": bytes_held, "entries": entries})
        place = self._folder / f"{os.getpid()}.json"
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = place.with_suffix(".new")
            new.write_text(text, "ascii")
            new.replace(place)

    def clear(self) -> None:
        """Begin anew: for when the portal starts, before its processes do."""
        for place in self._folder.glob("*.json"):
            place.unlink(missing_ok=True)


def read_metrics(folder: Path) -> dict[str, int]:
    """The numbers of all processes together, for Prometheus; what they hold, of those alone that live."""
    together = dict.fromkeys((*(field.name for field in dataclasses.fields(Counts)), *GAUGES), 0)
    for place in sorted((folder / FOLDER).glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            told = json.loads(place.read_text("ascii"))
            is_alive = _is_alive(int(place.stem))
            for name in together:
                if is_alive or name not in GAUGES:
                    together[name] += int(told.get(name, 0))
    return together


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
