"""The bytes of the journal's files: what was encoded is decoded, and every harmed byte is seen and, alone, named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.bridge.journal.layout import (
    LENGTH,
    LayoutError,
    SegmentHeader,
    decode_group,
    decode_header,
    decode_root,
    encode_group,
    encode_root,
    end_of_group,
    find_group,
)

ROOT = bytes(range(32))
ENTRIES = (b"one", b"", b"three" * 20)
GROUP = encode_group(7, 3, b"".join(LENGTH.pack(len(entry)) + entry for entry in ENTRIES), ROOT)


def header(number):
    peaks = tuple(bytes([index]) * 32 for index in range(number.bit_count()))
    return SegmentHeader(
        node="KZ/GOV/1/n", exponent=14, number=number, previous_root=ROOT if number else b"", peaks=peaks
    )


@pytest.mark.parametrize("number", [0, 1, 2, 3, 255, 0xFFFFFFFF])
def test_a_header_comes_back(number):
    data = header(number).encode()
    assert decode_header(data + b"more") == header(number)
    assert header(number).length == len(data)


def test_a_group_comes_back():
    data = b"before" + GROUP + b"after"
    frame = decode_group(data, 6)
    assert frame.first == 7
    assert tuple(data[start:end] for start, end in frame.entries) == ENTRIES
    assert frame.root == ROOT
    assert data[frame.end :] == b"after"


@given(st.integers(0, 2**64 - 1), st.lists(st.binary(max_size=40), max_size=5))
@settings(max_examples=50)
def test_any_group_comes_back(first, entries):
    payload = b"".join(LENGTH.pack(len(entry)) + entry for entry in entries)
    data = encode_group(first, len(entries), payload, ROOT)
    frame = decode_group(data, 0)
    assert (frame.first, [data[start:end] for start, end in frame.entries]) == (first, entries)


def test_a_subtree_root_comes_back():
    assert decode_root(encode_root(14, 5, ROOT), 14, 5) == ROOT


@pytest.mark.parametrize("bits", [0x01, 0x80, 0xFF])
def test_one_harmed_byte_is_named(bits):
    for data, decode in ((GROUP, lambda data: decode_group(data, 0)), (encode_root(14, 5, ROOT), decode_any_root)):
        for place in range(len(data)):
            harmed = bytearray(data)
            harmed[place] ^= bits
            with pytest.raises(LayoutError) as caught:
                decode(bytes(harmed))
            assert caught.value.offset == place


def decode_any_root(data):
    return decode_root(data, 14, 5)


@pytest.mark.parametrize("number", [0, 3])
def test_every_harmed_byte_of_a_header_is_seen(number):
    data = header(number).encode()
    for place in range(len(data)):
        harmed = bytearray(data)
        harmed[place] ^= 0x10
        with pytest.raises(LayoutError) as caught:
            decode_header(bytes(harmed))
        assert caught.value.offset <= max(place, len(data))


def test_a_cut_header_is_refused():
    data = header(3).encode()
    for length in range(len(data)):
        with pytest.raises(LayoutError, match="cut"):
            decode_header(data[:length])


def test_a_cut_group_may_be_torn():
    for length in range(len(GROUP)):
        with pytest.raises(LayoutError, match="cut") as caught:
            decode_group(GROUP[:length], 0)
        assert caught.value.torn


def test_a_harmed_group_with_something_after_it_was_not_torn():
    harmed = bytearray(GROUP + b"x")
    harmed[60] ^= 1
    with pytest.raises(LayoutError) as caught:
        decode_group(bytes(harmed), 0)
    assert not caught.value.torn


def test_two_harmed_bytes_are_seen_but_not_named():
    harmed = bytearray(GROUP)
    harmed[60] ^= 1
    harmed[90] ^= 1
    with pytest.raises(LayoutError, match=r"does not hold$") as caught:
        decode_group(bytes(harmed), 0)
    assert caught.value.offset == 0


def test_the_next_whole_group_is_found():
    assert find_group(b"rubbish" + GROUP, 0) == 7
    assert find_group(GROUP[:-1] + GROUP, 1) == len(GROUP) - 1
    assert find_group(GROUP[:-1], 0) is None
    assert find_group(b"", 0) is None


def test_a_sound_head_tells_where_its_group_ends():
    assert end_of_group(b"x" + GROUP[:24], 1) == 1 + len(GROUP)
    assert end_of_group(GROUP[:23], 0) == 1
    assert end_of_group(b"", 0) == 1
    for place in range(24):
        assert end_of_group(GROUP[:place] + bytes([GROUP[place] ^ 1]) + GROUP[place + 1 :], 0) == 1


@pytest.mark.parametrize(
    ("payload", "count", "reason"),
    [
        (LENGTH.pack(3) + b"ab", 1, "longer than its group"),
        (b"\0\0\0", 1, "length is cut"),
        (LENGTH.pack(1) + b"a", 2, "1 entries says that it has 2"),
    ],
)
def test_entries_must_fill_their_group(payload, count, reason):
    with pytest.raises(LayoutError, match=reason) as caught:
        decode_group(encode_group(0, count, payload, ROOT), 0)
    assert not caught.value.torn


def test_a_root_of_another_place_is_refused():
    with pytest.raises(LayoutError, match="another segment"):
        decode_root(encode_root(14, 6, ROOT), 14, 5)
    with pytest.raises(LayoutError, match="another segment"):
        decode_root(encode_root(13, 5, ROOT), 14, 5)
    with pytest.raises(LayoutError, match="bytes"):
        decode_root(encode_root(14, 5, ROOT) + b"\0", 14, 5)


def test_another_file_or_version_is_refused():
    data = header(0).encode()
    with pytest.raises(LayoutError, match="not a journal segment"):
        decode_header(b"NOTKOPIR" + data[8:])
    with pytest.raises(LayoutError, match="layout 2 is not known"):
        decode_header(data[:8] + b"\0\2" + data[10:])
