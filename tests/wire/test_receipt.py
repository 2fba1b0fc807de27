"""Receipts: what is made reads back, equals the general COSE encoding, and has no second form."""

import contextlib

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire import merkle, receipt
from kopir.wire.errors import InvalidEvidenceError, LocalProtocolError, MalformedError

KID = bytes(range(32))
LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(9)]
ALGORITHMS = {receipt.ES256: 64, receipt.EDDSA: 64, receipt.PS256: 256}


def batch_of(n: int) -> receipt.Batch:
    return receipt.Batch(b"r" * 32, LEAVES[:n])


def fields_of(read: receipt.Receipt) -> tuple:
    return read.alg, read.kid, read.signature, read.size, read.index, read.path


def signature_for(alg: int) -> bytes:
    return b"s" * ALGORITHMS[alg]


def one(alg: int = receipt.ES256, n: int = 5, index: int = 3) -> bytes:
    return batch_of(n).receipts(alg, KID, signature_for(alg))[index - 1]


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("n", range(1, 9))
def test_each_record_of_a_batch_gets_its_receipt(alg, n):
    batch = batch_of(n)
    receipts = batch.receipts(alg, KID, signature_for(alg))
    assert len(receipts) == n
    for index, (leaf, data) in enumerate(zip(LEAVES, receipts, strict=False), start=1):
        read = receipt.decode_receipt(data)
        assert fields_of(read) == (alg, KID, signature_for(alg), n + 1, index, batch.path(index))
        assert read.root(leaf) == batch.root
        assert read.tbs(leaf) == receipt.to_be_signed(alg, KID, batch.root)
        assert receipt.encode_receipt(*fields_of(read)) == data


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_bytes_are_the_cose_receipt_of_the_rfc(alg):
    protected = cbor2.dumps({1: alg, 4: KID, 395: 1})
    proof = cbor2.dumps([6, 3, batch_of(5).path(3)])
    assert one(alg) == cbor2.dumps(cbor2.CBORTag(18, [protected, {396: {-1: [proof]}}, None, signature_for(alg)]))
    signed = cbor2.dumps(["Signature1", protected, b"", batch_of(5).root])
    assert receipt.to_be_signed(alg, KID, batch_of(5).root) == signed


def test_a_batch_hides_its_records_behind_a_random_leaf():
    assert batch_of(1).root == merkle.node_hash(merkle.leaf_hash(b"r" * 32), LEAVES[0])
    assert batch_of(1).size == 2


@pytest.mark.parametrize("size", [2, 23, 24, 255, 256, 65_536, 2**32 - 1])
def test_places_of_every_width_go_there_and_back(size):
    path = [LEAVES[0]] * 32
    data = receipt.encode_receipt(receipt.PS256, KID, b"s" * 512, size, size - 1, path)
    assert fields_of(receipt.decode_receipt(data)) == (receipt.PS256, KID, b"s" * 512, size, size - 1, path)


@pytest.mark.parametrize(
    ("random", "leaves"), [(b"r" * 31, LEAVES), (b"", LEAVES), (b"r" * 32, []), (b"r" * 32, [b"short"])]
)
def test_a_batch_without_randomness_or_records_is_not_made(random, leaves):
    with pytest.raises(LocalProtocolError):
        receipt.Batch(random, leaves)


@pytest.mark.parametrize(
    ("alg", "kid", "root"), [(-257, KID, LEAVES[0]), (-7, KID[1:], LEAVES[0]), (-7, KID, LEAVES[0][1:])]
)
def test_nothing_else_is_prepared_for_signing(alg, kid, root):
    with pytest.raises(LocalProtocolError):
        receipt.to_be_signed(alg, kid, root)


PATH = [LEAVES[0]]


@pytest.mark.parametrize(
    "fields",
    [
        (-257, KID, b"s" * 64, 2, 1, PATH),
        (-7, KID[1:], b"s" * 64, 2, 1, PATH),
        (-7, KID, b"s" * 63, 2, 1, PATH),
        (-8, KID, b"s" * 65, 2, 1, PATH),
        (-37, KID, b"s" * 255, 2, 1, PATH),
        (-37, KID, b"s" * 1025, 2, 1, PATH),
        (-7, KID, b"s" * 64, 2, 0, PATH),
        (-7, KID, b"s" * 64, 2, 2, PATH),
        (-7, KID, b"s" * 64, 1 << 32, 1, PATH),
        (-7, KID, b"s" * 64, 2, 1, PATH * 33),
        (-7, KID, b"s" * 64, 2, 1, [b"short"]),
        (-7, KID, b"s" * 64, 2, 1, ["x" * 32]),
        (-7, KID, b"s" * 64, 2, True, PATH),
        (-7, KID, b"s" * 64, "2", 1, PATH),
        (-7, KID, b"s" * 64, 2, 1, b"x" * 32),
    ],
)
def test_no_receipt_is_made_that_no_peer_would_take(fields):
    with pytest.raises(LocalProtocolError):
        receipt.encode_receipt(*fields)


def cose(protected=None, *, unprotected=None, payload=None, signature=b"s" * 64, tag=18, proof=None) -> bytes:
    """A receipt encoded by a general library, with any part replaced."""
    protected = cbor2.dumps({1: -7, 4: KID, 395: 1}) if protected is None else protected
    proof = cbor2.dumps([2, 1, PATH]) if proof is None else proof
    unprotected = {396: {-1: [proof]}} if unprotected is None else unprotected
    value = [protected, unprotected, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(tag, value) if tag else value)


def test_the_replaceable_receipt_is_good_when_nothing_is_replaced():
    assert receipt.decode_receipt(cose()).size == 2


HOSTILE = {
    "empty": b"",
    "another algorithm": cose(cbor2.dumps({1: -257, 4: KID, 395: 1})),
    "an algorithm without its signature": cose(cbor2.dumps({1: -37, 4: KID, 395: 1})),
    "PS256 said longer": cose(cbor2.dumps({1: -37, 4: KID, 395: 1}), signature=b"s" * 256).replace(
        b"\x04\x58\x20", b"\x04\x58\x21"
    ),
    "headers in another order": cose(cbor2.dumps({4: KID, 1: -7, 395: 1})),
    "a header more": cose(cbor2.dumps({1: -7, 4: KID, 395: 1, 3: 0})),
    "a header less": cose(cbor2.dumps({1: -7, 4: KID})),
    "another tree": cose(cbor2.dumps({1: -7, 4: KID, 395: 2})),
    "a short kid": cose(cbor2.dumps({1: -7, 4: KID[1:], 395: 1})),
    "a text kid": cose(cbor2.dumps({1: -7, 4: "k" * 32, 395: 1})),
    "protected as map": cose({1: -7, 4: KID, 395: 1}),
    "no unprotected": cose(unprotected={}),
    "an unprotected more": cose(unprotected={396: {-1: [cbor2.dumps([2, 1, PATH])]}, 5: 1}),
    "two proofs": cose(unprotected={396: {-1: [cbor2.dumps([2, 1, PATH])] * 2}}),
    "a consistency proof": cose(unprotected={396: {-2: [cbor2.dumps([2, 1, PATH])]}}),
    "a proof as list": cose(proof=[2, 1, PATH]),
    "a proof as text": cose(proof="x"),
    "a proof as number": cose(proof=5),
    "a size as text": cose(proof=cbor2.dumps(["2", 1, PATH])),
    "an index as text": cose(proof=cbor2.dumps([2, "1", PATH])),
    "a null path": cose(proof=cbor2.dumps([2, 1, None])),
    "an attached payload": cose(payload=LEAVES[0]),
    "no tag": cose(tag=None),
    "another tag": cose(tag=98),
    "a short signature": cose(signature=b"s" * 63),
    "no signature": cose(signature=None),
    "a text signature": cose(signature="s" * 64),
    "bytes after the end": cose() + b"\xf6",
    "bytes after the proof": cose(proof=cbor2.dumps([2, 1, PATH]) + b"\x00"),
    "a proof of four": cose(proof=cbor2.dumps([2, 1, PATH, 0])),
    "a proof of two": cose(proof=cbor2.dumps([2, 1])),
    "a number for a proof": cose(proof=cbor2.dumps(2)),
    "an empty proof": cose(proof=b""),
    "leaf 0": cose(proof=cbor2.dumps([2, 0, PATH])),
    "a leaf outside": cose(proof=cbor2.dumps([2, 2, PATH])),
    "too large a tree": cose(proof=cbor2.dumps([1 << 32, 1, PATH])),
    "a negative place": cose(proof=cbor2.dumps([2, -1, PATH])),
    "a long number": cose(proof=bytes.fromhex("83180201") + cbor2.dumps(PATH)),
    "too long a path": cose(proof=cbor2.dumps([2, 1, PATH * 33])),
    "a path of texts": cose(proof=cbor2.dumps([2, 1, ["x" * 32]])),
    "a path of short hashes": cose(proof=cbor2.dumps([2, 1, [b"x"]])),
    "a path that is a hash": cose(proof=cbor2.dumps([2, 1, LEAVES[0]])),
    "an endless path": cose(proof=b"\x83\x02\x01\x9f\x58\x20" + LEAVES[0] + b"\xff"),
    "a proof longer than the rest": cose()[:53] + b"\x5b" + b"\x7f" * 8 + cose()[53:],
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_every_other_receipt_is_refused(data):
    with pytest.raises(MalformedError):
        receipt.decode_receipt(data)


def test_an_error_names_the_byte_in_the_receipt():
    with pytest.raises(MalformedError) as caught:
        receipt.decode_receipt(HOSTILE["a long number"])
    assert caught.value.offset == HOSTILE["a long number"].index(b"\x18\x02")


def test_every_truncation_is_refused():
    data = one()
    for end in range(len(data)):
        with pytest.raises(MalformedError) as caught:
            receipt.decode_receipt(data[:end])
        assert 0 <= (caught.value.offset or 0) <= end


def test_a_flipped_bit_is_refused_or_changes_what_must_have_been_signed():
    data, leaf = one(), LEAVES[2]
    good = (receipt.decode_receipt(data).tbs(leaf), signature_for(receipt.ES256))
    places = set()
    for at in range(len(data)):
        for bit in range(8):
            changed = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            with contextlib.suppress(MalformedError, InvalidEvidenceError):
                read = receipt.decode_receipt(changed)
                if (read.tbs(leaf), read.signature) == good:
                    places.add((read.size, read.index))
    # Size and index are not signed, and nothing rests on them: other places with the same path give the same root.
    assert places <= {(size, index) for size in (5, 6, 7, 8) for index in (2, 3)} - {(6, 3)}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(one())), st.integers(0, 9), st.binary(max_size=9))
def test_whatever_is_accepted_has_one_form_and_nothing_else_escapes(at, drop, put):
    changed = one()[:at] + put + one()[at + drop :]
    with contextlib.suppress(MalformedError):
        assert receipt.encode_receipt(*fields_of(receipt.decode_receipt(changed))) == changed
