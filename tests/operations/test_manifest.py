"""The manifest of a backup: nothing missing, nothing more, nothing changed, and no file outside of the folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kopir.operations import files, manifest
from kopir.operations.errors import BackupError
from kopir.operations.manifest import Manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files.write_file(tmp_path / "database" / "database.sqlite3", b"tables")
    files.write_file(tmp_path / "media" / "crests" / "a.png", b"picture")
    manifest.write(
        tmp_path,
        Manifest(
            made_at="2026-11-22T08:00:00+00:00",
            release="0.1.0",
            country="kz",
            engine="sqlite",
            secret="0" * 16,
            migrations=("base.0001_initial",),
            journal=None,
            has_keys=False,
            files=manifest.take_stock(tmp_path),
        ),
    )
    return tmp_path


def test_what_was_written_is_read_and_holds(folder):
    found = manifest.read(folder)
    assert sorted(found.files) == ["database/database.sqlite3", "media/crests/a.png"]
    assert (found.country, found.migrations) == ("kz", ("base.0001_initial",))
    manifest.check(folder, found)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (
            lambda folder: (folder / "media" / "crests" / "a.png").write_bytes(b"pictur3"),
            "a.png is not as it was written",
        ),
        (lambda folder: (folder / "media" / "crests" / "a.png").unlink(), "a.png is missing"),
        (lambda folder: files.write_file(folder / "media" / "b.png", b""), "b.png is not of this backup"),
    ],
)
def test_what_was_changed_is_named(folder, harm, words):
    harm(folder)
    with pytest.raises(BackupError, match=words):
        manifest.check(folder, manifest.read(folder))


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "media/../../x", "media//a", "./a"])
def test_no_name_leads_out_of_the_folder(folder, name):
    content = json.loads((folder / manifest.NAME).read_text("utf-8"))
    content["files"][name] = ["0" * 64, 1]
    (folder / manifest.NAME).write_text(json.dumps(content), "utf-8")
    with pytest.raises(BackupError, match="a file is named"):
        manifest.read(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is damaged"),
        ("[]", "no manifest of the form"),
        ('{"form": "kopir backup 2"}', "use the release of Kopir that made it"),
        ('{"form": "kopir backup 1"}', "is damaged"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_so(folder, text, words):
    (folder / manifest.NAME).write_text(text, "utf-8")
    with pytest.raises(BackupError, match=words):
        manifest.read(folder)


def test_a_folder_that_is_no_backup_is_told_and_one_that_is_too_large_not_read(tmp_path, folder, monkeypatch):
    with pytest.raises(BackupError, match="give the folder that `kopir backup` made"):
        manifest.read(tmp_path / "none")
    monkeypatch.setattr(manifest, "LIMIT_BYTES", 10)
    with pytest.raises(BackupError, match="too large"):
        manifest.read(folder)
