"""Frames of the peer leg: what is written is read back however it is cut, and nothing out of form or order passes."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.wire import cbor, peer
from kopir.wire.errors import LocalProtocolError, MalformedError

OPENING = peer.Opening(bytes(16), "iin", "900101300123")
HEAD = peer.RequestHead(
    bytes(16), "TJ/GOV/1/egov", "KZ/GOV/2/reg/regions", "KZ/GOV/2/node1", "GET", "/a?b=c", 3, b"a:b\r\n", b"", OPENING
)
ANSWER = peer.ResponseHead(bytes(16), 200, 3, b"a:b\r\n", b"set-cookie:x\r\n")
TAIL = peer.Tail(b"record", b"receipt")
FAULT = peer.Fault("Server.ServerProxy.AccessDenied", "no right", "id")


def request(number: int = 1) -> bytes:
    return peer.encode_request_head(number, HEAD) + peer.encode_body(number, b"abc") + peer.encode_tail(number, *TAIL)


def response(number: int = 1) -> bytes:
    return (
        peer.encode_response_head(number, ANSWER) + peer.encode_body(number, b"abc") + peer.encode_tail(number, *TAIL)
    )


REQUEST, RESPONSE = request(), response()


def frame(kind: int, payload: bytes, number: int = 1) -> bytes:
    return struct.pack(">BII", kind, number, len(payload)) + payload


def of(number: int, *events: peer.Event) -> list[tuple[int, peer.Event]]:
    return [(number, event) for event in events]


def test_a_request_is_read_as_it_was_written():
    receiver = peer.Receiver("requests")

    assert receiver.feed(REQUEST) == of(1, HEAD, b"abc", TAIL)
    assert type(receiver.feed(request(2))[0][1].opening) is peer.Opening
    assert receiver.is_idle


def test_an_answer_is_read_as_it_was_written():
    assert peer.Receiver("answers").feed(RESPONSE) == of(1, ANSWER, b"abc", TAIL)


def test_a_head_without_opening_and_length():
    head = HEAD._replace(opening=None, body_length=None)
    assert peer.Receiver("requests").feed(peer.encode_request_head(7, head)) == of(7, head)


def test_a_fault_may_stand_for_an_answer_or_end_it():
    assert peer.Receiver("answers").feed(peer.encode_fault(5, FAULT)) == of(5, FAULT)
    receiver = peer.Receiver("answers")
    assert receiver.feed(peer.encode_response_head(1, ANSWER) + peer.encode_fault(1, FAULT)) == of(1, ANSWER, FAULT)
    assert receiver.is_idle


def test_a_caller_may_end_a_request_that_it_has_begun():
    receiver = peer.Receiver("requests")
    data = peer.encode_request_head(1, HEAD) + peer.encode_fault(1, peer.GIVEN_UP)
    assert receiver.feed(data) == of(1, HEAD, peer.GIVEN_UP)
    assert receiver.is_idle


def test_frames_of_several_exchanges_come_in_any_order():
    heads = [peer.encode_request_head(number, HEAD) for number in (1, 2)]
    data = heads[0] + heads[1] + peer.encode_body(2, b"b") + peer.encode_body(1, b"a") + peer.encode_tail(2, *TAIL)
    receiver = peer.Receiver("requests")
    assert receiver.feed(data) == [(1, HEAD), (2, HEAD), (2, b"b"), (1, b"a"), (2, TAIL)]
    assert not receiver.is_idle
    assert receiver.feed(peer.encode_tail(1, *TAIL)) == of(1, TAIL)
    assert receiver.is_idle
    assert peer.Receiver("answers").feed(response(2) + response(1)) == of(2, ANSWER, b"abc", TAIL) + of(
        1, ANSWER, b"abc", TAIL
    )


def test_no_more_requests_are_half_sent_than_may_be():
    begun = b"".join(peer.encode_request_head(number, HEAD) for number in range(1, peer.MAX_OPEN + 1))
    receiver = peer.Receiver("requests")
    assert len(receiver.feed(begun)) == peer.MAX_OPEN
    receiver.feed(peer.encode_tail(1, *TAIL) + peer.encode_request_head(9, HEAD))
    with pytest.raises(MalformedError, match="half sent"):
        receiver.feed(peer.encode_request_head(10, HEAD))


def test_the_layout_on_the_wire():
    assert peer.encode_body(258, b"xyz") == b"\x02\x00\x00\x01\x02\x00\x00\x00\x03xyz"
    tail = b"\x03\x00\x00\x00\x01\x00\x00\x00\x05" + bytes.fromhex("8241724173")
    assert peer.encode_tail(1, b"r", b"s") == tail
    kinds = [peer.REQUEST_HEAD, peer.BODY, peer.TAIL, peer.RESPONSE_HEAD, peer.FAULT]
    assert kinds == [1, 2, 3, 4, 5]


@given(st.lists(st.integers(0, 2 * len(REQUEST)), max_size=12))
def test_it_does_not_matter_where_the_bytes_are_cut(places):
    data = REQUEST + request(2)
    receiver = peer.Receiver("requests")
    cuts = sorted({0, len(data), *places})

    events = [event for start, end in pairwise(cuts) for event in receiver.feed(data[start:end])]

    assert events == of(1, HEAD, b"abc", TAIL) + of(2, HEAD, b"abc", TAIL)
    assert receiver.is_idle


def test_a_large_frame_in_small_pieces_is_not_copied_again_and_again():
    class Counting(bytearray):
        copies = 0

        def clear(self) -> None:
            Counting.copies += 1  # the receiver empties its buffer whenever it has copied all of it
            super().clear()

    receiver = peer.Receiver("requests")
    receiver.feed(peer.encode_request_head(1, HEAD))
    receiver._buffer = Counting()
    data = peer.encode_body(1, bytes(peer.MAX_PAYLOAD_BYTES))
    pieces = [data[place : place + 1024] for place in range(0, len(data), 1024)]
    assert [event for piece in pieces for event in receiver.feed(piece)] == of(1, bytes(peer.MAX_PAYLOAD_BYTES))
    assert Counting.copies == 1


def test_it_is_idle_only_between_messages():
    receiver = peer.Receiver("requests")
    assert receiver.is_idle
    receiver.feed(REQUEST[:3])
    assert not receiver.is_idle
    receiver.feed(REQUEST[3:-1])
    assert not receiver.is_idle
    receiver.feed(REQUEST[-1:])
    assert receiver.is_idle


def test_our_own_mistakes_are_refused_before_they_leave():
    with pytest.raises(LocalProtocolError, match="empty"):
        peer.encode_body(1, b"")
    with pytest.raises(LocalProtocolError, match="over the limit"):
        peer.encode_body(1, bytes(peer.MAX_PAYLOAD_BYTES + 1))
    assert len(peer.encode_body(1, bytes(peer.MAX_PAYLOAD_BYTES))) == peer.MAX_PAYLOAD_BYTES + 9


@pytest.mark.parametrize("side", ["requests", "answers"])
def test_a_frame_that_announces_too_much_is_refused_on_its_first_nine_bytes(side):
    head = peer.REQUEST_HEAD if side == "requests" else peer.RESPONSE_HEAD
    with pytest.raises(MalformedError, match="over the limit"):
        peer.Receiver(side).feed(struct.pack(">BII", head, 1, peer.MAX_PAYLOAD_BYTES + 1))


@pytest.mark.parametrize(
    ("side", "data"),
    [
        ("requests", peer.encode_body(1, b"a")),
        ("requests", peer.encode_tail(1, b"r", b"s")),
        ("requests", request(0)),
        ("requests", request(2) + request(1)),
        ("requests", request(2) + request(2)),
        ("requests", peer.encode_request_head(1, HEAD) + peer.encode_body(2, b"a")),
        ("requests", REQUEST + peer.encode_tail(1, *TAIL)),
        ("requests", RESPONSE),
        ("requests", peer.encode_fault(1, FAULT)),
        ("requests", peer.encode_fault(0, FAULT)),
        ("requests", peer.encode_request_head(1, HEAD) * 2),
        ("requests", frame(0, b"")),
        ("requests", frame(6, b"")),
        ("requests", b"GET / HTTP/1.1\r\n\r\n"),
        ("answers", REQUEST),
        ("answers", peer.encode_body(1, b"a")),
        ("answers", peer.encode_response_head(1, ANSWER) * 2),
        ("answers", peer.encode_response_head(1, ANSWER) + peer.encode_tail(2, *TAIL)),
        ("answers", peer.encode_response_head(1, ANSWER) + peer.encode_request_head(1, HEAD)),
    ],
)
def test_what_comes_out_of_order_is_refused(side, data):
    with pytest.raises(MalformedError):
        peer.Receiver(side).feed(data)


def test_an_empty_body_frame_is_refused():
    with pytest.raises(MalformedError, match="empty"):
        peer.Receiver("requests").feed(peer.encode_request_head(1, HEAD) + frame(peer.BODY, b""))


GOOD = [bytes(16), "c", "s", "n", "GET", "/", None, b"", b"", None]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        cbor.encode("no array"),
        cbor.encode(GOOD[:-1]),
        cbor.encode([*GOOD, None]),
        cbor.encode(["", *GOOD[1:]]),
        cbor.encode([*GOOD[:1], b"bytes", *GOOD[2:]]),
        cbor.encode([*GOOD[:6], "1", *GOOD[7:]]),
        cbor.encode([*GOOD[:-1], b"opening"]),
        cbor.encode([*GOOD[:-1], [bytes(16), "iin"]]),
        cbor.encode([*GOOD[:-1], [bytes(16), b"iin", "1"]]),
        cbor.encode(GOOD) + b"\x00",
    ],
)
def test_a_head_of_another_form_is_refused(payload):
    assert peer.Receiver("requests").feed(frame(peer.REQUEST_HEAD, cbor.encode(GOOD)))
    with pytest.raises(MalformedError):
        peer.Receiver("requests").feed(frame(peer.REQUEST_HEAD, payload))


@pytest.mark.parametrize("payload", [[b"", "200", None, b"", b""], [b"", 200, b"", b""], ["", 200, 1, b"", b""]])
def test_an_answer_of_another_form_is_refused(payload):
    with pytest.raises(MalformedError):
        peer.Receiver("answers").feed(frame(peer.RESPONSE_HEAD, cbor.encode(payload)))


@pytest.mark.parametrize("payload", [[b"r"], ["r", b"s"], [b"r", None], [b"r", b"s", b"t"]])
def test_a_tail_of_another_form_is_refused(payload):
    receiver = peer.Receiver("requests")
    receiver.feed(peer.encode_request_head(1, HEAD))
    with pytest.raises(MalformedError):
        receiver.feed(frame(peer.TAIL, cbor.encode(payload)))


@given(st.binary(max_size=200), st.sampled_from(["requests", "answers"]))
def test_bytes_of_a_stranger_end_in_events_or_in_the_named_error(data, side):
    receiver = peer.Receiver(side)
    try:
        events = receiver.feed(data)
    except MalformedError:
        return
    assert all(isinstance(event, tuple | bytes) for _, event in events)
