"""The manifest of a backup: what it is of, and name, size and SHA-256 of every file in it. Nothing else is put back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any, Final

from . import files
from .errors import BackupError

NAME: Final = "manifest.json"
FORM: Final = "kopir backup 1"
LIMIT_BYTES: Final = 256 << 20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup is of. `files` gives digest and size by name; `migrations` those that the database has.

    `secret` tells one secret key of a portal from another without telling it; `journal` is node, size and root.
    """

    made_at: str
    release: str
    country: str
    engine: str
    secret: str
    migrations: tuple[str, ...]
    journal: Mapping[str, Any] | None
    has_keys: bool
    files: Mapping[str, tuple[str, int]]


def take_stock(folder: Path) -> dict[str, tuple[str, int]]:
    """Digest and size of every file in the folder of a backup, the manifest left out."""
    return {
        path.relative_to(folder).as_posix(): files.digest(path)
        for path in files.list_files(folder)
        if path != folder / NAME
    }


def write(folder: Path, manifest: Manifest) -> str:
    """Put the manifest into the folder; its own digest, by which a person knows it again."""
    text = json.dumps({"form": FORM, **asdict(manifest)}, ensure_ascii=False, indent=1, sort_keys=True)
    files.write_file(folder / NAME, f"{text}\n".encode())
    return files.digest(folder / NAME)[0]


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`. Raises BackupError for a folder that is none."""
    path = folder / NAME
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise BackupError(f"{path} is too large to be a manifest")
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}; give the folder that `kopir backup` made") from None
    except ValueError as error:
        raise BackupError(f"{path} is damaged: {error}; take another backup") from None
    if not isinstance(content, dict) or content.pop("form", None) != FORM:
        raise BackupError(f"{path} is no manifest of the form {FORM!r}; use the release of Kopir that made it")
    try:
        return _parse(content)
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError(f"{path} is damaged ({error}); take another backup") from None


def check(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless every file is there as it was written, and no other."""
    found = {path.relative_to(folder).as_posix() for path in files.list_files(folder)} - {NAME}
    missing, strange = set(manifest.files) - found, found - set(manifest.files)
    if missing:
        raise BackupError(f"{folder}: {min(missing)} is missing; take another backup")
    if strange:
        raise BackupError(f"{folder}: {min(strange)} is not of this backup; remove it, or take another backup")
    for name, (digest, size) in sorted(manifest.files.items()):
        if files.digest(folder / name) != (digest, size):
            raise BackupError(f"{folder}: {name} is not as it was written; take another backup")


def _parse(content: dict[str, Any]) -> Manifest:
    names = {field.name for field in fields(Manifest)}
    if set(content) != names:
        raise ValueError(f"its fields are {sorted(content)}")
    listed = {_checked(name): (str(digest), int(size)) for name, (digest, size) in content["files"].items()}
    return Manifest(**{**content, "files": listed, "migrations": tuple(content["migrations"])})


def _checked(name: str) -> str:
    """A name that stays within the folder; raises ValueError."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.as_posix() != name:
        raise ValueError(f"a file is named {name!r}")
    return name
