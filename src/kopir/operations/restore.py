"""`kopir restore`: puts a backup into an installation that is empty, and checks what it has put there.

Every file is held against the manifest before anything is written. What fails halfway is taken away again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kopir.bridge.config import NodeConfig
from kopir.bridge.journal import verify as verify_journal
from kopir.config.env import Environment

from . import files, manifest, places, sealed_keys
from .backup import KEYS, fingerprint
from .databases import SQLITE_FILE, find_database
from .errors import BackupError
from .manifest import Manifest

SECRET_FILE: Final = "restored-secret.key"  # noqa: S105 - a name
_PRIVATE: Final = 0o600

Tell = Callable[[str], None]


@dataclass
class _Put:
    """What was put in place so far, to be taken away if the rest fails."""

    paths: list[Path] = field(default_factory=list)

    def copy(self, source: Path, target: Path) -> None:
        """Put every file of a folder; none for a folder that the backup does not have."""
        for path in files.list_files(source):
            place = target / path.relative_to(source)
            self._take(place)
            files.copy_file(path, place, mode=_PRIVATE)

    def write(self, target: Path, data: bytes) -> None:
        """Put a file with this content."""
        self._take(target)
        files.write_file(target, data, mode=_PRIVATE)

    def _take(self, target: Path) -> None:
        """Note what is about to be made, unless somebody else has made it: that is never taken away."""
        if target.exists():
            raise BackupError(f"{target} is there; restore to an empty installation")
        self.paths.append(target)

    def undo(self) -> None:
        """Take away what was put; folders stay."""
        for path in reversed(self.paths):
            path.unlink(missing_ok=True)


def restore(environment: Environment, source: Path, *, passphrase: bytes | None, tell: Tell) -> None:
    """Put the backup in `source` in place. With a passphrase its keys too, where none are yet.

    Settings of Django are loaded and no connection to the database is open. Raises BackupError, ConfigError,
    ProtocolError, OSError; then this installation is as empty as it was.
    """
    found = manifest.read(source)
    manifest.check(source, found)
    bridge = places.load_bridge(environment)
    _demand_fit(environment, bridge, found)
    _demand_empty(environment, bridge)
    keys = {} if passphrase is None else _open_keys(source, found, passphrase)
    put = _Put()
    with ExitStack() as stack:
        stack.callback(put.undo)
        if bridge is not None:
            _put_bridge(bridge, source / "bridge", put)
        _put_keys(places.list_key_files(environment, bridge) | _vault_keys(bridge, keys), keys, put, tell)
        _put_secret(environment, found, keys, put, tell)
        put.copy(source / "media", environment.folder / "media")
        put.copy(source / "portals", environment.folder / "portals")
        database = find_database(environment)
        database.load(source / "database" / database.file_name)  # all or nothing, so it comes last
        stack.pop_all()
    tell(f"restored what was backed up at {found.made_at}: {len(found.files)} files")
    if bridge is not None and found.journal is not None:
        _check_journal(bridge, found, tell)


def _demand_fit(environment: Environment, bridge: NodeConfig | None, found: Manifest) -> None:
    """Raise BackupError unless this release and these settings can carry the backup."""
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    engine = find_database(environment).engine
    if found.engine != engine:
        remedy = "set DATABASE_URL" if found.engine == "postgresql" else "take away DATABASE_URL"
        raise BackupError(f"the backup is of {found.engine} and this installation has {engine}: {remedy}")
    if found.country != environment.country:
        raise BackupError(f"the backup is of {found.country!r}: set KOPIR_COUNTRY to it")
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations} | {
        f"{app}.{name}" for migration in loader.disk_migrations.values() for app, name in migration.replaces
    }
    connections.close_all()
    strange = sorted(set(found.migrations) - known)
    if strange:
        raise BackupError(
            f"the backup is of release {found.release}, which has {strange[0]}; this one has not: "
            "install that release or a newer one"
        )
    if found.journal is not None and bridge is None:
        raise BackupError(
            "the backup holds the bridge's journal: put back its configuration, as bridge/node.toml of the backup has "
            "it, and set KOPIR_BRIDGE_CONFIG"
        )
    if found.journal is not None and bridge is not None and bridge.node.id != found.journal["node"]:
        raise BackupError(f"the journal is of {found.journal['node']} and KOPIR_BRIDGE_CONFIG of {bridge.node.id}")


def _demand_empty(environment: Environment, bridge: NodeConfig | None) -> None:
    """Raise BackupError for the first thing that is there already: nothing is overwritten."""
    remedy = "restore to an empty installation: move it away, or set another place"
    if not environment.database_url:
        path = environment.folder / SQLITE_FILE
        if path.exists():
            raise BackupError(f"{path} is there; {remedy} (KOPIR_FOLDER)")
    elif tables := _list_tables():
        raise BackupError(f"the database has {len(tables)} tables; {remedy} (DATABASE_URL)")
    folders = [environment.folder / "media", environment.folder / "portals"]
    if bridge is not None:
        folders += [bridge.journal.folder, bridge.node.state / places.DIRECTORIES]
    for folder in folders:
        first = next((path for path in files.list_files(folder) if path.name != "lock"), None)
        if first is not None:
            raise BackupError(f"{first} is there; {remedy}")


def _list_tables() -> list[str]:
    from django.db import connection

    try:
        return connection.introspection.table_names()
    finally:
        connection.close()


def _open_keys(source: Path, found: Manifest, passphrase: bytes) -> dict[str, bytes]:
    if not found.has_keys:
        raise BackupError(f"{source} holds no keys: put them back from where you keep them, and restore without --keys")
    return sealed_keys.unseal((source / KEYS).read_bytes(), passphrase)


def _put_bridge(bridge: NodeConfig, source: Path, put: _Put) -> None:
    """Journal and directories; anchors where there are none. Configuration and certificates are the operator's."""
    put.copy(source / "journal", bridge.journal.folder)
    put.copy(source / places.VAULT, bridge.journal.folder / places.VAULT)
    put.copy(source / places.DIRECTORIES, bridge.node.state / places.DIRECTORIES)
    if not any(files.list_files(bridge.directory.anchors)):
        put.copy(source / "anchors", bridge.directory.anchors)


def _vault_keys(bridge: NodeConfig | None, keys: dict[str, bytes]) -> dict[str, Path]:
    if bridge is None:
        return {}
    return {name: bridge.node.state / places.VAULT_KEYS / Path(name).name for name in keys if name.startswith("vault/")}


def _put_keys(targets: dict[str, Path], keys: dict[str, bytes], put: _Put, tell: Tell) -> None:
    """Each key to where this installation looks for it, unless it is there."""
    for name, path in targets.items():
        if name in keys and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            put.write(path, keys[name])
            tell(f"key: {path}")
        elif name in keys and path.read_bytes() != keys[name]:
            raise BackupError(f"{path} is there, and is another key than that of the backup: move it away")


def _put_secret(environment: Environment, found: Manifest, keys: dict[str, bytes], put: _Put, tell: Tell) -> None:
    """The secret key is a setting: where it is another one, say what to do about it."""
    if fingerprint(environment.secret_key) == found.secret:
        return
    if "settings/KOPIR_SECRET_KEY" not in keys:
        tell(
            "KOPIR_SECRET_KEY is another one than when the backup was made: second factors and waiting letters cannot "
            "be read with it; put back the former one"
        )
        return
    path = environment.folder / "keys" / SECRET_FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    put.write(path, keys["settings/KOPIR_SECRET_KEY"] + b"\n")
    tell(f"the secret key of the backup is another one: before the start set KOPIR_SECRET_KEY_FILE to {path}")


def _check_journal(bridge: NodeConfig, found: Manifest, tell: Tell) -> None:
    report = verify_journal(bridge.journal.folder)
    expected = {} if found.journal is None else found.journal
    if not report.ok or (report.size, report.root.hex()) != (expected["size"], expected["root"]):
        raise BackupError(f"the journal does not hold: {report.fault or 'it is another one'}; take another backup")
    tell(f"journal: {report.size} entries, everything holds")
