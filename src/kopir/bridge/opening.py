"""What a node keeps on disk, opened as its configuration wants it: directories, spool, vault, memory of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kopir.bridge.anchors import load_anchors
from kopir.bridge.bodies import SpoolSpace
from kopir.bridge.directory import Directories
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.bridge.vault import Vault
from kopir.wire.replay import AHEAD_MS, PAST_MS, ReplayMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from kopir.bridge.config import NodeConfig
    from kopir.bridge.journal import Journal


def open_directories(config: NodeConfig) -> Directories:
    """Make the node's folders, and open what is kept of the directories."""
    state = config.node.state
    for folder in (state, state / "spool", state / "directories"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Directories(DirectoryStore(state / "directories", OsDisk()), load_anchors(config.directory.anchors))


def open_spool(config: NodeConfig) -> SpoolSpace:
    """Open the spool: half of it, or room for one body, is what one client or node may take."""
    limits = config.limits
    share_bytes = max(limits.spool_bytes // 2, limits.body_bytes)
    folder = config.node.state / "spool"
    return SpoolSpace(folder, limits.spool_bytes, share_bytes=share_bytes, memory_bytes=limits.memory_bytes)


def open_vault(config: NodeConfig, exponent: int, now_ms: Callable[[], int]) -> Vault | None:
    """Open the vault if the configuration wants anything kept in it; `exponent` is the journal's."""
    section = config.journal
    if not (section.keep_openings or section.keep_bodies or any(service.keep_bodies for service in config.services)):
        return None
    keys = config.node.state / "vault-keys"
    folder = section.folder / "vault"
    return Vault(folder, keys, exponent=exponent, now_ms=now_ms, keep_openings=section.keep_openings)


def recall_requests(journal: Journal, now_ms: int) -> ReplayMemory:
    """Remember from the journal which requests may still come again.

    What counts is the time of the newest record if our clock is ahead of it: it may be wrong, and be put right later.
    """
    newest_ms = min(now_ms, journal.newest_ms() or now_ms)
    memory = ReplayMemory()
    since_ms = newest_ms - PAST_MS - AHEAD_MS
    memory.load(journal.load_recent(since_ms), since_ms + PAST_MS)
    return memory
