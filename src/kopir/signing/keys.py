"""Private keys in files of their own: PEM, PKCS #8, encrypted or not, readable by their owner alone.

A key that others can read is refused, not warned about: by the time anyone reads the warning it has been copied.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from .algorithms import PrivateKey
from .errors import KeyFileError
from .passphrases import PassphraseSource

MAX_KEY_FILE_BYTES: Final = 64 * 1024
_PLAIN: Final = b"-----BEGIN PRIVATE KEY-----"
_ENCRYPTED: Final = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Make a key on P-256, the one kind that signs here."""
    return ec.generate_private_key(ec.SECP256R1())


def load_private_key(path: Path, passphrase: PassphraseSource | None = None) -> PrivateKey:
    """Load the private key in `path`, asking `passphrase` only if the file is encrypted.

    Raises:
        KeyFileError: the file is missing, not a plain file, not of this user or root, open to others, no PKCS #8 PEM,
            encrypted while no passphrase was configured, or the passphrase is wrong. PassphraseError: the passphrase
            could not be had.
    """
    pem = read_private_file(path)
    is_encrypted = pem.lstrip().startswith(_ENCRYPTED)
    if not is_encrypted and not pem.lstrip().startswith(_PLAIN):
        raise KeyFileError(
            f"{path} is no private key in PKCS #8 PEM: convert it with `openssl pkcs8 -topk8 -in OLD -out NEW`"
        )
    if is_encrypted and passphrase is None:
        raise KeyFileError(f"{path} is encrypted: say where its passphrase is (credential:NAME, fd:N or prompt)")
    secret = passphrase(f"Passphrase for {path}: ") if is_encrypted and passphrase is not None else None
    try:
        key = load_pem_private_key(pem, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's message is left out: it may speak of the secret's bytes.
        remedy = "the passphrase is wrong or the file is broken" if is_encrypted else "the file is broken"
        raise KeyFileError(f"{path} cannot be read: {remedy}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey):
        raise KeyFileError(f"{path} holds a kind of key that does not serve here: make one with `kopir key new`")
    return key


def write_private_key(path: Path, key: PrivateKey, passphrase: bytes | None = None) -> None:
    """Write a key into a new file that only its owner can read; encrypted if there is a passphrase.

    Raises:
        KeyFileError: the file is there already (a key is never overwritten), or it cannot be written.
    """
    protection: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        protection = BestAvailableEncryption(passphrase)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path} is there already: a key is never overwritten, choose another name") from None
    except OSError as error:
        raise KeyFileError(f"{path} cannot be made: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(descriptor)


def is_private_key_file(path: Path) -> bool:
    """Say whether `path` looks like a private key. False if it cannot be read."""
    try:
        with path.open("rb") as file:
            return b"PRIVATE KEY-----" in file.read(4096)
    except OSError:
        return False


def read_private_file(path: Path) -> bytes:
    """Read a file that must be its owner's alone. The file that was opened is judged, so a symbolic link hides nothing.

    Raises:
        KeyFileError: see `load_private_key`.
    """
    try:
        # Without O_NONBLOCK a named pipe in the file's place would hang the start.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be opened: {error.strerror}") from None
    try:
        complaint = file_complaint(os.fstat(descriptor), os.geteuid())
        if complaint is not None:
            raise KeyFileError(f"{path} {complaint}")
        return os.read(descriptor, MAX_KEY_FILE_BYTES)
    finally:
        os.close(descriptor)


def file_complaint(status: os.stat_result, user: int) -> str | None:
    """Say what is wrong with a private file, and the remedy; None if nothing is."""
    if not stat.S_ISREG(status.st_mode):
        return "is not a plain file: give the path of the key file itself"
    if status.st_uid not in (user, 0):
        return f"belongs to user {status.st_uid}, not to this one ({user}) or root: change its owner with chown"
    if status.st_mode & 0o077:
        return f"is open to others (mode {stat.S_IMODE(status.st_mode):04o}): close it with chmod 600"
    if status.st_size > MAX_KEY_FILE_BYTES:
        return f"has more than {MAX_KEY_FILE_BYTES} bytes: that is no key"
    return None
