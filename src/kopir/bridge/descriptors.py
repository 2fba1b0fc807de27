"""How many files and connections this process may have open: raised as far as it goes, and held against the limits."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kopir.bridge.config import NodeConfig

RESERVE: Final = 1024
"""For handshakes under way, connections to other nodes and services, the journal, the vault and the spool's files."""


def raise_limit() -> None:
    """Raise this process's soft limit of open files to the hard one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def complaint(config: NodeConfig) -> str | None:
    """Say why the hard limit is too low for what `config` lets in, and the remedy; None if it is not."""
    kinds = bool(config.client.http) + bool(config.client.https) + 1
    needed = kinds * config.limits.connections + config.limits.in_flight + RESERVE
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard >= needed:
        return None
    return f"{hard} open files are allowed, limits.connections and in_flight may need {needed}: raise LimitNOFILE="
