"""The golden Merkle vectors: made by today's code, true to the last hash, and the hostile proofs refused."""

import pytest

import vectors
from kopir.wire import merkle
from kopir.wire.errors import InvalidEvidenceError

VECTORS = vectors.load("merkle.json")
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]


def from_hex(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in hashes]


def test_the_file_is_what_the_script_makes():
    assert vectors.is_as_made("merkle.json")


@pytest.mark.parametrize("tree", VECTORS["trees"], ids=lambda tree: f"{tree['size']} leaves")
def test_a_tree_and_its_proofs(tree):
    size, root = tree["size"], bytes.fromhex(tree["root"])
    for index, path in enumerate(tree["paths"]):
        merkle.verify_inclusion(LEAVES[index], index, size, from_hex(path), root)
    for old, proof in enumerate(tree["consistency"], start=1):
        old_root = bytes.fromhex(VECTORS["trees"][old - 1]["root"])
        merkle.verify_consistency(old, size, old_root, root, from_hex(proof))


@pytest.mark.parametrize("case", VECTORS["hostile_inclusion"], ids=lambda case: case["why"])
def test_a_proof_of_something_else_is_refused(case):
    with pytest.raises(InvalidEvidenceError):
        merkle.verify_inclusion(
            bytes.fromhex(case["leaf"]),
            case["index"],
            case["size"],
            from_hex(case["path"]),
            bytes.fromhex(case["root"]),
        )
