"""Whether a PDF holds a text, or only pictures of one: its streams are searched for the operators that show text. Pure.

Not a reader of PDF: it follows no references, and says that it cannot tell where streams are sealed or packed by other
means than the usual one (ISO 32000-1, 7.4.4 FlateDecode; 9.4.3 text-showing operators).
"""

from __future__ import annotations

import re
import zlib
from itertools import islice
from typing import IO, Final

MOST_BYTES: Final = 60 * 2**20
"""How much of a file is looked at, and how much of it unpacked, at most."""
STREAM_BYTES: Final = 8 * 2**20
MOST_STREAMS: Final = 20_000
MOST_HEAD_BYTES: Final = 4000
"""How far back from its bytes the dictionary of a stream is looked for."""
# Patterns that look at each byte a few times at most, whatever the file holds: no quantifier of any byte within them.
_STREAM: Final = re.compile(rb">>\s{0,16}stream\r?\n")
_OPERATOR: Final = re.compile(rb"\b(?:BT|ET|Tj|TJ)\b|\)\s*['\"]")
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
    found = list(islice(_STREAM.finditer(content), MOST_STREAMS + 1))
    if len(found) > MOST_STREAMS:
        return None
    ends = [*(one.start() for one in found[1:]), len(content)]
    for one, end in zip(found, ends, strict=False):
        head = content[max(0, one.start() - MOST_HEAD_BYTES) : one.start()].rpartition(b" obj")[2]
        if any(mark in head for mark in _PICTURES):
            streams += 1
            continue
        unpacked = _unpack(head, content[one.end() : min(end, one.end() + STREAM_BYTES)])
        left -= len(unpacked or b"")
        if left < 0:
            return None
        if unpacked is None or len(unpacked) >= STREAM_BYTES:
            is_sure = False
            continue
        streams += 1
        if _shows_text(unpacked):
            return True
    return False if is_sure and streams else None


def _shows_text(content: bytes) -> bool:
    """Whether an operator that shows text stands between BT and ET."""
    is_within = False
    for found in _OPERATOR.finditer(content):
        if found[0] in {b"BT", b"ET"}:
            is_within = found[0] == b"BT"
        elif is_within:
            return True
    return False


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
