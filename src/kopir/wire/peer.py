"""The peer leg `kopir/1` as frames: what two nodes say to each other on one TLS connection (protocol page §5).

Exchanges are numbered by the caller, and frames of several may follow each other in any order on one connection.
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
LAST_NUMBER: Final = (1 << 32) - 1
WHOLE_CONNECTION: Final = 0
"""The number of a fault that ends the connection and not one exchange."""
MAX_OPEN: Final = 8
"""How many requests of one connection may be half sent at a time: heads whose tail is still to come."""

REQUEST_HEAD: Final = 1
BODY: Final = 2
TAIL: Final = 3
RESPONSE_HEAD: Final = 4
FAULT: Final = 5

_PREFIX = struct.Struct(">BII")
_INSIDE: Final = frozenset({BODY, TAIL, FAULT})
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
    """The unsigned end of an exchange: a provider's early failure, or a caller that no longer asks.

    `code` is a full X-Road fault code, `detail` an id to look up in the peer's log.
    """

    code: str
    message: str
    detail: str


Event: TypeAlias = RequestHead | ResponseHead | bytes | Tail | Fault
"""What a frame says; bytes are a piece of body."""
GIVEN_UP: Final = Fault("Server.ClientProxy.NetworkError", "the caller no longer waits for an answer", "")


def encode_request_head(number: int, head: RequestHead) -> bytes:
    """Return the frame of `head`, which begins exchange `number` of its connection."""
    fields = cbor.encode([*head[:9], None if head.opening is None else list(head.opening)])
    return _frame(REQUEST_HEAD, number, fields)


def encode_response_head(number: int, head: ResponseHead) -> bytes:
    """Return the frame of `head`."""
    return _frame(RESPONSE_HEAD, number, cbor.encode(list(head)))


def encode_body(number: int, chunk: bytes) -> bytes:
    """Return the frame of a piece of body, at most `MAX_PAYLOAD_BYTES`; an empty piece is our own mistake."""
    if not chunk:
        msg = "an empty body frame says nothing"
        raise LocalProtocolError(msg)
    return _frame(BODY, number, chunk)


def encode_tail(number: int, record: bytes, receipt: bytes) -> bytes:
    """Return the frame that ends a message."""
    return _frame(TAIL, number, cbor.encode([record, receipt]))


def encode_fault(number: int, fault: Fault) -> bytes:
    """Return the frame of an unsigned failure of exchange `number`, or of the `WHOLE_CONNECTION`."""
    return _frame(FAULT, number, cbor.encode(list(fault)))


def _frame(kind: int, number: int, payload: bytes) -> bytes:
    if len(payload) > MAX_PAYLOAD_BYTES:
        msg = f"a frame of {len(payload)} bytes is over the limit of {MAX_PAYLOAD_BYTES}"
        raise LocalProtocolError(msg)
    return _PREFIX.pack(kind, number, len(payload)) + payload


class Receiver:
    """One direction of one connection: `feed` bytes, get numbers with events, for each number head, body…, tail.

    Requests have numbers from 1 that only grow; whether an answer's number was asked for is the caller's to know. After
    a `MalformedError` the connection is lost: nothing more may be fed.
    """

    __slots__ = ("_buffer", "_head", "_is_consumer", "_last", "_needed", "_open")

    def __init__(self, expects: Literal["requests", "answers"]) -> None:
        """Expect requests (a provider's side) or answers (a consumer's side)."""
        self._buffer = bytearray()
        self._needed = 0  # bytes of the frame that has begun, as far as they are known
        self._is_consumer = expects == "answers"
        self._head = RESPONSE_HEAD if self._is_consumer else REQUEST_HEAD
        self._open: set[int] = set()
        self._last = 0

    @property
    def is_idle(self) -> bool:
        """True between messages with nothing half-read."""
        return not self._open and not self._buffer

    def feed(self, data: bytes) -> list[tuple[int, Event]]:
        """Return the events that `data` completes with the numbers of their exchanges, in order.

        Raises:
            MalformedError: a frame is too long, unknown, out of order or its payload has the wrong form.
        """
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []  # looked at again only when it can be whole: a peer that sends byte by byte costs no copies
            data = bytes(self._buffer)
            self._buffer.clear()
        events: list[tuple[int, Event]] = []
        position, end = 0, len(data)
        self._needed = _PREFIX.size
        while end - position >= _PREFIX.size:
            kind, number, length = _PREFIX.unpack_from(data, position)
            self._check_frame(kind, number, length)
            start = position + _PREFIX.size
            if end - start < length:
                self._needed = _PREFIX.size + length
                break
            position = start + length
            events.append((number, self._event(kind, number, data[start:position])))
        if position < end:
            self._buffer += data[position:] if position else data
        return events

    def _check_frame(self, kind: int, number: int, length: int) -> None:
        if length > MAX_PAYLOAD_BYTES:
            msg = f"frame of {length} bytes is over the limit of {MAX_PAYLOAD_BYTES}"
            raise MalformedError(msg)
        if number in self._open:
            if kind not in _INSIDE:
                msg = f"frame type {kind} inside a message"
                raise MalformedError(msg)
        elif kind != self._head and not (kind == FAULT and self._is_consumer):
            msg = f"frame type {kind} where a head was due"
            raise MalformedError(msg)
        elif not self._is_consumer and (number <= self._last or len(self._open) >= MAX_OPEN):
            msg = f"exchange {number} begins after {self._last}, with {len(self._open)} requests half sent"
            raise MalformedError(msg)

    def _event(self, kind: int, number: int, payload: bytes) -> Event:
        if kind == BODY:
            if not payload:
                msg = "empty body frame"
                raise MalformedError(msg)
            return payload
        if kind == TAIL:
            self._open.discard(number)
            return Tail(*_fields(payload, _TAILS))
        if kind == FAULT:
            self._open.discard(number)
            return Fault(*_fields(payload, _FAULTS))
        self._open.add(number)
        if kind == RESPONSE_HEAD:
            return ResponseHead(*_fields(payload, _RESPONSE_HEADS))
        self._last = number
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
