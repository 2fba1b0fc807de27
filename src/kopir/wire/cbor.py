"""The CBOR of the protocol (protocol.md §1): a strict decoder for bytes that strangers send, and its encoder.

Values are `int` from 0 to 2^64-1, `bytes`, `str`, `None` and lists of them. Each value has exactly one encoding, and
the decoder takes no other. General CBOR libraries accept tags, maps, long forms of small numbers and trailing bytes,
so none is used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias, cast

from kopir.wire.errors import LocalProtocolError, MalformedError

Value: TypeAlias = int | bytes | str | Sequence["Value"] | None
CborError = MalformedError

MAX_DEPTH: Final = 8
"""Lists within lists; the outermost is the first."""

# RFC 8949 §3: the first byte of an item holds its major type in three bits, its length or the form of it in five.
UNSIGNED: Final = 0
BYTES: Final = 2
TEXT: Final = 3
LIST: Final = 4
_NULL: Final = 0xF6

# Long forms of a length: how many bytes follow, and the least number that needs them. Form 24 is coded apart.
_FORMS: Final = {25: (2, 1 << 8), 26: (4, 1 << 16), 27: (8, 1 << 32)}

# Nearly every length is below 256: those heads are looked up, not computed.
_HEADS: Final = tuple(
    tuple(bytes([major << 5 | n]) if n < 24 else bytes([major << 5 | 24, n]) for n in range(256)) for major in range(5)
)
_UNSIGNED_HEADS: Final = _HEADS[UNSIGNED]
_BYTES_HEADS: Final = _HEADS[BYTES]
_TEXT_HEADS: Final = _HEADS[TEXT]


def encode(value: Value) -> bytes:
    """Encode `value` in its one form; raise LocalProtocolError for what the profile does not have."""
    parts: list[bytes] = []
    try:
        _put([value], parts, 0)
    except UnicodeEncodeError as error:
        raise LocalProtocolError(f"text that has no UTF-8: {error.reason}") from None
    return b"".join(parts)


def decode(data: bytes) -> Value:
    """Decode the one item that fills `data` from end to end; raise MalformedError with the offset for anything else."""
    value, end = take(data, 0)
    if end != len(data):
        raise MalformedError("bytes after the end of the item", offset=end)
    return cast("Value", value)


def take(data: bytes, at: int) -> tuple[Any, int]:
    """Decode the item that begins at `at`, give it and where it ends; raise MalformedError as `decode` does."""
    try:
        values, end = _take(data, at, 1, 0)
    except IndexError:
        raise MalformedError("the bytes end inside an item", offset=len(data)) from None
    return values[0], end


def head(major: int, n: int) -> bytes:
    """Encode the first byte and the length of an item of type `major`, in the shortest form."""
    if 0 <= n < 256:
        return _HEADS[major][n]
    for form, (width, least) in _FORMS.items():
        if least <= n < 1 << 8 * width:
            return bytes([major << 5 | form]) + n.to_bytes(width, "big")
    raise LocalProtocolError(f"a number outside 0 to 2^64-1: {n}")


def _put(values: Sequence[Any], parts: list[bytes], depth: int) -> None:
    # Exact types: to isinstance a bool or an IntEnum is an int, and neither may reach a peer by accident.
    for value in values:
        kind = type(value)
        if kind is str:
            text = value.encode()
            n = len(text)
            parts.append(_TEXT_HEADS[n] if n < 256 else head(TEXT, n))
            parts.append(text)
        elif kind is bytes:
            n = len(value)
            parts.append(_BYTES_HEADS[n] if n < 256 else head(BYTES, n))
            parts.append(value)
        elif value is None:
            parts.append(b"\xf6")
        elif kind is int:
            parts.append(_UNSIGNED_HEADS[value] if 0 <= value < 256 else head(UNSIGNED, value))
        elif kind is list or kind is tuple:
            if depth == MAX_DEPTH:
                raise LocalProtocolError(f"lists nested deeper than {MAX_DEPTH}")
            parts.append(head(LIST, len(value)))
            _put(value, parts, depth + 1)
        else:
            raise LocalProtocolError(f"the CBOR profile has no {kind.__name__}")


def _take(data: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:  # noqa: C901 - hot, see below
    # One loop for all items of a list, and IndexError for "too short": calls and checks for each byte double the time.
    size = len(data)
    values: list[Any] = []
    for _ in range(count):
        first = data[at]
        if first == _NULL:
            at += 1
            values.append(None)
            continue
        start = at
        n = first & 31
        at += 1
        if n == 24:
            n = data[at]
            if n < 24:
                raise MalformedError("a number or length that is not in its shortest form", offset=start)
            at += 1
        elif n > 24:
            n, at = _take_length(data, at, n)
        major = first >> 5
        if major == TEXT:
            end = at + n
            if end > size:
                raise MalformedError("text longer than the bytes that are left", offset=start)
            try:
                values.append(data[at:end].decode())
            except UnicodeDecodeError as error:
                raise MalformedError("text that is not UTF-8", offset=at + error.start) from None
            at = end
        elif major == BYTES:
            end = at + n
            if end > size:
                raise MalformedError("a byte string longer than the bytes that are left", offset=start)
            values.append(data[at:end])
            at = end
        elif major == UNSIGNED:
            values.append(n)
        elif major == LIST:
            if depth == MAX_DEPTH:
                raise MalformedError(f"lists nested deeper than {MAX_DEPTH}", offset=start)
            if n > size - at:
                raise MalformedError("a list of more items than bytes that are left", offset=start)
            items, at = _take(data, at, n, depth + 1)
            values.append(items)
        else:
            raise MalformedError("an item of a type that the CBOR profile does not have", offset=start)
    return values, at


def _take_length(data: bytes, at: int, form: int) -> tuple[int, int]:
    if form not in _FORMS:
        raise MalformedError("an indefinite or unknown length", offset=at - 1)
    width, least = _FORMS[form]
    end = at + width
    if end > len(data):
        raise MalformedError("the bytes end inside a length", offset=at - 1)
    n = int.from_bytes(data[at:end], "big")
    if n < least:
        raise MalformedError("a number or length that is not in its shortest form", offset=at - 1)
    return n, end
