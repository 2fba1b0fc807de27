"""Whether a PDF holds a text, or only pictures of one: its streams are searched for the operators that show text. Pure.

Not a reader of PDF: it follows no references, and says that it cannot tell where streams are sealed or packed by other
means than the usual one (ISO 32000-1, 7.4.4 FlateDecode; 9.4.3 text-showing operators).
"""

from __future__ import annotations

import re
import zlib
from typing import IO, Final

MOST_BYTES: Final = 60 * 2**20
"""How much of a file is looked at, and how much of it unpacked, at most."""
STREAM_BYTES: Final = 8 * 2**20
_STREAM: Final = re.compile(rb"<<((?:(?!stream\b).){0,4000}?)>>\s*stream\r?\n", re.DOTALL)
_SHOWS_TEXT: Final = re.compile(rb"\bBT\b(?:(?!\bET\b).){0,100000}?(?:\bTj\b|\bTJ\b|\)\s*['\"])", re.DOTALL)
_PICTURES: Final = (
    b"/DCTDecode",
    b"/JPXDecode",
    b"/CCITTFaxDecode",
    b"/JBIG2Decode",
    b"/Subtype/Image",
    b"/Subtype /Image",
)


def has_text(file: IO[bytes]) -> bool | None:
    """Whether a text is in it; None where that cannot be told."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES or b"/Encrypt" in content or not content.startswith(b"%PDF-"):
        return None
    left, is_sure, streams = MOST_BYTES, True, 0
    for found in _STREAM.finditer(content):
        head = found[1]
        if any(mark in head for mark in _PICTURES):
            streams += 1
            continue
        unpacked = _unpack(head, content[found.end() : found.end() + STREAM_BYTES])
        if unpacked is None or len(unpacked) >= STREAM_BYTES:
            is_sure = False
            continue
        left, streams = left - len(unpacked), streams + 1
        if left < 0:
            return None
        if _SHOWS_TEXT.search(unpacked):
            return True
    return False if is_sure and streams else None


def _unpack(head: bytes, packed: bytes) -> bytes | None:
    """The bytes of a stream; None where it is packed by other means, or broken."""
    if b"/Filter" not in head:
        return packed.partition(b"endstream")[0]
    if b"/FlateDecode" not in head or re.search(rb"/(?:LZW|ASCII85|ASCIIHex|RunLength)Decode", head):
        return None
    try:
        return zlib.decompressobj().decompress(packed, STREAM_BYTES)
    except zlib.error:
        return None
