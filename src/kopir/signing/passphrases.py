"""Where a passphrase comes from: a systemd credential, a file descriptor, or a person at a prompt.

Never from a configuration file or the environment: both are read by too many and kept too long. The folder of the
credentials is an argument, for this room reads no environment.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from .errors import PassphraseError

MAX_PASSPHRASE_BYTES: Final = 1024

PassphraseSource: TypeAlias = Callable[[str], bytes]
"""Takes the sentence to show at a prompt, gives the passphrase; raises PassphraseError."""

_NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def parse_passphrase_source(
    text: str, *, credentials: Path | None = None, ask: Callable[[str], str] = getpass.getpass
) -> PassphraseSource:
    """Read where a passphrase comes from. Nothing is read or asked before the source is called.

    Args:
        text: `credential:NAME`, `fd:N` or `prompt`.
        credentials: the folder that systemd names in CREDENTIALS_DIRECTORY, if there is one.
        ask: shows a sentence and gives what a person types, unseen.

    Raises:
        PassphraseError: the text is none of these. It is not repeated: someone may have put the passphrase itself
        there.
    """
    kind, _, rest = text.partition(":")
    if text == "prompt":
        return lambda sentence: _checked(ask(sentence).encode(), "what was typed")
    if kind == "fd" and rest.isascii() and rest.isdecimal() and len(rest) < 7 and int(rest) not in (1, 2):
        return lambda _sentence: _from_descriptor(int(rest))
    if kind == "credential" and rest and not rest.startswith(".") and _NAME_CHARACTERS.issuperset(rest):
        return lambda _sentence: _from_credential(rest, credentials)
    raise PassphraseError("a passphrase comes from credential:NAME, fd:N or prompt; it never stands in a configuration")


def _from_credential(name: str, credentials: Path | None) -> bytes:
    if credentials is None:
        raise PassphraseError(f"there are no credentials: start with systemd and LoadCredential={name}:… in the unit")
    try:
        with (credentials / name).open("rb") as file:
            data = file.read(MAX_PASSPHRASE_BYTES + 2)
    except OSError as error:
        raise PassphraseError(f"the credential {name} cannot be read: {error.strerror}; see LoadCredential=") from None
    return _checked(data.removesuffix(b"\n"), f"the credential {name}")


def _from_descriptor(descriptor: int) -> bytes:
    """Read one line, a byte at a time: what follows belongs to the next key that names the same descriptor."""
    line = bytearray()
    try:
        while len(line) <= MAX_PASSPHRASE_BYTES:
            byte = os.read(descriptor, 1)
            if byte in (b"", b"\n"):
                break
            line += byte
    except OSError as error:
        raise PassphraseError(f"file descriptor {descriptor} cannot be read: {error.strerror}") from None
    return _checked(bytes(line), f"file descriptor {descriptor}")


def _checked(secret: bytes, place: str) -> bytes:
    if not 0 < len(secret) <= MAX_PASSPHRASE_BYTES:
        raise PassphraseError(f"{place} holds no passphrase of 1 to {MAX_PASSPHRASE_BYTES} bytes")
    return secret
