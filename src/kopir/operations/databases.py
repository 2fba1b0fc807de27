"""The database of the portal as one file, under writes: SQLite by its backup interface, PostgreSQL by pg_dump.

The password goes to PostgreSQL's programs in their environment, never among their words.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from kopir.config.env import Environment, make_child_environment

from . import files
from .errors import BackupError

SQLITE_FILE: Final = "portal.sqlite3"
BUSY_S: Final = 60.0
LAST_WORDS: Final = 600
_PROGRAMS: Final = Path("/usr/lib/postgresql")


class Database(Protocol):
    """One database, of either kind."""

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""

    @property
    def file_name(self) -> str:
        """How its file in a backup is called."""

    def dump(self, target: Path) -> None:
        """Write its content as of one moment into a new file, while others write. Raises BackupError, OSError."""

    def load(self, source: Path) -> None:
        """Fill this database, which is empty, from such a file; all or nothing. Raises BackupError, OSError."""


def find_database(environment: Environment) -> Database:
    """The database that the settings name."""
    if environment.database_url:
        return PostgreSQL(urlsplit(environment.database_url))
    return Sqlite(environment.folder / SQLITE_FILE)


@dataclass(frozen=True)
class Sqlite:
    """SQLite in a file."""

    path: Path
    engine: str = "sqlite"
    file_name: str = "database.sqlite3"

    def dump(self, target: Path) -> None:
        """See `Database`. In WAL mode a reader sees one moment, and keeps no writer waiting (sqlite.org/backup)."""
        if not self.path.is_file():
            raise BackupError(
                f"{self.path}: there is no database; set KOPIR_FOLDER, or run `kopir upgrade` to make one"
            )
        target.parent.mkdir(mode=files.FOLDER_MODE, parents=True, exist_ok=True)
        files.write_file(target, b"")
        try:
            with (
                closing(sqlite3.connect(self.path, timeout=BUSY_S)) as source,
                closing(sqlite3.connect(target)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, without another one beside it
                verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            raise BackupError(
                f"{self.path} cannot be copied: {error}; see the disk, restore an earlier backup"
            ) from None
        if verdict != "ok":
            raise BackupError(f"{self.path} is damaged: {verdict}; restore an earlier backup")

    def load(self, source: Path) -> None:
        """See `Database`."""
        draft = self.path.with_name(self.path.name + ".new")
        draft.unlink(missing_ok=True)
        files.copy_file(source, draft)
        draft.replace(self.path)
        files.sync_folder(self.path.parent)


@dataclass(frozen=True)
class PostgreSQL:
    """PostgreSQL at an address."""

    url: SplitResult
    engine: str = "postgresql"
    file_name: str = "database.dump"

    def dump(self, target: Path) -> None:
        """See `Database`. pg_dump reads in one transaction."""
        target.parent.mkdir(mode=files.FOLDER_MODE, parents=True, exist_ok=True)
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def load(self, source: Path) -> None:
        """See `Database`."""
        self._run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(source))

    def _run(self, program: str, *words: str) -> None:
        where = [f"--dbname={unquote(self.url.path[1:])}", "--no-password"]
        if self.url.hostname:
            where.append(f"--host={unquote(self.url.hostname)}")
        if self.url.port:
            where.append(f"--port={self.url.port}")
        if self.url.username:
            where.append(f"--username={unquote(self.url.username)}")
        variables = make_child_environment(PGPASSWORD=unquote(self.url.password or ""), PGCONNECT_TIMEOUT="10")
        done = subprocess.run(  # noqa: S603 - no shell: PostgreSQL's own program, our own words
            [_find_program(program), *where, *words],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[-LAST_WORDS:]
            raise BackupError(
                f"{program} failed: {said}; see DATABASE_URL, and that {program} is not older than the server"
            )


def _find_program(name: str) -> str:
    """The newest there is: a dump can be made by a program that is as new as the server, or newer."""
    newest = sorted(_PROGRAMS.glob(f"*/bin/{name}"), key=age)
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        raise BackupError(f"there is no {name}; the remedy on Debian and Ubuntu: apt-get install postgresql-client")
    return found


def age(path: Path) -> list[int]:
    """The version in the path of a program of PostgreSQL, `…/9.6/bin/pg_dump`, to be compared."""
    return [int(number) for number in re.findall(r"[0-9]+", path.parts[-3])]
