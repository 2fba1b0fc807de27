"""The strict CBOR: whatever is accepted has this one form, and everything else is refused at a byte of the input."""

from __future__ import annotations

from ends import tell_refusal

from kopir.wire import cbor
from kopir.wire.errors import MalformedError


def check(data: bytes) -> str:
    """Decode and encode again."""
    try:
        value = cbor.decode(data)
    except MalformedError as error:
        return tell_refusal(error, data)
    assert cbor.encode(value) == data
    return f"accepted {type(value).__name__}"
