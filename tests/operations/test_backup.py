"""Making a backup: whole under its name or not there, nothing overwritten, room looked for before. See test_restore."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from kopir.config.env import get_environment
from kopir.operations import backup as module
from kopir.operations import manifest
from kopir.operations.backup import fingerprint, list_migrations, make_backup
from kopir.operations.errors import BackupError

pytestmark = pytest.mark.django_db


class OneFile:
    """A database that is one file."""

    engine, file_name = "sqlite", "database.sqlite3"

    def dump(self, target: Path) -> None:
        target.parent.mkdir(parents=True)
        target.write_bytes(b"tables")

    def load(self, source: Path) -> None:
        raise AssertionError


@pytest.fixture
def target(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(module, "find_database", lambda environment: OneFile())
    return tmp_path / "backups" / "today"


def make(target: Path, passphrase: bytes | None = None) -> tuple[str, list[str]]:
    said: list[str] = []
    return make_backup(get_environment(), target, passphrase=passphrase, tell=said.append), said


def test_it_holds_what_it_says(target):
    digest, said = make(target)
    found = manifest.read(target)
    manifest.check(target, found)
    assert len(digest) == 64
    assert (found.engine, found.has_keys, found.journal) == ("sqlite", False, None)
    assert "bodies.0001_initial" in found.migrations
    assert list(found.migrations) == list_migrations()
    assert said[0].startswith("database: sqlite, ")
    assert target.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in target.parent.iterdir()] == ["today"]
    note = get_environment().folder / "run" / "last-backup.json"
    assert json.loads(note.read_text("utf-8"))["to"] == str(target)


def test_nothing_is_overwritten_and_an_empty_folder_serves(target):
    target.mkdir(parents=True)
    make(target)
    with pytest.raises(BackupError, match="overwrites nothing"):
        make(target)
    with pytest.raises(BackupError, match="overwrites nothing"):
        make(target / manifest.NAME)


def test_what_fails_halfway_leaves_nothing(target, monkeypatch):
    def fail(self: OneFile, place: Path) -> None:
        place.parent.mkdir(parents=True)
        place.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OneFile, "dump", fail)
    with pytest.raises(OSError, match="No space left"):
        make(target)
    assert list(target.parent.iterdir()) == []


def test_a_passphrase_that_is_too_short_makes_no_backup(target):
    with pytest.raises(BackupError, match="too short"):
        make(target, b"hunter2")
    assert not target.exists()


def test_room_is_looked_for_before(target, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=module.SPARE_BYTES - 1))
    with pytest.raises(BackupError, match="make room, or name another disk"):
        make(target)
    assert not target.parent.exists()


def test_one_secret_is_told_from_another_without_telling_it():
    secret = "a secret of the tests, long enough to be one, known to all"
    assert fingerprint(secret) == fingerprint(secret)
    assert fingerprint(secret) != fingerprint(secret + "x")
    assert len(fingerprint(secret)) == 16
