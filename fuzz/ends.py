"""How an input ended, in words that are the same for inputs that ended alike."""

from __future__ import annotations

import re
from collections.abc import Container

from kopir.wire.errors import MalformedError, ProtocolError

# What a message quotes from its input, and every number.
_QUOTED = re.compile(r"['\"].*['\"]|\b[0-9]+\b")


def tell_refusal(error: MalformedError, data: bytes) -> str:
    """The sentence of a refusal without its place; asserts that the place, where one is told, lies in the input."""
    assert error.offset is None or 0 <= error.offset <= len(data)
    return str(error).partition(" (byte")[0]


def tell_error(error: ProtocolError, codes: Container[str] | None = None) -> str:
    """Code and sentence of an error without what it quotes; asserts one line that can be shown, and one of `codes`."""
    assert codes is None or error.code in codes
    assert error.message.isprintable(), error.message
    assert len(error.message) < 1000  # what it quotes is cut to 80 characters, of which each may be an escape of ten
    return f"{error.code}: {_QUOTED.sub('…', str(error).partition(' (byte')[0])}"
