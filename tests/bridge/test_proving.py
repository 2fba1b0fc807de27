"""Checking evidence: the signer first, then the signature; what is remembered is the whole of it and nothing less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from countries import HOUR_MS, Country
from kopir.bridge import proving
from kopir.bridge.proving import Prover
from kopir.signing.algorithms import EDDSA, ES256, sign
from kopir.signing.facts import kid_of
from kopir.wire import merkle, receipt
from kopir.wire.directory import MemberEntry
from kopir.wire.errors import InvalidEvidenceError, MalformedError, WrongSignerError
from pki import NOW_MS, TO_MS, make_certificate

KZ = Country()
RECORD = b"a record"
LEAF = merkle.leaf_hash(RECORD)


def prove(
    *records: bytes, signer: Any = KZ.signing, alg: int = ES256, kid: bytes | None = None, index: int = 1
) -> bytes:
    """The receipt of the record at `index` in a batch of these."""
    batch = receipt.Batch(bytes(32), [merkle.leaf_hash(record) for record in records or (RECORD,)])
    own = kid or kid_of(signer.der)
    signature = sign(signer.key, receipt.to_be_signed(alg, own, batch.root))
    size = len(records or (RECORD,)) + 1
    return receipt.encode_receipt(alg, own, signature, size, index, batch.path(index))


def check(prover: Prover, proof: bytes, record: bytes = RECORD, **changes: Any) -> bytes:
    values: dict[str, Any] = {"directory": KZ.directory, "member": KZ.member, "now_ms": NOW_MS} | changes
    return prover.check(record, proof, **values)


def test_a_record_that_its_member_signed_gives_its_leaf():
    prover = Prover()
    assert check(prover, prove()) == LEAF
    assert prover.verifications == 1


def test_of_one_batch_only_the_first_signature_is_verified():
    prover = Prover()
    records = [b"%d" % number for number in range(5)]
    batch = receipt.Batch(bytes(32), [merkle.leaf_hash(record) for record in records])
    kid = kid_of(KZ.signing.der)
    signature = sign(KZ.signing.key, receipt.to_be_signed(ES256, kid, batch.root))
    for index, record in enumerate(records, start=1):
        proof = receipt.encode_receipt(ES256, kid, signature, 6, index, batch.path(index))
        assert check(prover, proof, record) == merkle.leaf_hash(record)
    assert prover.verifications == 1


def test_forget_empties_the_memory():
    prover = Prover()
    proof = prove()
    check(prover, proof)
    check(prover, proof)
    assert prover.verifications == 1
    prover.forget()
    check(prover, proof)
    assert prover.verifications == 2


def test_the_memory_is_bounded_and_the_oldest_leaves(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(proving, "REMEMBERED_ROOTS", 2)
    prover = Prover()
    proofs = [prove(b"%d" % number) for number in range(3)]
    for number, proof in enumerate(proofs):
        check(prover, proof, b"%d" % number)
    assert (prover.verifications, len(prover._known)) == (3, 2)
    check(prover, proofs[2], b"2")
    assert prover.verifications == 3
    check(prover, proofs[0], b"0")
    assert prover.verifications == 4


# -- a known root, and something else about it


def test_a_known_root_with_another_good_signature_is_verified_anew():
    prover = Prover()
    check(prover, prove())
    check(prover, prove())  # ECDSA draws a new number for each
    assert prover.verifications == 2


def test_a_known_root_with_a_broken_signature_is_refused():
    prover = Prover()
    good = receipt.decode_receipt(prove())
    check(prover, receipt.encode_receipt(ES256, good.kid, good.signature, 2, 1, good.path))
    bent = good.signature[:-1] + bytes([good.signature[-1] ^ 1])
    with pytest.raises(InvalidEvidenceError):
        check(prover, receipt.encode_receipt(ES256, good.kid, bent, 2, 1, good.path))
    with pytest.raises(InvalidEvidenceError):
        check(prover, receipt.encode_receipt(ES256, good.kid, bent, 2, 1, good.path))
    assert prover.verifications == 3, "what failed is not remembered"


def test_a_known_root_under_another_kid_of_the_member_is_refused():
    other = make_certificate("CN=Member 2", issuer=KZ.root)
    both = replace(
        KZ.directory,
        members=(MemberEntry(KZ.member, "Ministry", tuple(sorted((KZ.signing.der, other.der)))),),
    )
    prover = Prover()
    good = receipt.decode_receipt(prove())
    check(prover, receipt.encode_receipt(ES256, good.kid, good.signature, 2, 1, good.path), directory=both)
    with pytest.raises(InvalidEvidenceError):
        check(
            prover,
            receipt.encode_receipt(ES256, kid_of(other.der), good.signature, 2, 1, good.path),
            directory=both,
        )


def test_a_known_root_with_another_alg_is_refused():
    prover = Prover()
    good = receipt.decode_receipt(prove())
    check(prover, receipt.encode_receipt(ES256, good.kid, good.signature, 2, 1, good.path))
    with pytest.raises(WrongSignerError, match="algorithm"):
        check(prover, receipt.encode_receipt(EDDSA, good.kid, good.signature, 2, 1, good.path))


def test_a_certificate_that_left_is_refused_though_its_root_is_known():
    prover = Prover()
    proof = prove()
    check(prover, proof)
    without = replace(KZ.directory, members=(MemberEntry(KZ.member, "Ministry", ()),))
    with pytest.raises(WrongSignerError, match="nobody"):
        check(prover, proof, directory=without)


def test_a_certificate_that_has_expired_is_refused_though_its_root_is_known():
    prover = Prover()
    proof = prove()
    check(prover, proof)
    with pytest.raises(WrongSignerError):
        check(prover, proof, now_ms=TO_MS + HOUR_MS)
    assert prover.verifications == 1


# -- hostile


def test_another_members_key_may_not_sign_however_good_the_signature():
    other = make_certificate("CN=Other", issuer=KZ.root)
    directory = replace(
        KZ.directory, members=(*KZ.directory.members, MemberEntry("KZ/GOV/2", "Other ministry", (other.der,)))
    )
    prover = Prover()
    proof = prove(signer=other)
    assert check(prover, proof, directory=directory, member="KZ/GOV/2") == LEAF
    with pytest.raises(WrongSignerError, match="belongs to KZ/GOV/2, not to KZ/GOV/1"):
        check(prover, proof, directory=directory)


def test_the_nodes_tls_key_may_not_sign_records():
    with pytest.raises(WrongSignerError):
        check(Prover(), prove(signer=KZ.tls))


def test_a_proof_of_another_record_does_not_hold():
    prover = Prover()
    proof = prove()
    check(prover, proof)
    with pytest.raises(InvalidEvidenceError):
        check(prover, proof, b"another record")


def test_a_path_or_place_that_was_bent_does_not_hold():
    prover = Prover()
    good = receipt.decode_receipt(prove(RECORD, b"b", b"c"))
    check(prover, receipt.encode_receipt(ES256, good.kid, good.signature, 4, 1, good.path))
    bent = [bytes(32), *good.path[1:]]
    with pytest.raises(InvalidEvidenceError):
        check(prover, receipt.encode_receipt(ES256, good.kid, good.signature, 4, 1, bent))
    with pytest.raises((InvalidEvidenceError, MalformedError)):
        check(prover, receipt.encode_receipt(ES256, good.kid, good.signature, 4, 2, good.path))


@pytest.mark.parametrize("proof", [b"", b"\xd2", bytes(100), prove()[:-1], prove() + b"\x00"])
def test_what_is_no_receipt_is_malformed(proof):
    with pytest.raises(MalformedError):
        check(Prover(), proof)
