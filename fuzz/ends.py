"""How an input ended, in words that are the same for inputs that ended alike."""

from __future__ import annotations

from kopir.wire.errors import MalformedError


def tell_refusal(error: MalformedError, data: bytes) -> str:
    """The sentence of a refusal without its place; asserts that the place, where one is told, lies in the input."""
    assert error.offset is None or 0 <= error.offset <= len(data)
    return str(error).partition(" (byte")[0]
