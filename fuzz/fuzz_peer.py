"""Frames of the peer leg: the same events however the bytes come in, and each event is written in only one way.

The first byte of an input says who listens (bit 0) and whether lengths are put right (bit 1), so that changes also
reach what lies within the frames; the others are the stream.
"""

from __future__ import annotations

from random import Random
from zlib import crc32

from ends import tell_error

from kopir.wire import peer
from kopir.wire.errors import MalformedError

_PREFIX_BYTES = 9
_WAYS = 3


def check(data: bytes) -> str:
    """Feed at once, byte by byte and in pieces; write the events again."""
    flags, stream = data[:1] or b"\0", data[1:]
    if flags[0] & 2:
        stream = _mend(stream)
    is_consumer = bool(flags[0] & 1)
    random = Random(crc32(data))
    most, error, is_idle = _receive([stream[at : at + 1] for at in range(len(stream))], is_consumer=is_consumer)
    written = b"".join(map(_write, most))
    assert stream.startswith(written)
    assert error or len(stream) - len(written) < _PREFIX_BYTES or is_idle is False
    for _ in range(_WAYS):
        cuts = sorted(random.randrange(len(stream) + 1) for _ in range(random.randrange(5)))
        pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
        events, end, state = _receive(pieces, is_consumer=is_consumer)
        assert (end, state) == (error, is_idle)
        # What came with the piece that broke is lost with the connection.
        assert events == most[: len(events)] if error else events == most
    kinds = sorted({type(event).__name__ for _, event in most})
    return f"{kinds}, {error or f'idle {is_idle}'}"


def _mend(stream: bytes) -> bytes:
    """The same frames with lengths that are true: each begins where its length said, or at the next plausible type."""
    mended, at = b"", 0
    while at + _PREFIX_BYTES <= len(stream):
        length = int.from_bytes(stream[at + 5 : at + _PREFIX_BYTES], "big")
        payload = stream[at + _PREFIX_BYTES : at + _PREFIX_BYTES + length]
        mended += stream[at : at + 5] + len(payload).to_bytes(4, "big") + payload
        at += _PREFIX_BYTES + length
    return mended


def _receive(pieces: list[bytes], *, is_consumer: bool) -> tuple[list[tuple[int, peer.Event]], str, bool | None]:
    receiver = peer.Receiver("answers" if is_consumer else "requests")
    events: list[tuple[int, peer.Event]] = []
    for piece in pieces:
        try:
            events += receiver.feed(piece)
        except MalformedError as error:
            return events, tell_error(error), None
    return events, "", receiver.is_idle


def _write(numbered: tuple[int, peer.Event]) -> bytes:
    number, event = numbered
    match event:
        case peer.RequestHead():
            return peer.encode_request_head(number, event)
        case peer.ResponseHead():
            return peer.encode_response_head(number, event)
        case peer.Tail():
            return peer.encode_tail(number, *event)
        case peer.Fault():
            return peer.encode_fault(number, event)
        case _:
            return peer.encode_body(number, event)
