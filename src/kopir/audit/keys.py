"""The keys of persons, wrapped by the node's master key, and what is encrypted under them. AES-256-GCM throughout.

The master key stands in a file of the node, never in the database: one line of base64 for each key, the first wraps,
all unwrap. A destroyed key stays as an empty line of the table, so that no second one is ever made for that person.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from .errors import MasterKeyError, PersonErasedError
from .models import PersonKey

ORIGIN: Final = "origin"
PERSONAL: Final = "personal"
"""What a ciphertext is of: from where a person acted, and what a row holds about a person."""
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


def seal(person: str, purpose: str, text: str, *, now: datetime) -> bytes:
    """Encrypt `text` under the key of `person`, which is made at the first need; nonce and ciphertext.

    Raises PersonErasedError, MasterKeyError.
    """
    return _encrypt(_find_or_make(person, now), _bound(purpose, person), text.encode())


def open_sealed(person: str, purpose: str, sealed: bytes) -> str | None:
    """The text that was sealed; None once the person's key is destroyed. Raises MasterKeyError."""
    return open_many(purpose, [(person, sealed)])[0]


def open_many(purpose: str, items: list[tuple[str, bytes]]) -> list[str | None]:
    """The texts of many items (person, sealed), with one query for all keys."""
    wanted = {person for person, _ in items}
    found = PersonKey.objects.in_bulk(list(wanted)) if wanted else {}
    keys = {person: _unwrap(person, bytes(row.wrapped)) for person, row in found.items() if row.wrapped is not None}
    return [
        None if person not in keys else _decrypt(keys[person], _bound(purpose, person), sealed).decode()
        for person, sealed in items
    ]


def is_erased(person: str) -> bool:
    """Whether the key of this person was destroyed."""
    return PersonKey.objects.filter(person=person, wrapped=None).exists()


def check_master_key() -> None:
    """Raise MasterKeyError unless the key file is there and opens a key of the database, if that has any."""
    row = PersonKey.objects.exclude(wrapped=None).order_by("-created_at").first()
    if row is not None:
        _unwrap(row.person, bytes(row.wrapped or b""))


def make_master_key() -> str:
    """A line for the key file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _find_or_make(person: str, now: datetime) -> bytes:
    row = PersonKey.objects.filter(pk=person).first()
    if row is None:
        fresh = secrets.token_bytes(KEY_BYTES)
        wrapped = _encrypt(_master_keys()[0], _bound("person key", person), fresh)
        row, _ = PersonKey.objects.get_or_create(pk=person, defaults={"wrapped": wrapped, "created_at": now})
    if row.wrapped is None:
        raise PersonErasedError
    return _unwrap(person, bytes(row.wrapped))


def _unwrap(person: str, wrapped: bytes) -> bytes:
    for master in _master_keys():
        try:
            return _decrypt(master, _bound("person key", person), wrapped)
        except InvalidTag:
            continue
    raise MasterKeyError(file=_file(), why="it is not the one that the keys in the database are wrapped with")


def _master_keys() -> list[bytes]:
    """The keys of the file; a file is made where there is none and the database needs none yet."""
    path = _file()
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        if PersonKey.objects.exclude(wrapped=None).exists():
            raise MasterKeyError(file=path, why="it is missing") from None
        return _create(path)
    except (OSError, UnicodeDecodeError) as error:
        raise MasterKeyError(file=path, why=str(error)) from error
    return _parse(path, text)


def _parse(path: Path, text: str) -> list[bytes]:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        keys = [base64.b64decode(line, validate=True) for line in lines]
    except binascii.Error as error:
        raise MasterKeyError(file=path, why=f"a line is no base64: {error}") from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise MasterKeyError(file=path, why=f"each line must be {KEY_BYTES} bytes in base64")
    return keys


def _create(path: Path) -> list[bytes]:
    """Make the file whole or not at all; of two processes that make it the first wins."""
    line = make_master_key()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return _parse(path, path.read_text("ascii"))
    except OSError as error:
        raise MasterKeyError(file=path, why=str(error)) from error


def _file() -> Path:
    return Path(settings.KOPIR_MASTER_KEY_FILE)


def _bound(purpose: str, person: str) -> bytes:
    """What a ciphertext belongs to: it opens as nothing else and as nobody else's."""
    return f"kopir audit\x00{purpose}\x00{person}".encode()


def _encrypt(key: bytes, bound: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, bound: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
