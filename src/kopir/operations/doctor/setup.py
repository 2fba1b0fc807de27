"""What is wrong with settings, folders, files and disks."""

from __future__ import annotations

import filecmp
import json
import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from kopir.bridge.config import NodeConfig
from kopir.config.env import Environment, is_this_machine, list_secret_files
from kopir.operations import places

from .findings import Finding, find
from .machine import Machine

LEAST_FREE_BYTES: Final = 1 << 30
LEAST_FREE_PART: Final = 0.05
LEAST_FREE_FILES: Final = 10_000
OLD_BACKUP: Final = timedelta(days=2)
EXPIRES_SOON: Final = timedelta(days=14)
_OTHERS: Final = 0o007
_ALL_BUT_OWNER: Final = 0o077


def check_settings(environment: Environment, machine: Machine) -> Iterator[Finding]:
    """Settings that can be read and are unsafe or lead nowhere."""
    if environment.development:
        yield find("settings.development")
    for name, path in list_secret_files().items():
        if (mode := _mode(path)) & _OTHERS:
            yield find("settings.secret_open", path=path, name=name, mode=mode)
    host = urlsplit(environment.address).hostname or ""
    if is_this_machine(environment.address):
        yield find("hosts.local", address=environment.address)
    elif environment.address.startswith("https:") and not environment.trusted_proxies:
        yield find("hosts.no_proxy")
    for name in (host, *(other for other in environment.other_hosts if not other.startswith("."))):
        if not is_this_machine(f"http://{name}") and not machine.has_address(name):
            yield find("hosts.unknown", host=name)


def check_security_txt(environment: Environment, now: datetime) -> Iterator[Finding]:
    """Whether whoever finds a hole knows whom to tell, today and for some weeks."""
    if not environment.security_contact or environment.security_expires is None:
        yield find("security.nobody")
    elif environment.security_expires <= (now + EXPIRES_SOON).date():
        yield find("security.expired", day=environment.security_expires)


def check_folders(environment: Environment, bridge: NodeConfig | None) -> Iterator[Finding]:
    """The portal's folder and keys."""
    folder = environment.folder
    if not folder.is_dir():
        yield find("folder.missing", path=folder)
        return
    if (mode := _mode(folder)) & _OTHERS:
        yield find("folder.open", path=folder, mode=mode)
    for path in (folder, folder / "run"):
        if not _is_writable(path):
            yield find("folder.not_writable", path=path)
            break
    media = Path(settings.MEDIA_ROOT)
    if not _is_writable(media):
        yield find("media.not_writable", path=media)
    for path in places.list_key_files(environment, bridge).values():
        if path.is_file() and (mode := _mode(path)) & _ALL_BUT_OWNER:
            yield find("keys.open", path=path, mode=mode)


def check_static() -> Iterator[Finding]:
    """Whether the static files are gathered, and those of this release."""
    if settings.WHITENOISE_USE_FINDERS:
        return
    root = Path(settings.STATIC_ROOT)
    names = root / "staticfiles.json"
    if not names.is_file():
        yield find("static.missing", path=names)
        return
    differing = sorted(
        name
        for finder in get_finders()
        for name, storage in finder.list([])
        if not (root / name).is_file() or not filecmp.cmp(storage.path(name), root / name, shallow=False)
    )
    if differing:
        yield find("static.outdated", count=len(differing), name=differing[0])


def check_disks(environment: Environment, bridge: NodeConfig | None, machine: Machine) -> Iterator[Finding]:
    """Room on each disk that the node writes to."""
    seen: set[int] = set()
    for folder in (environment.folder, *([] if bridge is None else [bridge.node.state, bridge.journal.folder])):
        if not folder.is_dir() or folder.stat().st_dev in seen:
            continue
        seen.add(folder.stat().st_dev)
        space = machine.measure(folder)
        if space.free < max(LEAST_FREE_BYTES, LEAST_FREE_PART * space.total):
            yield find("disk.full", path=folder, free=space.free >> 20, total=space.total >> 20)
        if space.total_files > 0 and space.free_files < LEAST_FREE_FILES:
            yield find("disk.names", path=folder, free=space.free_files, total=space.total_files)


def check_backups(environment: Environment, now: datetime) -> Iterator[Finding]:
    """When the last backup was made from here."""
    try:
        note = json.loads((environment.folder / "run" / places.LAST_BACKUP).read_text("utf-8"))
        at = datetime.fromisoformat(note["at"])
    except (OSError, ValueError, KeyError, TypeError):
        yield find("backup.none")
        return
    if now - at > OLD_BACKUP:
        yield find("backup.old", day=f"{at:%Y-%m-%d}")


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:  # that a setting leads nowhere was said when it was read
        return 0


def _is_writable(folder: Path) -> bool:
    """Whether files can be made there, or the folder itself can."""
    if folder.exists():
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return folder != folder.parent and _is_writable(folder.parent)
