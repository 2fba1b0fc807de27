"""Private keys in a backup: one file, AES-256-GCM (NIST SP 800-38D) under a key from scrypt (RFC 7914).

Form: the line `kopir keys 1`, one line of JSON (`kdf`, `n`, `r`, `p`, `salt`, `nonce`), then the ciphertext; both
lines are authenticated with it. Inside: JSON that gives each file by its name, in base64.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .errors import BackupError

FORM: Final = b"kopir keys 1\n"
SCRYPT: Final = {"n": 1 << 17, "r": 8, "p": 1}
"""128 MiB and a third of a second for each guess (OWASP, Password Storage)."""
LIMITS: Final = {"n": 1 << 20, "r": 16, "p": 4}
"""No file makes this machine work harder than so."""
LEAST_PASSPHRASE: Final = 12
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12


def seal(keys: Mapping[str, bytes], passphrase: bytes) -> bytes:
    """Encrypt files by their names. Raises BackupError for a passphrase that is too short."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise BackupError(f"the passphrase is too short: give {LEAST_PASSPHRASE} characters or more, as four words")
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    head = {"kdf": "scrypt", **SCRYPT, "salt": _text(salt), "nonce": _text(nonce)}
    front = FORM + json.dumps(head).encode() + b"\n"
    plain = json.dumps({name: _text(data) for name, data in keys.items()}).encode()
    return front + AESGCM(_derive(passphrase, salt, **SCRYPT)).encrypt(nonce, plain, front)


def unseal(data: bytes, passphrase: bytes) -> dict[str, bytes]:
    """The files. Raises BackupError for a wrong passphrase or a damaged file."""
    try:
        line, ciphertext = data.removeprefix(FORM).split(b"\n", 1)
        head = json.loads(line)
        cost = {name: int(head[name]) for name in SCRYPT}
        salt, nonce = base64.b64decode(head["salt"]), base64.b64decode(head["nonce"])
        if not data.startswith(FORM) or head["kdf"] != "scrypt" or any(cost[name] > LIMITS[name] for name in cost):
            raise ValueError("it asks for what this release does not do")
        key = _derive(passphrase, salt, **cost)
        plain = json.loads(AESGCM(key).decrypt(nonce, ciphertext, FORM + line + b"\n"))
        return {name: base64.b64decode(text, validate=True) for name, text in plain.items()}
    except InvalidTag:
        raise BackupError("the keys cannot be opened: the passphrase is wrong, or their file is damaged") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupError(f"the keys cannot be opened: their file is damaged ({error})") from None


def _derive(passphrase: bytes, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
