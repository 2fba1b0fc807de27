"""The journal's tree agrees with a whole tree built at once, at every size, for every leaf."""

from __future__ import annotations

import pytest

from kopir.bridge.journal.tree import JournalTree, SegmentRoots
from kopir.wire.merkle import EMPTY_ROOT, Tree, leaf_hash

LEAVES = [leaf_hash(b"%d" % number) for number in range(70)]


@pytest.mark.parametrize("exponent", [1, 2, 3])
def test_roots_and_paths_are_those_of_the_whole_tree(exponent):
    tree = JournalTree(exponent)
    for count, leaf in enumerate(LEAVES, 1):
        tree.append(leaf)
        assert (tree.size, tree.root()) == (count, Tree(LEAVES[:count]).root)

    def tree_of(number, count):
        first = number << exponent
        return Tree(LEAVES[first : first + count])

    for size in range(1, len(LEAVES) + 1):
        whole = Tree(LEAVES[:size])
        assert tree.root_at(size, tree_of) == whole.root
        for index in range(size):
            assert tree.path(index, size, tree_of) == whole.path(index)
    assert tree.root_at(0, tree_of) == EMPTY_ROOT


def test_full_segments_can_be_put_in_by_their_roots():
    tree, other = JournalTree(2), JournalTree(2)
    for leaf in LEAVES[:23]:
        tree.append(leaf)
    for number in range(5):
        other.add_segment(Tree(LEAVES[number * 4 : number * 4 + 4]).root)
    for leaf in LEAVES[20:23]:
        other.append(leaf)
    assert (other.size, other.root()) == (tree.size, tree.root())
    assert other.active == tree.active


def test_the_active_segment_is_replaced_not_emptied():
    tree = JournalTree(1)
    tree.append(LEAVES[0])
    before = tree.active
    tree.append(LEAVES[1])
    assert before == (0, LEAVES[:2])
    assert tree.active == (1, [])


def test_peaks_are_one_for_each_bit_the_largest_first():
    roots = SegmentRoots()
    for leaf in LEAVES[:7]:
        roots.append(leaf)
    assert len(roots) == 7
    assert roots.peaks(7) == (Tree(LEAVES[:4]).root, Tree(LEAVES[4:6]).root, LEAVES[6])
    assert roots.peaks(4) == (Tree(LEAVES[:4]).root,)
    assert roots.peaks(0) == ()
    assert roots.root(0, None) == EMPTY_ROOT
