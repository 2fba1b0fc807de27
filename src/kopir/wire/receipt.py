"""COSE Receipts (RFC 9942) in the one form that the protocol takes (protocol.md §4): one signature for many records.

A receipt proves who signed a record; order is the journal's matter, and nothing rests on size and index. Signing and
checking signatures is the room `signing`'s: here are the bytes that are signed and the bytes that travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kopir.wire import cbor, merkle
from kopir.wire.errors import LocalProtocolError, MalformedError

ES256: Final = -7
EDDSA: Final = -8
PS256: Final = -37

RANDOM_BYTES: Final = 32
KID_BYTES: Final = 32
MAX_PATH: Final = 32
MAX_SIZE: Final = (1 << 32) - 1

SIGNATURE_BYTES: Final = {ES256: range(64, 65), EDDSA: range(64, 65), PS256: range(256, 1025)}
"""Lengths of a signature: r and s; RFC 8032; RSA moduli of 2048 to 8192 bits."""

# Everything in a receipt but kid, proof and signature is fixed for each alg, so both ways go by these pieces.
# The protected headers: 1 alg, 4 kid, 395 tree algorithm.
_ALG_BYTES: Final = {ES256: b"\x26", EDDSA: b"\x27", PS256: b"\x38\x24"}
_BEFORE_KID: Final = {alg: b"\xa3\x01" + code + b"\x04\x58\x20" for alg, code in _ALG_BYTES.items()}
_AFTER_KID: Final = b"\x19\x01\x8b\x01"
_BYTES_OF_PROTECTED: Final = {
    alg: bytes([0x58, len(before) + KID_BYTES + len(_AFTER_KID)]) for alg, before in _BEFORE_KID.items()
}
# The receipt: tag 18, an array of four; in its unprotected headers, 396 proofs, -1 inclusion; payload nil.
_START: Final = {alg: b"\xd2\x84" + _BYTES_OF_PROTECTED[alg] + _BEFORE_KID[alg] for alg in _ALG_BYTES}
_BEFORE_PROOF: Final = _AFTER_KID + b"\xa1\x19\x01\x8c\xa1\x20\x81"
_AFTER_PROOF: Final = b"\xf6"
# The Sig_structure of RFC 9052 §4.4.
_START_OF_SIGNED: Final = {
    alg: b"\x84\x6aSignature1" + _BYTES_OF_PROTECTED[alg] + _BEFORE_KID[alg] for alg in _ALG_BYTES
}
_BEFORE_ROOT: Final = _AFTER_KID + b"\x40\x58\x20"

# The first ten bytes tell the algorithms apart; the rest of a longer start is compared after that.
_TELLING: Final = 10
_ALG_BY_START: Final = {start[:_TELLING]: alg for alg, start in _START.items()}

_BEFORE_HASH: Final = b"\x58\x20"
_HASH_ITEM_BYTES: Final = len(_BEFORE_HASH) + merkle.HASH_BYTES


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as read: its form is checked, its signature is not. `path` leads from the record's leaf to the root."""

    alg: int
    kid: bytes
    signature: bytes
    size: int
    index: int
    path: list[bytes]

    def root(self, leaf_hash: bytes) -> bytes:
        """The root that the signature must cover; raise InvalidEvidenceError where the path does not fit its place."""
        return merkle.root_from_path(leaf_hash, self.index, self.size, self.path)

    def tbs(self, leaf_hash: bytes) -> bytes:
        """The bytes that `signature` must be of, if the record is the one of `leaf_hash`; raise as `root` does."""
        return to_be_signed(self.alg, self.kid, self.root(leaf_hash))


class Batch:
    """The tree over records that are signed together. Leaf 0 is random, the records' leaf hashes are leaves 1 to n."""

    __slots__ = ("_tree", "root", "size")

    def __init__(self, random: bytes, leaves: Sequence[bytes]) -> None:
        """Build the tree; `random` is 32 fresh random bytes, which keep the other leaves from being guessed."""
        if len(random) != RANDOM_BYTES or not leaves or any(len(leaf) != merkle.HASH_BYTES for leaf in leaves):
            raise LocalProtocolError("a batch is 32 random bytes and at least one leaf hash of 32 bytes")
        self._tree: Final = merkle.Tree([merkle.leaf_hash(random), *leaves])
        self.root: Final = self._tree.root
        self.size: Final = self._tree.size

    def path(self, index: int) -> list[bytes]:
        """The path of the leaf at `index` in the tree: 1 for the first record."""
        return self._tree.path(index)

    def receipts(self, alg: int, kid: bytes, signature: bytes) -> list[bytes]:
        """The encoded receipts of all records in their order, for one signature of the root."""
        start, end = _envelope(alg, kid, signature)
        size = b"\x83" + cbor.encode(self.size)
        encoded = []
        for index, path in enumerate(self._tree.joined_paths(_BEFORE_HASH)):
            length = cbor.head(cbor.LIST, len(path) // _HASH_ITEM_BYTES)
            proof = size + cbor.head(cbor.UNSIGNED, index) + length + path
            encoded.append(start + cbor.head(cbor.BYTES, len(proof)) + proof + end)
        return encoded[1:]


def to_be_signed(alg: int, kid: bytes, root: bytes) -> bytes:
    """Encode the Sig_structure of RFC 9052 §4.4 over the `root` of a batch; `kid` names the signing certificate."""
    if alg not in _START_OF_SIGNED or len(kid) != KID_BYTES or len(root) != merkle.HASH_BYTES:
        raise LocalProtocolError(f"no receipt is signed by algorithm {alg} with such a kid or root")
    return _START_OF_SIGNED[alg] + kid + _BEFORE_ROOT + root


def encode_receipt(  # noqa: PLR0917 - the fields of a receipt in their order
    alg: int, kid: bytes, signature: bytes, size: int, index: int, path: list[bytes]
) -> bytes:
    """Encode one receipt (`Batch.receipts` encodes many); raise LocalProtocolError for what no peer takes."""
    start, end = _envelope(alg, kid, signature)
    if not _is_proof(size, index, path):
        raise LocalProtocolError("a proof outside the limits")
    proof = cbor.encode([size, index, path])
    return start + cbor.head(cbor.BYTES, len(proof)) + proof + end


def decode_receipt(data: bytes) -> Receipt:
    """Read one receipt that fills `data`; raise MalformedError for anything but the one form of a possible receipt."""
    alg = _ALG_BY_START.get(data[:_TELLING])
    if alg is None or not data.startswith(_START[alg]):
        raise MalformedError("no receipt: its protected headers are not those of the protocol", offset=0)
    kid_at = len(_START[alg])
    headers_at = kid_at + KID_BYTES
    proof_at = headers_at + len(_BEFORE_PROOF)
    if data[headers_at:proof_at] != _BEFORE_PROOF:
        at = min(headers_at, len(data))
        raise MalformedError("a receipt with other headers than those of the protocol", offset=at)
    proof, at = cbor.take(data, proof_at)
    if data[at : at + 1] != _AFTER_PROOF:
        raise MalformedError("a receipt with a payload of its own", offset=at)
    signature, end = cbor.take(data, at + 1)
    if end != len(data):
        raise MalformedError("bytes after the end of the receipt", offset=end)
    if type(signature) is not bytes or len(signature) not in SIGNATURE_BYTES[alg]:
        raise MalformedError("a signature of another type or length than its algorithm's", offset=at + 1)
    if type(proof) is not bytes:
        raise MalformedError("a proof that is no byte string", offset=proof_at)
    # Read where it lies, so that errors name bytes of the receipt.
    fields, end = cbor.take(data, at - len(proof))
    if end != at or type(fields) is not list or len(fields) != 3 or not _is_proof(*fields):
        raise MalformedError("no proof, or one outside the limits", offset=at - len(proof))
    return Receipt(alg, data[kid_at:headers_at], signature, *fields)


def _envelope(alg: int, kid: bytes, signature: bytes) -> tuple[bytes, bytes]:
    if alg not in _START or len(kid) != KID_BYTES or len(signature) not in SIGNATURE_BYTES[alg]:
        raise LocalProtocolError(f"no receipt has algorithm {alg} with such a kid or signature")
    start = _START[alg] + kid + _BEFORE_PROOF
    return start, _AFTER_PROOF + cbor.head(cbor.BYTES, len(signature)) + signature


def _is_proof(size: object, index: object, path: object) -> bool:
    return (
        type(size) is int
        and type(index) is int
        and type(path) is list
        and 1 <= index < size <= MAX_SIZE
        and len(path) <= MAX_PATH
        and all(type(step) is bytes and len(step) == merkle.HASH_BYTES for step in path)
    )
