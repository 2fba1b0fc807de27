"""What a running node cannot take over from a changed configuration."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kopir.bridge.config import NodeConfig

FIXED: Final = (
    "node",
    "peer.listen",
    "peer.pool_size",
    "peer.idle_s",
    "client.http",
    "client.https",
    "control",
    "journal",
    "directory.listen",
    "directory.refresh_s",
    "limits.header_bytes",
    "limits.memory_bytes",
    "limits.spool_bytes",
    "limits.header_timeout_s",
    "limits.body_timeout_s",
    "limits.idle_timeout_s",
    "limits.connections",
)
"""What is used once, when the node starts; everything else is read anew each time."""


def needs_restart(old: NodeConfig, new: NodeConfig, *, has_vault: bool) -> list[str]:
    """Return why `new` cannot take the place of `old` in a running node; empty if it can."""
    keys = [key for key in FIXED if attrgetter(key)(old) != attrgetter(key)(new)]
    if old.client.identity is None and new.client.identity is not None:
        keys.append("client.certificate")
    if not has_vault and any(service.keep_bodies for service in new.services):
        keys.append("service.keep_bodies")
    return [f"{key} changed: restart the node for that" for key in keys]
