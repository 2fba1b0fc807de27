"""Identifiers: one text for each, however it was spelled, and no segment that two readers could read in two ways."""

from __future__ import annotations

from urllib.parse import unquote

from ends import tell_error

from kopir.wire import names
from kopir.wire.errors import CallerError

TOKENS = [
    b"/",
    b"%2F",
    b"%5C",
    b"%00",
    b"%2e%2e",
    b"..",
    b".",
    b"%25",
    b"%2525",
    b"%3B",
    b"%",
    b"%C3%A9",
    b"+",
    b"%e2%80%ae",
]
_PARSERS = (names.parse_member, names.parse_client, names.parse_service, names.parse_node)
_CODES = {"BadRequest", "InvalidClientIdentifier"}
_AMBIGUOUS = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "/", "\\", ";"}


def check(data: bytes) -> str:
    """Read as each kind of identifier; write again, spell otherwise, read again."""
    text = data.decode("utf-8", "surrogateescape")
    ends = []
    for parse in _PARSERS:
        try:
            read = parse(text)
        except CallerError as error:
            ends.append(tell_error(error, _CODES))
            continue
        _check_text(str(read))
        assert parse(str(read)) == read
        assert str(parse(str(read))) == str(read)
        assert hash(parse(str(read))) == hash(read)
        spelled_out = "/".join(
            "".join(f"%{byte:02x}" for byte in unquote(part).encode()) for part in str(read).split("/")
        )
        assert parse(spelled_out) == read
        ends.append(f"{type(read).__name__} {'%' in str(read)} {str(read) == text}")
    return ", ".join(ends)


def _check_text(text: str) -> None:
    assert text.isascii()
    assert text.isprintable()
    for part in text.split("/"):
        segment = names.decode_segment(part)
        assert segment == unquote(part, errors="strict")
        assert names.encode_segment(segment) == part
        assert segment not in {"", ".", ".."}
        assert not _AMBIGUOUS.intersection(segment)
        assert unquote(segment) == segment, "a second decoding gives another segment"
