"""The signed frame of a directory document: COSE_Sign1 with a fixed header (RFC 9052 §4.2), matched byte for byte.

A frame has one spelling, so a changed byte is either refused here or breaks the signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kopir.wire import cbor
from kopir.wire.errors import LocalProtocolError, MalformedError

LIMIT_DOCUMENT_BYTES: Final = 4 << 20

_KID_BYTES: Final = 32
_ALGORITHMS: Final = {-7: b"\x26", -8: b"\x27", -37: b"\x38\x24"}
"""ES256, EdDSA (Ed25519), PS256: COSE number to its CBOR."""
_SIGNATURE_BYTES: Final = {-7: range(64, 65), -8: range(64, 65), -37: range(256, 1025)}

_TAG: Final = b"\xd2\x84"
_NO_UNPROTECTED: Final = b"\xa0"
_SIGNATURE_CONTEXT: Final = b"\x84\x6aSignature1"
_NO_EXTERNAL_DATA: Final = b"\x40"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A document taken apart, its signature not yet checked: by the key `kid`, with `alg`, over `tbs`."""

    alg: int
    kid: bytes
    payload: bytes
    signature: bytes
    tbs: bytes


def to_be_signed(alg: int, kid: bytes, payload: bytes) -> bytes:
    """The Sig_structure over `payload`. Raises `LocalProtocolError` if `alg` is unknown or `kid` has not 32 bytes."""
    return _SIGNATURE_CONTEXT + _protected(alg, kid) + _NO_EXTERNAL_DATA + _byte_string(payload)


def frame(alg: int, kid: bytes, payload: bytes, signature: bytes) -> bytes:
    """The document. Raises `LocalProtocolError` if `unframe` would refuse it."""
    document = _TAG + _protected(alg, kid) + _NO_UNPROTECTED + _byte_string(payload) + _byte_string(signature)
    try:
        unframe(document)
    except MalformedError as error:
        raise LocalProtocolError(f"will not frame this document: {error}") from error
    return document


def unframe(document: bytes) -> Envelope:
    """Take a document apart. Raises `MalformedError`, naming the first byte that does not fit."""
    if len(document) > LIMIT_DOCUMENT_BYTES:
        raise MalformedError(f"directory: {len(document)} bytes, allowed are {LIMIT_DOCUMENT_BYTES}")
    alg, kid = _read_protected(document)
    offset = len(_TAG) + len(_protected(alg, kid))
    if document[offset : offset + 1] != _NO_UNPROTECTED:
        raise MalformedError("directory: its unprotected header is not the empty map", offset=offset)
    payload, end = _read_byte_string(document, offset + 1)
    signature, end = _read_byte_string(document, end)
    if len(signature) not in _SIGNATURE_BYTES[alg]:
        raise MalformedError(
            f"directory: a signature of {len(signature)} bytes does not fit algorithm {alg}", offset=end
        )
    if end != len(document):
        raise MalformedError("directory: bytes follow its end", offset=end)
    return Envelope(alg, kid, payload, signature, to_be_signed(alg, kid, payload))


def _protected(alg: int, kid: bytes) -> bytes:
    spelling = _ALGORITHMS.get(alg)
    if spelling is None or len(kid) != _KID_BYTES:
        raise LocalProtocolError(f"no directory is signed with algorithm {alg} and a key id of {len(kid)} bytes")
    return _byte_string(b"\xa2\x01" + spelling + b"\x04" + _byte_string(kid))


def _read_protected(document: bytes) -> tuple[int, bytes]:
    for alg in _ALGORITHMS:
        template = _TAG + _protected(alg, bytes(_KID_BYTES))
        start = template[:-_KID_BYTES]
        if document.startswith(start) and len(document) >= len(template):
            return alg, document[len(start) : len(template)]
    raise MalformedError("directory: it does not begin with tag 18 and the protected header {1: alg, 4: kid}", offset=0)


def _byte_string(data: bytes) -> bytes:
    return cbor.head(cbor.BYTES, len(data)) + data


def _read_byte_string(document: bytes, offset: int) -> tuple[bytes, int]:
    """The byte string that begins at `offset`, and where it ends."""
    first = document[offset] if offset < len(document) else 0
    width = {0x58: 1, 0x59: 2, 0x5A: 4}.get(first, 0)
    if not 0x40 <= first < 0x58 and width == 0:
        raise MalformedError("directory: a byte string is missing", offset=offset)
    start = offset + 1 + width
    size = int.from_bytes(document[offset + 1 : start], "big") if width else first - 0x40
    data = document[start : start + size]
    if len(data) != size or document[offset : start + size] != _byte_string(data):
        raise MalformedError(
            "directory: a byte string is cut short or its length is not in the shortest form", offset=offset
        )
    return data, start + size
