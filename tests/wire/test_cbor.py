"""The strict CBOR of the protocol: round trips, agreement with a general library, and everything that is refused."""

import contextlib
from http import HTTPStatus

import cbor2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kopir.wire import cbor
from kopir.wire.errors import LocalProtocolError, MalformedError

SCALARS = st.none() | st.integers(0, 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=300)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=30), max_leaves=60)
WIDTHS = [0, 1, 23, 24, 255, 256, 65535, 65536]


def deep(depth: int) -> list:
    value: list = []
    for _ in range(depth - 1):
        value = [value]
    return value


def depth_of(value: object) -> int:
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


def test_a_list_goes_there_and_back():
    value: list[cbor.Value] = [1, 24, 2**64 - 1, b"\x00\xff", "көпір", None, [], [b"", [""]]]
    data = cbor.encode(value)
    assert data == cbor2.dumps(value)
    assert cbor.decode(data) == value


@pytest.mark.parametrize("n", [*WIDTHS, 2**32 - 1, 2**32, 2**64 - 1])
def test_numbers_take_the_shortest_form(n):
    assert cbor.encode(n) == cbor2.dumps(n)
    assert cbor.decode(cbor.encode(n)) == n


@pytest.mark.parametrize("n", WIDTHS)
@pytest.mark.parametrize("make", [lambda n: b"x" * n, lambda n: "x" * n, lambda n: [None] * n])
def test_lengths_take_the_shortest_form(n, make):
    assert cbor.encode(make(n)) == cbor2.dumps(make(n))
    assert cbor.decode(cbor.encode(make(n))) == make(n)


def test_a_tuple_is_encoded_as_a_list():
    assert cbor.encode((1, (2,))) == cbor.encode([1, [2]])


def test_lists_nest_eight_deep():
    assert cbor.decode(cbor.encode(deep(8))) == deep(8)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_every_value_goes_there_and_back_as_the_general_library_writes_it(value):
    assume(depth_of(value) <= cbor.MAX_DEPTH)
    data = cbor.encode(value)
    assert data == cbor2.dumps(value)
    assert cbor.decode(data) == value


@pytest.mark.parametrize(
    ("hexed", "offset"),
    [
        ("", 0),
        ("8201", 0),  # fewer bytes than items
        ("824161", 3),  # a list that ends early
        ("01ff", 1),  # bytes after the item
        ("1817", 0),  # 23 in two bytes
        ("82011817", 2),
        ("1900ff", 0),
        ("1a0000ffff", 0),
        ("1b00000000ffffffff", 0),
        ("5817" + "00" * 23, 0),
        ("7817" + "61" * 23, 0),
        ("9817" + "f6" * 23, 0),
        ("18", 1),
        ("19ff", 0),
        ("1affffff", 0),
        ("1bffffffffffffff", 0),
        ("41", 0),
        ("61", 0),
        ("5b7fffffffffffffff", 0),  # a length that must not be reserved first
        ("7b7fffffffffffffff", 0),
        ("9b7fffffffffffffff", 0),
        ("9a7fffffff00", 0),
        ("1c", 0),
        ("1d", 0),
        ("1e", 0),
        ("1f", 0),
        ("5f40ff", 0),
        ("7f60ff", 0),
        ("9fff", 0),
        ("20", 0),
        ("8120", 1),
        ("a0", 0),
        ("c000", 0),
        ("d81800", 0),
        ("f4", 0),
        ("f5", 0),
        ("f7", 0),
        ("f816", 0),  # null in two bytes
        ("f820", 0),
        ("f93c00", 0),
        ("fa3f800000", 0),
        ("fb3ff0000000000000", 0),
        ("ff", 0),
        ("61ff", 1),
        ("6361c328", 2),  # the second byte of three
        ("62c080", 1),
        ("63eda080", 1),
        ("64f4908080", 1),
        ("81" * 9 + "80", 8),
        ("81" * 100_000, 8),
        ("820161ff", 3),
    ],
)
def test_everything_else_is_refused_at_its_byte(hexed, offset):
    with pytest.raises(MalformedError) as caught:
        cbor.decode(bytes.fromhex(hexed))
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    "value", [-1, 2**64, 1.0, True, {}, {1}, "\ud800", [[False]], bytearray(b"x"), deep(9), object()]
)
def test_what_the_profile_does_not_have_is_not_encoded(value):
    with pytest.raises(LocalProtocolError):
        cbor.encode(value)


def test_an_enumeration_is_not_taken_for_a_number():
    with pytest.raises(LocalProtocolError, match="HTTPStatus"):
        cbor.encode([HTTPStatus.OK])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | VALUES.map(cbor2.dumps).flatmap(lambda d: st.integers(0, len(d)).map(lambda n: d[:n])))
def test_whatever_is_accepted_has_one_form_and_nothing_else_escapes(data):
    with contextlib.suppress(MalformedError):
        value = cbor.decode(data)
        assert cbor.encode(value) == data
        assert cbor2.loads(data) == value
