"""Records: round trips, each field's range from both sides, the kinds' own rules, and answers to other questions."""

import contextlib
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire import cbor, record
from kopir.wire.errors import LocalProtocolError, MalformedError, MisroutedError
from kopir.wire.record import Kind, Record

NOW = 1_767_225_600_123
DIGEST = bytes(range(32))
LEAF = b"l" * 32

REQUEST = Record(
    kind=Kind.REQUEST,
    nonce=b"n" * 16,
    request_id=record.request_id_at(NOW, b"r" * 16),
    message_id="TJ-7c0e",
    from_node="TJ/GOV/100/node1",
    to_node="KZ/GOV/000740000728/node1",
    client="TJ/GOV/100/customs",
    service="KZ/GOV/000740000728/regions/kato",
    method="GET",
    target="/regions/750000000?lang=kk",
    status=None,
    header_digest=DIGEST,
    media_type="application/json",
    body_length=0,
    body_digest=record.EMPTY_DIGEST,
    instant_ms=NOW,
    user="TJ3828",
    represented_party=None,
    issue=None,
    purpose="Санҷиши суроға",
    legal_basis="Қарор № 12",
    subject_digest=DIGEST,
    head_size=7,
    head_root=DIGEST,
    request_leaf=None,
    reason=None,
)
ANSWERED: dict[str, Any] = {
    "from_node": REQUEST.to_node,
    "to_node": REQUEST.from_node,
    "request_leaf": LEAF,
    "status": 200,
}
RESPONSE = REQUEST._replace(kind=Kind.RESPONSE, instant_ms=NOW + 5, body_length=95, body_digest=DIGEST, **ANSWERED)
REFUSAL = RESPONSE._replace(kind=Kind.REFUSAL, status=500, reason="Server.ServerProxy.AccessDenied")
UNANSWERED = REQUEST._replace(
    kind=Kind.UNANSWERED,
    instant_ms=NOW + 60_000,
    header_digest=record.EMPTY_DIGEST,
    media_type=None,
    request_leaf=LEAF,
    reason="timeout",
)
KINDS = [REQUEST, RESPONSE, REFUSAL, UNANSWERED]


def array_of(good: Record) -> list:
    return [1, int(good.kind), *good[1:22], list(good[22:24]), *good[24:]]


@pytest.mark.parametrize("good", KINDS, ids=lambda one: one.kind.name)
def test_each_kind_goes_there_and_back(good):
    data = record.encode(good)
    assert record.decode(data) == good
    assert data == cbor.encode(array_of(good))


@pytest.mark.parametrize("answer", [RESPONSE, REFUSAL, UNANSWERED], ids=lambda one: one.kind.name)
def test_each_answer_answers_its_request(answer):
    record.check_answer(REQUEST, LEAF, answer)


def test_a_request_id_holds_its_instant_and_random_bits():
    made = record.request_id_at(NOW, bytes([255] * 16))
    assert made.hex() == f"{NOW:012x}7fffbfffffffffffffff"
    assert record.request_id_at(NOW, bytes(16)).hex() == f"{NOW:012x}70008000000000000000"
    assert record.request_id_instant(made) == NOW
    assert record.request_id_instant(record.request_id_at(0, bytes(16))) == 0


def test_a_request_id_reads_as_a_uuid():
    assert record.request_id_text(REQUEST.request_id) == str(UUID(bytes=REQUEST.request_id))
    assert UUID(bytes=REQUEST.request_id).version == 7


def test_a_subject_is_held_as_salted_digest():
    assert record.subject_digest(b"s" * 16, "tj-inn", "Ӣ1") == sha256(b"s" * 16 + b"tj-inn" + "Ӣ1".encode()).digest()


GOOD: dict[str, list[Any]] = {
    "message_id": ["x", "x" * 256, "ж" * 128, "a b", "soft\u00adhyphen"],
    "to_node": ["KZ/GOV/1/a%20b", "KZ/GOV/1/%D2%9B"],
    "client": ["TJ/GOV/100", "TJ/GOV/100/x'()+,="],
    "service": ["KZ/GOV/1/sub/code-._~"],
    "method": sorted(record.METHODS),
    "target": ["", "/", "?", "?a=b", "/a%2Fb", "//", "/" * 8192, "/~!"],
    "media_type": [None, "", "text/plain; charset=utf-8", "x" * 256],
    "body_length": [1, 2**64 - 1],
    "user": [None, "", "ж" * 128],
    "purpose": [None, "ж" * 256],
    "legal_basis": [None, "x" * 512],
    "subject_digest": [None],
    "head_size": [1, 2**64 - 1],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in GOOD.items() for value in values])
def test_the_edges_of_each_field_are_inside(field, value):
    good = REQUEST._replace(**{field: value})
    assert record.decode(record.encode(good)) == good


@pytest.mark.parametrize("instant", [record.FIRST_INSTANT_MS, record.LAST_INSTANT_MS])
def test_the_edges_of_time_are_inside(instant):
    good = REQUEST._replace(instant_ms=instant, request_id=record.request_id_at(instant, b"r" * 16))
    assert record.decode(record.encode(good)) == good


@pytest.mark.parametrize("status", [200, 599])
def test_the_edges_of_the_status_are_inside(status):
    good = RESPONSE._replace(status=status)
    assert record.decode(record.encode(good)) == good


def test_the_first_record_of_a_journal_holds_the_empty_tree():
    good = REQUEST._replace(head_size=0, head_root=sha256().digest())
    assert record.decode(record.encode(good)) == good


WRONG_TEXTS = ["\x00", "a\nb", "\x7f", "\x85", "\t"]
NODE_SHAPED = ["", "KZ", "KZ/GOV/1", "KZ/GOV/1/2/3", "KZ/GOV//n", "KZ/GOV/./n", "KZ/GOV/1/%6e", "KZ/GOV/1/%d2%9b"]
BAD: dict[str, list[Any]] = {
    "nonce": [b"", b"n" * 15, b"n" * 17, None, "n" * 16],
    "request_id": [
        b"",
        REQUEST.request_id[:15],
        REQUEST.request_id + b"x",
        REQUEST.request_id[:6] + b"\x4f" + REQUEST.request_id[7:],
        REQUEST.request_id[:8] + b"\x3f" + REQUEST.request_id[9:],
        record.request_id_at(NOW + 1, b"r" * 16),
        None,
        str(REQUEST.request_id),
    ],
    "message_id": ["", "x" * 257, "ж" * 129, None, b"x", 1, *WRONG_TEXTS],
    "from_node": [*NODE_SHAPED, None, 1, b"KZ/GOV/1/n", "KZ/GOV/1/" + "n" * 256, "KZ/GOV/1/қ"],
    "to_node": [*NODE_SHAPED, None],
    "client": ["", "TJ/GOV", "TJ/GOV/1/2/3", "TJ/GOV/1/%41", "TJ/GOV/1/%2F", "TJ/GOV/1/;", None, "TJ/GOV/1/a%2525"],
    "service": ["", "KZ/GOV/1/sub", "KZ/GOV/1/sub/code/", "KZ/GOV/1/sub/%2e%2e", "KZ/GOV/1/sub/ ", None],
    "method": ["", "get", "CONNECT", "GET ", None, 1, b"GET", ["GET"]],
    "target": ["x", "/ ", "/\t", "/ж", "/\x7f", "/\x00", "#", "/" * 8193, None, b"/", 0],
    "status": [200],
    "header_digest": [None, DIGEST[:31], DIGEST + b"x", "x" * 32],
    "media_type": ["x" * 257, b"x", *WRONG_TEXTS],
    "body_length": [None, "0", b""],
    "body_digest": [None, b"", DIGEST[:31]],
    "instant_ms": [NOW + 1, NOW - 1, 0, None, "0"],
    "user": ["x" * 257, "ж" * 129, 1, *WRONG_TEXTS],
    "represented_party": ["x" * 257, b"x", *WRONG_TEXTS],
    "issue": ["x" * 257, [], *WRONG_TEXTS],
    "purpose": ["x" * 513, "ж" * 257, 1, *WRONG_TEXTS],
    "legal_basis": ["x" * 513, 1, *WRONG_TEXTS],
    "subject_digest": [DIGEST[:31], b"", "x" * 32],
    "head_size": [None, "1", b"\x01", 0],
    "head_root": [None, b"", DIGEST[:31]],
    "request_leaf": [LEAF],
    "reason": ["x"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD.items() for value in values])
def test_a_field_out_of_its_range_is_neither_read_nor_written(field, value):
    bad = REQUEST._replace(**{field: value})
    with pytest.raises(MalformedError):
        record.decode(cbor.encode(array_of(bad)))
    with pytest.raises(LocalProtocolError):
        record.encode(bad)


def test_every_field_has_a_bad_value_in_this_table():
    assert set(BAD) == set(Record._fields) - {"kind"}


BAD_FOR_ITS_KIND = [
    RESPONSE._replace(status=None),
    RESPONSE._replace(status=100),
    RESPONSE._replace(status=199),
    RESPONSE._replace(status=600),
    RESPONSE._replace(status=cast("Any", "200")),
    RESPONSE._replace(request_leaf=None),
    RESPONSE._replace(request_leaf=LEAF[:31]),
    RESPONSE._replace(reason="x"),
    REFUSAL._replace(status=None),
    REFUSAL._replace(request_leaf=None),
    REFUSAL._replace(reason=None),
    REFUSAL._replace(reason=""),
    REFUSAL._replace(reason="x" * 257),
    REFUSAL._replace(reason="a\nb"),
    UNANSWERED._replace(status=504),
    UNANSWERED._replace(request_leaf=None),
    UNANSWERED._replace(reason=None),
    UNANSWERED._replace(body_length=1),
    UNANSWERED._replace(body_digest=DIGEST),
    UNANSWERED._replace(header_digest=DIGEST),
    UNANSWERED._replace(media_type="text/plain"),
    REQUEST._replace(
        instant_ms=record.FIRST_INSTANT_MS - 1,
        request_id=record.request_id_at(record.FIRST_INSTANT_MS - 1, b"r" * 16),
    ),
    RESPONSE._replace(instant_ms=record.LAST_INSTANT_MS + 1),
]


@pytest.mark.parametrize("bad", BAD_FOR_ITS_KIND)
def test_a_field_that_does_not_fit_its_kind_is_neither_read_nor_written(bad):
    with pytest.raises(MalformedError):
        record.decode(cbor.encode(array_of(bad)))
    with pytest.raises(LocalProtocolError):
        record.encode(bad)


@pytest.mark.parametrize("kind", [1, 0, 5, None])
def test_a_kind_that_is_none_is_not_written(kind):
    with pytest.raises(LocalProtocolError):
        record.encode(REQUEST._replace(kind=kind))


@pytest.mark.parametrize("text", ["\ud800", "x" * 200 + "\ud800"])
def test_text_that_has_no_utf8_is_not_written(text):
    with pytest.raises(LocalProtocolError):
        record.encode(REQUEST._replace(message_id=text))


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (0, 0),
        (0, 2),
        (0, None),
        (0, "1"),
        (1, 0),
        (1, 5),
        (1, None),
        (1, b"\x01"),
        (1, [1]),
        (23, None),
        (23, []),
        (23, [1]),
        (23, [1, DIGEST, 0]),
        (23, DIGEST + DIGEST),
    ],
)
def test_another_version_kind_or_shape_is_refused(position, value):
    array = array_of(REQUEST)
    array[position] = value
    with pytest.raises(MalformedError):
        record.decode(cbor.encode(array))


@pytest.mark.parametrize("array", [None, 1, "x", b"", [], array_of(REQUEST)[:-1], [*array_of(REQUEST), None]])
def test_anything_but_an_array_of_26_is_refused(array):
    with pytest.raises(MalformedError):
        record.decode(cbor.encode(array))


@pytest.mark.parametrize("field", sorted(set(Record._fields)))
def test_an_answer_to_another_question_is_refused(field):
    own = {
        "kind",
        "nonce",
        "status",
        "header_digest",
        "media_type",
        "body_length",
        "body_digest",
        "instant_ms",
        "head_size",
        "head_root",
        "reason",
    }
    for answer in (RESPONSE, REFUSAL, UNANSWERED):
        change: dict[str, Any] = {field: None if field != "kind" else answer.kind}
        other = answer._replace(**change)
        if field in own or getattr(answer, field) is None:
            record.check_answer(REQUEST, LEAF, other)
        else:
            with pytest.raises(MisroutedError):
                record.check_answer(REQUEST, LEAF, other)


def test_an_answer_answers_a_request_and_nothing_else():
    asked_back = RESPONSE._replace(kind=Kind.REQUEST)
    for asked, leaf, answer in [(REQUEST, LEAF, REQUEST), (UNANSWERED, LEAF, UNANSWERED), (REQUEST, LEAF, asked_back)]:
        with pytest.raises(MisroutedError):
            record.check_answer(asked, leaf, answer)


@pytest.mark.parametrize("answer", [RESPONSE, REFUSAL, UNANSWERED], ids=lambda one: one.kind.name)
def test_an_answer_between_the_wrong_way_round_nodes_is_refused(answer):
    with pytest.raises(MisroutedError):
        record.check_answer(REQUEST, LEAF, answer._replace(from_node=answer.to_node, to_node=answer.from_node))


@pytest.mark.parametrize(
    ("instant", "random"), [(NOW, b"r" * 15), (NOW, b"r" * 17), (-1, b"r" * 16), (1 << 48, b"r" * 16)]
)
def test_a_request_id_of_other_material_is_not_made(instant, random):
    with pytest.raises(LocalProtocolError):
        record.request_id_at(instant, random)


def test_a_subject_without_its_whole_salt_is_not_digested():
    with pytest.raises(LocalProtocolError):
        record.subject_digest(b"s" * 15, "tj-inn", "1")


def test_every_truncation_is_refused():
    data = record.encode(RESPONSE)
    for end in range(len(data)):
        with pytest.raises(MalformedError):
            record.decode(data[:end])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_whatever_is_accepted_has_one_form_and_nothing_else_escapes(good, data):
    encoded = record.encode(good)
    at = data.draw(st.integers(0, len(encoded)))
    changed = encoded[:at] + data.draw(st.binary(max_size=5)) + encoded[at + data.draw(st.integers(0, 5)) :]
    with contextlib.suppress(MalformedError):
        assert record.encode(record.decode(changed)) == changed
