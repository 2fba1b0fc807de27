"""The peer leg `kopir/1` as frames: what two nodes say to each other on one TLS connection (protocol page §5).

Encoders make whole frames; `Receiver` turns the bytes of one direction into events and refuses what comes out of order.
It checks form only: who may say what is the node's business, and rests on the record in the tail.
"""

from __future__ import annotations

import struct
from typing import Final, Literal, NamedTuple, TypeAlias

from kopir.wire import cbor
from kopir.wire.errors import LocalProtocolError, MalformedError

ALPN: Final = "kopir/1"
MAX_PAYLOAD_BYTES: Final = 1 << 20
BODY_CHUNK_BYTES: Final = 1 << 16

REQUEST_HEAD: Final = 1
BODY: Final = 2
TAIL: Final = 3
RESPONSE_HEAD: Final = 4
FAULT: Final = 5

_PREFIX = struct.Struct(">BI")
_NONE = type(None)
_Shapes: TypeAlias = frozenset[tuple[type, ...]]
"""The types that the fields of a payload may have, every allowed combination."""
_REQUEST_HEADS: _Shapes = frozenset(
    (bytes, str, str, str, str, str, length, bytes, bytes, opening)
    for length in (int, _NONE)
    for opening in (list, _NONE)
)
_RESPONSE_HEADS: _Shapes = frozenset((bytes, int, length, bytes, bytes) for length in (int, _NONE))
_OPENINGS: _Shapes = frozenset({(bytes, str, str)})
_TAILS: _Shapes = frozenset({(bytes, bytes)})
_FAULTS: _Shapes = frozenset({(str, str, str)})


class Opening(NamedTuple):
    """What opens the record's person digest: the salt (16 bytes), and the person by scheme and identifier."""

    salt: bytes
    scheme: str
    identifier: str


class RequestHead(NamedTuple):
    """The start of a request: enough to refuse it early. `body_length` None: the body ends only with the tail."""

    request_id: bytes
    client: str
    service: str
    to_node: str
    method: str
    target: str
    body_length: int | None
    block: bytes
    secrets: bytes
    opening: Opening | None


class ResponseHead(NamedTuple):
    """The start of an answer."""

    request_id: bytes
    status: int
    body_length: int | None
    block: bytes
    secrets: bytes


class Tail(NamedTuple):
    """The end of a message: its record and the receipt that proves it."""

    record: bytes
    receipt: bytes


class Fault(NamedTuple):
    """An unsigned early failure; `code` is a full X-Road fault code, `detail` an id to look up in the peer's log."""

    code: str
    message: str
    detail: str


Event: TypeAlias = RequestHead | ResponseHead | bytes | Tail | Fault


def encode_request_head(head: RequestHead) -> bytes:
    """Return the frame of `head`."""
    return _frame(REQUEST_HEAD, cbor.encode([*head[:9], None if head.opening is None else list(head.opening)]))


def encode_response_head(head: ResponseHead) -> bytes:
    """Return the frame of `head`."""
    return _frame(RESPONSE_HEAD, cbor.encode(list(head)))


def encode_body(chunk: bytes) -> bytes:
    """Return the frame of a piece of body, at most `MAX_PAYLOAD_BYTES`; an empty piece is our own mistake."""
    if not chunk:
        msg = "an empty body frame says nothing"
        raise LocalProtocolError(msg)
    return _frame(BODY, chunk)


def encode_tail(record: bytes, receipt: bytes) -> bytes:
    """Return the frame that ends a message."""
    return _frame(TAIL, cbor.encode([record, receipt]))


def encode_fault(fault: Fault) -> bytes:
    """Return the frame of an unsigned failure."""
    return _frame(FAULT, cbor.encode(list(fault)))


def _frame(kind: int, payload: bytes) -> bytes:
    if len(payload) > MAX_PAYLOAD_BYTES:
        msg = f"a frame of {len(payload)} bytes is over the limit of {MAX_PAYLOAD_BYTES}"
        raise LocalProtocolError(msg)
    return _PREFIX.pack(kind, len(payload)) + payload


class Receiver:
    """One direction of one connection: `feed` bytes, get events in the order head, body…, tail, head, …

    After a `MalformedError` the connection is lost: nothing more may be fed.
    """

    __slots__ = ("_between", "_buffer", "_in_message", "_inside", "_needed")

    def __init__(self, expects: Literal["requests", "answers"]) -> None:
        """Expect requests (a provider's side) or answers (a consumer's side)."""
        self._buffer = bytearray()
        self._needed = 0  # bytes of the frame that has begun, as far as they are known
        is_consumer = expects == "answers"
        self._between = frozenset({RESPONSE_HEAD, FAULT} if is_consumer else {REQUEST_HEAD})
        self._inside = frozenset({BODY, TAIL, FAULT} if is_consumer else {BODY, TAIL})
        self._in_message = False

    @property
    def is_idle(self) -> bool:
        """True between messages with nothing half-read."""
        return not self._in_message and not self._buffer

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that `data` completes, in order.

        Raises:
            MalformedError: a frame is too long, unknown, out of order or its payload has the wrong form.
        """
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []  # looked at again only when it can be whole: a peer that sends byte by byte costs no copies
            data = bytes(self._buffer)
            self._buffer.clear()
        events: list[Event] = []
        position, end = 0, len(data)
        self._needed = _PREFIX.size
        while end - position >= _PREFIX.size:
            kind, length = _PREFIX.unpack_from(data, position)
            self._check_frame(kind, length)
            start = position + _PREFIX.size
            if end - start < length:
                self._needed = _PREFIX.size + length
                break
            position = start + length
            events.append(self._event(kind, data[start:position]))
        if position < end:
            self._buffer += data[position:] if position else data
        return events

    def _check_frame(self, kind: int, length: int) -> None:
        if length > MAX_PAYLOAD_BYTES:
            msg = f"frame of {length} bytes is over the limit of {MAX_PAYLOAD_BYTES}"
            raise MalformedError(msg)
        if self._in_message:
            if kind not in self._inside:
                msg = f"frame type {kind} inside a message"
                raise MalformedError(msg)
        elif kind not in self._between:
            msg = f"frame type {kind} where a head was due"
            raise MalformedError(msg)

    def _event(self, kind: int, payload: bytes) -> Event:
        if kind == BODY:
            if not payload:
                msg = "empty body frame"
                raise MalformedError(msg)
            return payload
        if kind == TAIL:
            self._in_message = False
            return Tail(*_fields(payload, _TAILS))
        if kind == FAULT:
            self._in_message = False
            return Fault(*_fields(payload, _FAULTS))
        self._in_message = True
        if kind == RESPONSE_HEAD:
            return ResponseHead(*_fields(payload, _RESPONSE_HEADS))
        fields = _fields(payload, _REQUEST_HEADS)
        if fields[-1] is not None:
            fields[-1] = Opening(*_typed(fields[-1], _OPENINGS))
        return RequestHead(*fields)


def _fields(payload: bytes, shapes: _Shapes) -> list:  # type: ignore[type-arg]  # typed by the table
    return _typed(cbor.decode(payload), shapes)


def _typed(fields: object, shapes: _Shapes) -> list:  # type: ignore[type-arg]  # typed by the table
    if type(fields) is not list or tuple(map(type, fields)) not in shapes:
        msg = "frame payload has fields of other number or types than its kind has"
        raise MalformedError(msg)
    return fields
