"""`kopir backup`: database, media, the bridge's journal and what belongs to them, in one folder, while the node serves.

In this order: journal, database, media. So the database has every row of which the copy of the journal knows, and the
media every file of which the database knows; nothing is stopped for it. Keys only on request, encrypted.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from kopir.base import clock
from kopir.bridge.config import NodeConfig
from kopir.bridge.journal import copy_journal
from kopir.config.env import Environment

from . import files, manifest, places, sealed_keys
from .databases import SQLITE_FILE, find_database
from .errors import BackupError
from .holding import make_run_folder
from .manifest import Manifest

KEYS: Final = "keys.sealed"
SPARE_BYTES: Final = 64 << 20

Tell = Callable[[str], None]


def make_backup(environment: Environment, target: Path, *, passphrase: bytes | None, tell: Tell) -> str:
    """Make a backup in the new folder `target`; the digest of its manifest.

    With a passphrase it holds the private keys too. A folder that is there under this name is whole. Settings of Django
    are loaded. Raises BackupError, ConfigError, ProtocolError, OSError.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is there already: a backup overwrites nothing, name a new folder")
    bridge = places.load_bridge(environment)
    _demand_space(environment, bridge, target)
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    try:
        found = _gather(environment, bridge, part, passphrase, tell)
        digest = manifest.write(part, found)
        for folder in sorted({path.parent for path in files.list_files(part)}):
            files.sync_folder(folder)
        if target.exists():
            target.rmdir()
        part.rename(target)
        files.sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _note(environment, target)
    return digest


def fingerprint(secret: str) -> str:
    """What tells one secret key from another; nobody finds 50 random characters by it."""
    return hashlib.sha256(b"kopir backup\0" + secret.encode()).hexdigest()[:16]


def list_migrations() -> list[str]:
    """The migrations that the database has, as `app.name`."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _gather(
    environment: Environment, bridge: NodeConfig | None, part: Path, passphrase: bytes | None, tell: Tell
) -> Manifest:
    """Write everything but the manifest."""
    journal = None if bridge is None else _take_bridge(bridge, part / "bridge", tell)
    database = find_database(environment)
    migrations = list_migrations()
    database.dump(part / "database" / database.file_name)
    tell(f"database: {database.engine}, {len(migrations)} migrations")
    tell(f"media: {_count(files.copy_tree(environment.folder / 'media', part / 'media'))}")
    files.copy_tree(environment.folder / "portals", part / "portals")
    if passphrase is not None:
        keys = _read_keys(environment, bridge)
        files.write_file(part / KEYS, sealed_keys.seal(keys, passphrase), mode=0o600)
        tell(f"keys: {_count(len(keys))}, encrypted")
    return Manifest(
        made_at=clock.now().isoformat(timespec="seconds"),
        release=version("kopir"),
        country=environment.country,
        engine=database.engine,
        secret=fingerprint(environment.secret_key),
        migrations=tuple(migrations),
        journal=journal,
        has_keys=passphrase is not None,
        files=manifest.take_stock(part),
    )


def _take_bridge(bridge: NodeConfig, part: Path, tell: Tell) -> dict[str, Any] | None:
    """Journal, vault, directories, anchors and papers of the bridge. None where it has never run."""
    for name, path in places.list_bridge_papers(bridge).items():
        if path.is_file():
            files.copy_file(path, part / name)
    files.copy_tree(bridge.node.state / places.DIRECTORIES, part / places.DIRECTORIES)
    files.copy_tree(bridge.directory.anchors, part / "anchors")
    if not bridge.journal.folder.is_dir() or not any(bridge.journal.folder.glob("*.log")):
        tell("journal: there is none yet")
        return None
    copied = copy_journal(bridge.journal.folder, part / "journal")
    files.copy_tree(bridge.journal.folder / places.VAULT, part / places.VAULT)
    tell(f"journal: {copied.size} entries of {copied.node}")
    return {"node": copied.node, "size": copied.size, "root": copied.root.hex()}


def _read_keys(environment: Environment, bridge: NodeConfig | None) -> dict[str, bytes]:
    paths = {**places.list_key_files(environment, bridge), **places.list_vault_keys(bridge)}
    keys = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
    keys["settings/KOPIR_SECRET_KEY"] = environment.secret_key.encode()
    keys["settings/KOPIR_OLD_SECRET_KEYS"] = ",".join(environment.old_secret_keys).encode()
    return keys


def _demand_space(environment: Environment, bridge: NodeConfig | None, target: Path) -> None:
    """Raise BackupError where the disk has not the room; what PostgreSQL holds elsewhere is not counted."""
    folder = target.parent
    while not folder.exists():
        folder = folder.parent
    sources = [environment.folder / "media", *([] if bridge is None else [bridge.journal.folder])]
    needed = SPARE_BYTES + sum(path.stat().st_size for source in sources for path in files.list_files(source))
    database = environment.folder / SQLITE_FILE
    if not environment.database_url and database.exists():
        needed += database.stat().st_size
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder} has {free >> 20} MiB free and the backup needs {needed >> 20}: make room, or name another disk"
        )


def _note(environment: Environment, target: Path) -> None:
    """Leave word for the doctor."""
    place = make_run_folder(environment.folder) / places.LAST_BACKUP
    place.unlink(missing_ok=True)
    files.write_file(place, json.dumps({"at": clock.now().isoformat(), "to": str(target)}).encode())


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
