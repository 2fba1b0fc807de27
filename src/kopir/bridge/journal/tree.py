"""The journal's tree in memory: roots of full segments, of their pairs upwards, and leaf hashes of the last one.

A full segment is one perfect subtree of 2^k leaves, so that roots and paths over any number of segments need no disk.
Memory: 64 bytes for each full segment and 32 × 2^k for the last.
"""

from __future__ import annotations

from collections.abc import Callable

from kopir.wire.merkle import EMPTY_ROOT, HASH_BYTES, CompactRange, Tree, node_hash

TreeReader = Callable[[int, int], Tree]
"""Gives the tree of the first leaves of a segment, by its number and their count; raises if it cannot."""


class SegmentRoots:
    """Roots of the full segments as the lowest level, above it every perfect subtree of them."""

    __slots__ = ("_levels",)

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def append(self, root: bytes) -> None:
        """Add the root of the next segment, and of each subtree that it completes."""
        depth = 0
        while True:
            if depth == len(self._levels):
                self._levels.append(bytearray())
            level = self._levels[depth]
            level += root
            if len(level) // HASH_BYTES & 1:
                return
            root = node_hash(bytes(level[-2 * HASH_BYTES : -HASH_BYTES]), root)
            depth += 1

    def node(self, depth: int, index: int) -> bytes:
        """The root of the `index`-th perfect subtree of 2^depth segments."""
        return bytes(self._levels[depth][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def peaks(self, count: int) -> tuple[bytes, ...]:
        """Roots of the perfect subtrees that the first `count` segments make, the largest first."""
        depths = range(count.bit_length() - 1, -1, -1)
        return tuple(self.node(depth, (count >> depth) - 1) for depth in depths if count >> depth & 1)

    def root(self, count: int, partial: bytes | None) -> bytes:
        """The root over the first `count` segments and, after them, a part of a segment whose own root is `partial`."""
        node = partial
        for peak in reversed(self.peaks(count)):
            node = peak if node is None else node_hash(peak, node)
        return EMPTY_ROOT if node is None else node

    def path(self, segment: int, count: int, partial: bytes | None) -> list[bytes]:
        """The upper part of an inclusion path: from `segment` (which is `count` for the part of one) to the root."""
        path = []
        depth, index, ragged = 0, segment, partial
        while count or (index and ragged is not None):
            sibling = index ^ 1
            if sibling < count:
                path.append(self.node(depth, sibling))
            elif sibling == count and ragged is not None:
                path.append(ragged)
            if count & 1:
                last = self.node(depth, count - 1)
                ragged = last if ragged is None else node_hash(last, ragged)
            depth, index, count = depth + 1, index >> 1, count >> 1
        return path


class JournalTree:
    """The tree as far as entries were appended; what of it is durable is the committer's to say.

    `active` is replaced as one object when a segment fills, so that a thread which took it keeps a consistent pair.
    """

    __slots__ = ("_range", "active", "exponent", "mask", "roots", "size")

    def __init__(self, exponent: int) -> None:
        self.exponent = exponent
        self.mask = (1 << exponent) - 1
        self.roots = SegmentRoots()
        self.size = 0
        self.active: tuple[int, list[bytes]] = (0, [])
        self._range = CompactRange()

    def add_segment(self, root: bytes) -> None:
        """Put a full segment before the active one; only while no leaf was appended."""
        self.roots.append(root)
        self.size += self.mask + 1
        self.active = (len(self.roots), [])

    def append(self, leaf: bytes) -> None:
        """Add one leaf. The leaf that fills a segment makes its root and begins the next."""
        self._range.append(leaf)
        self.active[1].append(leaf)
        self.size += 1
        if not self.size & self.mask:
            self.roots.append(self._range.root())
            self._range = CompactRange()
            self.active = (len(self.roots), [])

    def root(self) -> bytes:
        """The root as it stands."""
        return self.roots.root(len(self.roots), self._range.root() if self._range.size else None)

    def root_at(self, size: int, tree_of: TreeReader) -> bytes:
        """The root of the first `size` leaves; reads at most one segment."""
        count, rest = size >> self.exponent, size & self.mask
        partial = tree_of(count, rest).root if rest else None
        return self.roots.root(count, partial)

    def path(self, index: int, size: int, tree_of: TreeReader) -> list[bytes]:
        """The inclusion path of leaf `index` in the tree of the first `size` leaves; reads at most two segments."""
        segment, count, rest = index >> self.exponent, size >> self.exponent, size & self.mask
        if segment == count:
            part = tree_of(count, rest)
            return part.path(index & self.mask) + self.roots.path(segment, count, part.root)
        partial = tree_of(count, rest).root if rest else None
        return tree_of(segment, self.mask + 1).path(index & self.mask) + self.roots.path(segment, count, partial)
