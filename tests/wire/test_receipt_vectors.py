"""The golden receipts: made by today's code, good under their keys, and the others unproven or no receipts at all."""

from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

import vectors
from kopir.wire import receipt
from kopir.wire.errors import InvalidEvidenceError, MalformedError

VECTORS = vectors.load("receipts.json")


def prove(case: dict) -> receipt.Receipt:
    """Read the receipt and check it as a verifier would, raising what does not hold."""
    read = receipt.decode_receipt(bytes.fromhex(case["receipt"]))
    data, public = read.tbs(bytes.fromhex(case["leaf_hash"])), bytes.fromhex(case["public_key"])
    if read.kid != sha256(public).digest():
        raise InvalidEvidenceError("another certificate")
    key = serialization.load_der_public_key(public)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and read.alg == receipt.ES256:
            r, s = (int.from_bytes(half, "big") for half in (read.signature[:32], read.signature[32:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, ed25519.Ed25519PublicKey) and read.alg == receipt.EDDSA:
            key.verify(read.signature, data)
        elif isinstance(key, rsa.RSAPublicKey) and read.alg == receipt.PS256:
            key.verify(read.signature, data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        else:
            raise InvalidEvidenceError("an algorithm of another key")
    except InvalidSignature:
        raise InvalidEvidenceError("the signature does not hold") from None
    return read


def test_the_file_is_what_the_script_makes():
    assert vectors.is_as_made("receipts.json")


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: f"{case['alg']} {case['index']} of {case['size']}")
def test_a_good_receipt_proves_its_record(case):
    read = prove(case)
    leaf = bytes.fromhex(case["leaf_hash"])
    assert read.root(leaf).hex() == case["root"]
    assert read.tbs(leaf).hex() == case["to_be_signed"]
    assert (read.alg, read.kid.hex(), read.size, read.index) == tuple(case[k] for k in ("alg", "kid", "size", "index"))


def test_a_batch_gives_the_golden_receipts():
    random, leaves = bytes.fromhex(VECTORS["random"]), [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]
    for case in VECTORS["good"]:
        batch = receipt.Batch(random, leaves[: case["size"] - 1])
        read = receipt.decode_receipt(bytes.fromhex(case["receipt"]))
        assert batch.receipts(read.alg, read.kid, read.signature)[case["index"] - 1].hex() == case["receipt"]


@pytest.mark.parametrize("case", VECTORS["unproven"], ids=lambda case: case["why"])
def test_a_receipt_of_something_else_proves_nothing(case):
    with pytest.raises(InvalidEvidenceError):
        prove(case)


@pytest.mark.parametrize("case", VECTORS["hostile"], ids=lambda case: case["why"])
def test_a_hostile_receipt_is_refused(case):
    with pytest.raises(MalformedError):
        receipt.decode_receipt(bytes.fromhex(case["receipt"]))
