"""`kopir upgrade`: to the release that is installed now. Backup, static files, tables, a trial, then fresh parts.

Whatever fails before the fresh parts leaves the node as it was: the old ones serve on, with the old tables.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from kopir.base import clock
from kopir.config.env import Environment

from . import migrating
from .backup import make_backup
from .control import ask_group
from .errors import OperationsError, UpgradeError
from .group import SOCKET
from .holding import held, make_run_folder

LOCK: Final = "upgrade.lock"
WHAT: Final = "kopir upgrade"
WAIT_S: Final = 600
MANIFEST: Final = "staticfiles.json"
PAGES: Final = ("/health/ready", "/")

Tell = Callable[[str], None]


def upgrade(environment: Environment, backups: Path, *, wait_s: float, tell: Tell) -> None:
    """Do it; `backups` is the folder for the backup. Settings of Django are loaded.

    While another upgrade runs, here or on another machine with this database, waits for its end for `wait_s` at most,
    then raises HeldError. Raises UpgradeError, BackupError, OperationsError and whatever a backup may raise.
    """
    place = make_run_folder(environment.folder)
    with held(place / LOCK, WHAT, wait_s=wait_s, tell=tell), migrating.alone(wait_s, tell):
        _back_up(environment, backups, tell)
        connection.close()
        with _static_files(tell):
            done = migrating.migrate(lambda: _try_out(tell))
        tell(f"tables: {len(done)} migrations done" if done else "tables: nothing to do")
        connection.close()
        _renew(place / SOCKET, tell)


def _back_up(environment: Environment, backups: Path, tell: Tell) -> None:
    if migrating.is_new():
        tell("backup: the database is empty, so there is nothing to keep")
        return
    target = backups / f"upgrade-{clock.now():%Y%m%dT%H%M%SZ}"
    make_backup(environment, target, passphrase=None, tell=lambda line: None)
    tell(f"backup: {target}")


@contextmanager
def _static_files(tell: Tell) -> Iterator[None]:
    """Gather the static files of this release beside those of the last; if the block fails, name those again."""
    if settings.WHITENOISE_USE_FINDERS:  # a developer's portal serves them from the rooms
        yield
        return
    names = Path(settings.STATIC_ROOT) / MANIFEST
    former = names.with_name(f"{MANIFEST}.former")
    if names.exists():
        shutil.copyfile(names, former)
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
        tell("static files: gathered")
        yield
    except BaseException:
        if former.exists():
            former.replace(names)
        raise
    former.unlink(missing_ok=True)


def _try_out(tell: Tell) -> None:
    """Have this release answer, on the tables as they will be; nobody else sees them yet. Raises UpgradeError."""
    from django.test import Client

    client = Client(headers={"host": urlsplit(settings.KOPIR_ADDRESS).netloc})
    has_tls = settings.KOPIR_ADDRESS.startswith("https:")
    for page in PAGES:
        try:
            answer = client.get(page, secure=has_tls, follow=True)
        except Exception as error:
            raise UpgradeError(f"the trial of {page} failed: {type(error).__name__}: {error}") from error
        if answer.status_code != 200:
            said = answer.content[:200].decode("utf-8", "replace").strip()
            raise UpgradeError(f"the trial of {page} failed with status {answer.status_code}: {said}")
    tell("trial: the new release answers")


def _renew(socket: Path, tell: Tell) -> None:
    """Fresh parts in turn, if a group runs here."""
    try:
        done = ask_group(socket, "renew", tell)
    except OperationsError as error:
        raise UpgradeError(
            f"the tables are those of this release, but {error}; try `kopir upgrade` once more"
        ) from None
    if done is None:
        tell("parts: no group runs here; start or restart the parts yourself")
