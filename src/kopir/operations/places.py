"""Where an installation keeps what a backup takes along: key files, the bridge's state, the portal's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kopir.bridge.config import NodeConfig, load
from kopir.config.env import Environment

from . import files

DIRECTORIES: Final = "directories"
VAULT: Final = "vault"
VAULT_KEYS: Final = "vault-keys"
LAST_BACKUP: Final = "last-backup.json"


def load_bridge(environment: Environment) -> NodeConfig | None:
    """The configuration of the bridge, None where this node has none. Raises ConfigError."""
    return load(Path(environment.bridge_config)) if environment.bridge_config else None


def list_key_files(environment: Environment, bridge: NodeConfig | None) -> dict[str, Path]:
    """Every file that holds a private key or another secret, by its name in a backup; some may not be there."""
    folder = environment.folder
    found = {
        "portal/master.key": Path(environment.master_key_file or folder / "keys" / "master.key"),
        "portal/sign-in.key": folder / "keys" / "sign-in.key",
        "portal/identity.toml": folder / "identity.toml",
    }
    if bridge is None:
        return found
    found["bridge/peer.key"] = bridge.peer.identity.key
    if bridge.client.identity is not None:
        found["bridge/client.key"] = bridge.client.identity.key
    for member in bridge.members:
        found[f"bridge/members/{member.id.replace('/', '.')}.key"] = member.identity.key
    return found


def list_vault_keys(bridge: NodeConfig | None) -> dict[str, Path]:
    """The keys of kept bodies, by their names in a backup."""
    folder = None if bridge is None else bridge.node.state / VAULT_KEYS
    return {} if folder is None else {f"vault/{path.name}": path for path in files.list_files(folder)}


def list_bridge_papers(bridge: NodeConfig) -> dict[str, Path]:
    """What of the bridge is no secret and is told apart from its state: configuration, certificates, own document."""
    papers = {"node.toml": bridge.file, "certificates/peer.crt": bridge.peer.identity.certificate}
    if bridge.client.identity is not None:
        papers["certificates/client.crt"] = bridge.client.identity.certificate
    for member in bridge.members:
        papers[f"certificates/members/{member.id.replace('/', '.')}.crt"] = member.identity.certificate
    for registered in bridge.client.registered:
        papers[f"certificates/clients/{registered.subsystem.replace('/', '.')}.crt"] = registered.certificate
    if bridge.directory.own is not None:
        papers["directory.cose"] = bridge.directory.own
    return papers
