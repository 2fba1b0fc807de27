"""Receipts: whatever is accepted has this one form, and its path gives a root or the error that says why not."""

from __future__ import annotations

from ends import tell_refusal

from kopir.wire import receipt
from kopir.wire.errors import InvalidEvidenceError, MalformedError

_LEAF = bytes(32)


def check(data: bytes) -> str:
    """Read, write again, and walk the path."""
    try:
        read = receipt.decode_receipt(data)
    except MalformedError as error:
        return tell_refusal(error, data)
    fields = (read.alg, read.kid, read.signature, read.size, read.index, read.path)
    assert receipt.encode_receipt(*fields) == data
    try:
        signed = read.tbs(_LEAF)
    except InvalidEvidenceError as error:
        return f"accepted, but {''.join(letter for letter in str(error) if not letter.isdigit())}"
    assert signed.endswith(read.root(_LEAF))
    assert read.kid in signed
    return f"accepted {read.alg} with a path of {len(read.path)}"
