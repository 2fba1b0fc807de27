"""What can be wrong with a configuration: each problem names the file, the key, the fault and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kopir.bridge.errors import BridgeError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `key` is dotted, items of a list are counted from 1: `service[2].url`.

    `remedy` is empty where the fault names it already.
    """

    file: Path
    key: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else str(self.file)
        return f"{where}: {self.fault}" + (f"; {self.remedy}" if self.remedy else "")


class ConfigError(BridgeError):
    """A configuration that cannot be used; `problems` holds all that was found, at least one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems in the order in which they stand in the file."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
