"""Merkle trees of RFC 9162 §2.1 with SHA-256: whole small trees for batches, and the compact range of a journal.

Hashes are 32 bytes everywhere. The tree of n leaves splits at the largest power of two below n; leaves and inner nodes
are hashed under different prefixes, so that neither passes for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from kopir.wire.errors import InvalidEvidenceError, LocalProtocolError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf's content (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node from the hashes of its two children (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A whole tree over leaf hashes, built once: `root`, `size`, and the inclusion path of every leaf by lookup."""

    __slots__ = ("_levels", "root", "size")

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Hash upwards, n-1 hashes for n leaves. A node without a sibling rises unchanged: the RFC's split."""
        level = list(leaves)
        self.size: Final = len(level)
        self._levels: Final = [level]
        while len(level) > 1:
            above = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
            if len(level) & 1:
                above.append(level[-1])
            self._levels.append(above)
            level = above
        self.root: Final = level[0] if level else EMPTY_ROOT

    def path(self, index: int) -> list[bytes]:
        """The inclusion path of leaf `index`, from the bottom up (RFC 9162 §2.1.3.1)."""
        if not 0 <= index < self.size:
            raise LocalProtocolError(f"no leaf {index} in a tree of {self.size}")
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path

    def joined_paths(self, before: bytes) -> list[bytes]:
        """The paths of all leaves at once, each as one byte string, with `before` in front of every hash.

        From the top down each path is a hash and its parent's path, so that all of them cost two joins for each leaf.
        """
        paths = [b""]
        for level in self._levels[-2::-1]:
            size = len(level)
            paths = [
                before + level[i ^ 1] + paths[i >> 1] if i ^ 1 < size else paths[i >> 1]  # a lone node has no sibling
                for i in range(size)
            ]
        return paths

    def consistency(self, old_size: int) -> list[bytes]:
        """The proof that the tree of the first `old_size` leaves is a prefix of this one (RFC 9162 §2.1.4.1)."""
        if not 1 <= old_size <= self.size:
            raise LocalProtocolError(f"no tree of {old_size} leaves within one of {self.size}")
        if old_size == self.size:
            return []
        proof: list[bytes] = []
        # Start from the smallest full subtree at the old tree's right edge; where that is the whole old tree, the
        # verifier knows its hash.
        level = (old_size & -old_size).bit_length() - 1
        index = (old_size >> level) - 1
        if index:
            proof.append(self._levels[level][index])
        for nodes in self._levels[level:-1]:
            sibling = index ^ 1
            if sibling < len(nodes):
                proof.append(nodes[sibling])
            index >>= 1
        return proof


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Recompute the root of the tree of `size` leaves from one leaf hash and its path (RFC 9162 §2.1.3.2).

    Raises InvalidEvidenceError where `index` is outside the tree or the path has another length than the tree demands.
    """
    if not 0 <= index < size:
        raise InvalidEvidenceError(f"no leaf {index} in a tree of {size}")
    last = size - 1
    node = leaf
    for sibling in path:
        if not last:
            raise InvalidEvidenceError("an inclusion path that is too long")
        if len(sibling) != HASH_BYTES:
            raise InvalidEvidenceError(f"a hash of {len(sibling)} bytes in an inclusion path")
        if index & 1 or index == last:
            node = sha256(b"\x01" + sibling + node).digest()
            while not index & 1:  # ends: an even index gets here as the last one, which is not 0
                index >>= 1
                last >>= 1
        else:
            node = sha256(b"\x01" + node + sibling).digest()
        index >>= 1
        last >>= 1
    if last:
        raise InvalidEvidenceError("an inclusion path that is too short")
    return node


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise InvalidEvidenceError unless `path` proves that `leaf` is at `index` in the tree of `size` and `root`."""
    if root_from_path(leaf, index, size, path) != root:
        raise InvalidEvidenceError("the inclusion path leads to another root")


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise InvalidEvidenceError unless `proof` shows the old tree to be a prefix of the new (RFC 9162 §2.1.4.2)."""
    if not 1 <= old_size <= new_size:
        raise InvalidEvidenceError(f"no tree of {old_size} leaves within one of {new_size}")
    # A tree of one full subtree is where its own proof starts, and the proof leaves it out.
    steps = list(proof) if old_size & (old_size - 1) and old_size != new_size else [old_root, *proof]
    if not steps or any(len(step) != HASH_BYTES for step in steps):
        raise InvalidEvidenceError("a consistency proof without hashes, or with one of another length")
    full_levels = (old_size & -old_size).bit_length() - 1
    index, last = old_size - 1 >> full_levels, new_size - 1 >> full_levels
    if old_size == new_size:
        last = 0
    old = new = steps[0]
    for sibling in steps[1:]:
        if not last:
            raise InvalidEvidenceError("a consistency proof that is too long")
        if index & 1 or index == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not index & 1:  # ends: an even index gets here as the last one, which is not 0
                index >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        index >>= 1
        last >>= 1
    if last or old != old_root or new != new_root:
        raise InvalidEvidenceError("the consistency proof does not join the two roots")


class CompactRange:
    """A growing tree of which only the peaks are kept: the roots of its full subtrees, the largest first.

    n leaves have as many peaks as n has bits set, so that a journal of any length needs under 2 KiB.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Begin empty, or go on from a kept `size` and its `peaks`; raise LocalProtocolError where those do not fit."""
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in peaks):
            raise LocalProtocolError(f"{len(peaks)} peaks do not make a tree of {size} leaves")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the full subtrees, the largest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash; on average one inner node is hashed."""
        peaks = self._peaks
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        peaks = self._peaks
        if not peaks:
            return EMPTY_ROOT
        node = peaks[-1]
        for peak in peaks[-2::-1]:
            node = sha256(b"\x01" + peak + node).digest()
        return node
