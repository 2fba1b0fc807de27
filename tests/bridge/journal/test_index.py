"""The index: slots, seals, search, and reading a key from an entry's bytes."""

from __future__ import annotations

import cbor2
import pytest

from journalwork import record_entry
from kopir.bridge.journal import index
from kopir.bridge.journal.index import IndexKey

ID = bytes.fromhex("0190a0b0c0d07000800000000000000a")
OTHER = bytes.fromhex("0190a0b0c0d17000800000000000000b")


def slots(*keys):
    return b"".join(index.encode_slot(key, 100 * number) for number, key in enumerate(keys))


def test_a_slot_comes_back():
    slot = index.read_slot(slots(None, IndexKey(ID, "KZ-1", 1, 2)), 1)
    assert (slot.request_id, slot.offset, slot.side, slot.kind) == (ID, 100, 1, 2)
    assert slot.digest == index.message_digest("KZ-1")
    assert index.read_slot(slots(None), 0).kind == 0


def test_search_gives_places_in_order():
    data = slots(None, IndexKey(ID, "a", 0, 1), IndexKey(OTHER, "b", 0, 1), IndexKey(ID, "a", 0, 2))
    assert list(index.find_request(data, ID)) == [1, 3]
    assert list(index.find_message(data, index.message_digest("b"))) == [2]
    assert list(index.find_request(data, bytes(16))) == []


def test_search_does_not_mix_fields():
    digest = index.message_digest("a")
    data = slots(IndexKey(digest + digest, "b", 1, 1))
    assert list(index.find_message(data, digest)) == []
    assert list(index.find_request(slots(IndexKey(bytes(16), "b", 1, 1)), bytes(16))) == [0]


def test_recent_requests_are_those_taken_as_provider():
    data = slots(
        IndexKey(ID, "a", 0, 1), IndexKey(ID, "a", 1, 1), IndexKey(ID, "a", 1, 2), IndexKey(OTHER, "a", 1, 1), None
    )
    instant = int.from_bytes(ID[:6], "big")
    assert list(index.provider_requests(data, instant)) == [ID, OTHER]
    assert list(index.provider_requests(data, instant + 1)) == [OTHER]
    assert list(index.provider_requests(data, instant + 2)) == []


def test_a_sealed_index_tells_its_span():
    data = slots(None, IndexKey(OTHER, "a", 0, 1), IndexKey(ID, "a", 1, 1))
    sealed = data + index.seal(data)
    assert index.sealed_slots(sealed, 3) == data
    span = index.sealed_span(sealed[-index.SEAL_BYTES :])
    assert span == (int.from_bytes(ID[:6], "big"), int.from_bytes(OTHER[:6], "big"))


def test_a_harmed_or_short_index_is_not_taken():
    data = slots(None, IndexKey(ID, "a", 0, 1))
    sealed = data + index.seal(data)
    for place in range(len(sealed)):
        harmed = bytearray(sealed)
        harmed[place] ^= 1
        assert index.sealed_slots(bytes(harmed), 2) is None
    assert index.sealed_slots(data, 2) is None
    assert index.sealed_slots(sealed, 3) is None
    assert index.sealed_span(b"") is None
    assert index.sealed_span(bytes(24)) is None


@pytest.mark.parametrize("message_id", ["", "x", "x" * 23, "x" * 24, "қ" * 100])
def test_a_key_is_read_from_a_record_as_it_is_encoded(message_id):
    record = [1, 2, bytes(16), ID, message_id, *["field"] * 21]
    entry = cbor2.dumps([1, 1, cbor2.dumps(record), b"receipt"])
    assert index.key_of(entry) == IndexKey(ID, message_id, 1, 2)


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_requests_of_the_consumer_that_nothing_answers_are_found(kind):
    data = slots(IndexKey(ID, "a", 0, 1), None, IndexKey(OTHER, "b", 0, 1), IndexKey(ID, "a", 0, kind))
    assert list(index.unanswered_requests(data, set())) == [2]
    assert list(index.unanswered_requests(data, {OTHER})) == []
    provided = slots(IndexKey(ID, "a", 0, 1), IndexKey(OTHER, "b", 1, 1), IndexKey(ID, "a", 1, kind))
    assert list(index.unanswered_requests(provided, set())) == [0]


def test_an_answer_in_a_later_segment_counts_for_an_earlier_one():
    answered = set()
    assert list(index.unanswered_requests(slots(IndexKey(ID, "a", 0, 2)), answered)) == []
    assert list(index.unanswered_requests(slots(IndexKey(OTHER, "b", 0, 1), IndexKey(ID, "a", 0, 1)), answered)) == [0]


def test_the_records_of_these_tests_look_like_records():
    entry, key = record_entry(ID, "KZ-" + "1" * 30, 1, 3)
    assert index.key_of(entry) == key


def test_no_cut_entry_gives_a_wrong_key():
    entry = cbor2.dumps([1, 1, cbor2.dumps([1, 2, bytes(16), ID, "message", *["field"] * 21]), b"receipt"])
    for length in range(len(entry)):
        assert index.key_of(entry[:length]) in (None, IndexKey(ID, "message", 1, 2))


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"entry",
        cbor2.dumps([2, 1, b"root", b"token"]),
        cbor2.dumps([3, "KZ", 1, bytes(32)]),
        cbor2.dumps([1, 1, "text", b"receipt"]),
        cbor2.dumps([1, 1, cbor2.dumps([1, 2, b"short", ID, "m", *["field"] * 21]), b""]),
        cbor2.dumps([1, 1, cbor2.dumps([1, 2, bytes(16), ID, b"bytes", *["field"] * 21]), b""]),
        cbor2.dumps(
            [1, 1, cbor2.dumps([1, 2, bytes(16), ID, "\x01", *["f"] * 21]).replace(b"\x61\x01", b"\x61\xff"), b""]
        ),
    ],
)
def test_what_is_no_record_has_no_key(entry):
    assert index.key_of(entry) is None
