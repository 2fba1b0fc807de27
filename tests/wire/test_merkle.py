"""Merkle trees: Certificate Transparency's published vectors, small trees against the RFC's recursion, forgeries."""

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vectors
from kopir.wire import merkle
from kopir.wire.errors import InvalidEvidenceError, LocalProtocolError

# Published with the reference code of Certificate Transparency and used by its successors ever since.
CT = vectors.load("certificate-transparency.json")
CT_LEAVES = [bytes.fromhex(leaf) for leaf in CT["leaves"]]
LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(70)]


def from_hex(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in hashes]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


def path_by_definition(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*path_by_definition(index, leaves[:k]), root_by_definition(leaves[k:])]
    return [*path_by_definition(index - k, leaves[k:]), root_by_definition(leaves[:k])]


def test_a_tree_proves_each_of_its_leaves():
    tree = merkle.Tree(LEAVES[:5])
    for index in range(5):
        merkle.verify_inclusion(LEAVES[index], index, 5, tree.path(index), tree.root)


@pytest.mark.parametrize(("size", "root"), list(enumerate(CT["roots"])))
def test_the_published_roots(size, root):
    leaves = [merkle.leaf_hash(leaf) for leaf in CT_LEAVES[:size]]
    assert merkle.Tree(leaves).root.hex() == root
    journal = merkle.CompactRange()
    for leaf in leaves:
        journal.append(leaf)
    assert journal.root().hex() == root


@pytest.mark.parametrize("proof", CT["inclusion"])
def test_the_published_inclusion_proofs(proof):
    index, size, path = proof["index"], proof["size"], from_hex(proof["path"])
    leaves = [merkle.leaf_hash(leaf) for leaf in CT_LEAVES]
    assert merkle.Tree(leaves[:size]).path(index) == path
    assert merkle.root_from_path(leaves[index], index, size, path).hex() == CT["roots"][size]


@pytest.mark.parametrize("proof", CT["consistency"])
def test_the_published_consistency_proofs(proof):
    old, new, steps = proof["old_size"], proof["new_size"], from_hex(proof["proof"])
    roots = from_hex(CT["roots"])
    assert merkle.Tree([merkle.leaf_hash(leaf) for leaf in CT_LEAVES[:new]]).consistency(old) == steps
    merkle.verify_consistency(old, new, roots[old], roots[new], steps)


@pytest.mark.parametrize("size", range(1, 35))
def test_every_small_tree_is_the_one_of_the_definition(size):
    leaves = LEAVES[:size]
    tree = merkle.Tree(leaves)
    assert tree.root == root_by_definition(leaves)
    assert tree.joined_paths(b"X ") == [b"".join(b"X " + step for step in tree.path(n)) for n in range(size)]
    for index in range(size):
        assert tree.path(index) == path_by_definition(index, leaves)
        assert merkle.root_from_path(leaves[index], index, size, tree.path(index)) == tree.root


@pytest.mark.parametrize("new", range(1, 35))
def test_every_small_tree_is_consistent_with_its_beginnings(new):
    tree = merkle.Tree(LEAVES[:new])
    for old in range(1, new + 1):
        merkle.verify_consistency(old, new, merkle.Tree(LEAVES[:old]).root, tree.root, tree.consistency(old))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 70), st.integers(0, 70))
def test_a_journal_goes_on_from_its_peaks(first, second):
    whole = merkle.CompactRange()
    for leaf in LEAVES[:first]:
        whole.append(leaf)
    restored = merkle.CompactRange(whole.size, whole.peaks)
    for leaf in LEAVES[:second]:
        whole.append(leaf)
        restored.append(leaf)
    assert restored.size == first + second
    assert restored.peaks == whole.peaks
    assert restored.root() == merkle.Tree(LEAVES[:first] + LEAVES[:second]).root


def test_the_empty_tree_has_the_hash_of_nothing():
    assert merkle.Tree([]).root == merkle.CompactRange().root() == sha256().digest()


def test_a_leaf_cannot_pass_for_a_node():
    left, right = LEAVES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize("index", [-1, 5])
def test_a_tree_has_no_path_for_a_leaf_that_it_does_not_have(index):
    with pytest.raises(LocalProtocolError):
        merkle.Tree(LEAVES[:5]).path(index)


@pytest.mark.parametrize("old_size", [0, 6])
def test_a_tree_has_no_proof_for_a_size_that_it_never_had(old_size):
    with pytest.raises(LocalProtocolError):
        merkle.Tree(LEAVES[:5]).consistency(old_size)


@pytest.mark.parametrize(
    ("size", "peaks"), [(0, LEAVES[:1]), (3, LEAVES[:1]), (1, []), (-1, LEAVES[:1]), (1, [b"short"])]
)
def test_peaks_that_do_not_fit_their_size_are_refused(size, peaks):
    with pytest.raises(LocalProtocolError):
        merkle.CompactRange(size, peaks)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_a_path_of_another_length_or_place_is_refused(size):
    tree = merkle.Tree(LEAVES[:size])
    for index in range(size):
        path = tree.path(index)
        wrong: list[tuple[int, int, list[bytes]]] = [
            (index, size, [*path, LEAVES[0]]),
            (index, size, path[:-1]) if path else (size, size, path),
            (index, size, [path[0][:31], *path[1:]]) if path else (-1, size, path),
            (index ^ 1, size, path) if path else (0, 0, path),
            (index, 2 * size, path),
            (index, size, [LEAVES[69], *path[1:]]) if path else (1, 1, path),
            (size, size, path),
            (-1, size, path),
        ]
        for bad_index, bad_size, bad_path in wrong:
            with pytest.raises(InvalidEvidenceError):
                merkle.verify_inclusion(LEAVES[index], bad_index, bad_size, bad_path, tree.root)


@pytest.mark.parametrize(
    ("path", "fault"),
    [([LEAVES[1], LEAVES[2], LEAVES[3]], "too long"), ([LEAVES[1]], "too short"), ([b"x"] * 2, "1 bytes")],
)
def test_no_root_is_computed_from_a_path_of_bad_form(path, fault):
    with pytest.raises(InvalidEvidenceError, match=fault):
        merkle.root_from_path(LEAVES[0], 0, 4, path)


@pytest.mark.parametrize(("proof", "fault"), [([b"x"], "another length"), (LEAVES[:3], "too long")])
def test_no_consistency_is_computed_from_a_proof_of_bad_form(proof, fault):
    with pytest.raises(InvalidEvidenceError, match=fault):
        merkle.verify_consistency(1, 2, LEAVES[0], LEAVES[1], proof)


def test_two_leaves_swapped_do_not_prove_each_other():
    tree = merkle.Tree(LEAVES[:6])
    for one, other in pairwise(range(6)):
        with pytest.raises(InvalidEvidenceError):
            merkle.verify_inclusion(LEAVES[one], other, 6, tree.path(other), tree.root)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (3, 7), (4, 8), (6, 8), (7, 13), (8, 8)])
def test_a_consistency_proof_of_something_else_is_refused(old, new):
    tree = merkle.Tree(LEAVES[:new])
    old_root, proof = merkle.Tree(LEAVES[:old]).root, tree.consistency(old)
    wrong = [
        (old, new, LEAVES[69], tree.root, proof),
        (old, new, old_root, LEAVES[69], proof),
        (old, new, old_root, tree.root, [*proof, LEAVES[0]]),
        (old, new, old_root, tree.root, [*proof, b"short"]),
        (old, 4 * new, old_root, tree.root, proof),
        (0, new, old_root, tree.root, proof),
        (new + 1, new, old_root, tree.root, proof),
    ]
    if proof:
        wrong += [
            (old, new, old_root, tree.root, proof[:-1]),
            (old, new, old_root, tree.root, []),
            (old, new, old_root, tree.root, [LEAVES[69], *proof[1:]]),
        ]
    for case in wrong:
        with pytest.raises(InvalidEvidenceError):
            merkle.verify_consistency(*case)
