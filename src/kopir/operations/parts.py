"""The programs that a node is made of: how each is started, when it is ready, how long it may take to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kopir.bridge.config import NodeConfig, load
from kopir.config.env import Environment

from . import asking, sockets
from .errors import OperationsError

NAMES: Final = ("bridge", "portal", "worker")
"""In the order in which they start. They stop from the portal, by which work comes in, to the bridge."""
STOP_ORDER: Final = ("portal", "worker", "bridge")


@dataclass(frozen=True)
class Part:
    """One program. `is_ready` is asked with its process id, once it has lived for `settle_s`.

    `beside`: two of them may run at the same time, so that a new one is ready before the old one stops.
    """

    name: str
    command: tuple[str, ...]
    stop_s: float
    is_ready: Callable[[int], bool]
    settle_s: float = 0.0
    beside: bool = True

    @property
    def kind(self) -> str:
        """One of NAMES; workers are counted behind it."""
        return self.name.rstrip("0123456789")


def list_parts(environment: Environment, wanted: Sequence[str], workers: int) -> list[Part]:
    """The parts of this node in their order; all that it has where none is `wanted`.

    Raises ConfigError for a bridge that cannot be run so, OperationsError for one that this node does not have.
    """
    file = environment.bridge_config
    if "bridge" in wanted and not file:
        raise OperationsError("this node has no bridge to run: set KOPIR_BRIDGE_CONFIG to its configuration file")
    names = [name for name in NAMES if name in (wanted or NAMES) and (name != "bridge" or file)]
    parts = []
    for name in names:
        if name == "bridge":
            parts.append(_bridge(Path(file), load(Path(file))))
        elif name == "portal":
            parts.append(_portal(environment))
        else:
            parts += [_worker(number if workers > 1 else 0) for number in range(1, workers + 1)]
    return parts


def _command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "kopir.bridge.cli.main", *words)


def _bridge(file: Path, config: NodeConfig) -> Part:
    """Two bridges with one journal would contradict each other: the old one ends first."""
    listen = config.control.listen
    command = _command("bridge", "run", str(file))
    if listen is None:
        return Part("bridge", command, 45.0, lambda pid: True, settle_s=3.0, beside=False)
    return Part("bridge", command, 45.0, lambda pid: _answers(str(listen), "/health"), beside=False)


def _portal(environment: Environment) -> Part:
    """Its server lets several listen on one port (SO_REUSEPORT), and ends what it has begun when it is stopped."""
    port = environment.listen[1]
    return Part("portal", _command("portal"), 30.0, lambda pid: sockets.listens(pid, port))


def _worker(number: int) -> Part:
    """Nobody asks a worker: one that has lived through its start is ready."""
    return Part(f"worker{number or ''}", _command("worker"), 60.0, lambda pid: True, settle_s=4.0)


def _answers(address: str, path: str) -> bool:
    try:
        return asking.ask(address, path, timeout_s=1.0)[0] == 200
    except OSError:
        return False
