"""Checking what the node receives: does this receipt prove that record, by a key that its member may sign with?

Signatures are remembered: all records of one batch share a root, and only the first of them costs an elliptic curve.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kopir.signing.certificates import load_certificate
from kopir.signing.errors import CertificateError
from kopir.wire import merkle, receipt
from kopir.wire.errors import InvalidEvidenceError, WrongSignerError

if TYPE_CHECKING:
    from kopir.wire.directory import Directory

REMEMBERED_ROOTS: Final = 8192


class Prover:
    """Verifies receipts against directories. One for each node, so that its memory serves all connections."""

    def __init__(self) -> None:
        self._known: dict[bytes, None] = {}
        self.verifications = 0

    def check(self, record: bytes, proof: bytes, *, directory: Directory, member: str, now_ms: int) -> bytes:
        """Return the leaf hash of `record` if `proof` shows that `member` of `directory` signed it.

        The signer is checked before anything is looked up in the memory of verified roots.

        Raises:
            MalformedError: `proof` is no receipt of the profile.
            WrongSignerError: the key is not one of that member's signing keys, or is not valid now.
            InvalidEvidenceError: the signature or the inclusion proof does not hold.
        """
        parsed = receipt.decode_receipt(proof)
        entry = directory.signer(parsed.kid)
        if entry is None or entry.member != member:
            owner = "nobody" if entry is None else entry.member
            msg = f"the key {parsed.kid.hex()[:16]}… belongs to {owner}, not to {member}"
            raise WrongSignerError(msg)
        certificate = load_certificate(entry.certificate)
        if not certificate.is_signing or certificate.verifier is None or certificate.alg != parsed.alg:
            msg = f"the certificate {parsed.kid.hex()[:16]}… of {member} does not fit the algorithm of the receipt"
            raise WrongSignerError(msg)
        try:
            certificate.check_validity(now_ms)
        except CertificateError as error:
            raise WrongSignerError(str(error)) from error
        leaf = merkle.leaf_hash(record)
        signed = parsed.tbs(leaf)
        key = sha256(b"%d:%b%b%b" % (len(signed), signed, parsed.kid, parsed.signature)).digest()
        if key in self._known:
            return leaf
        self.verifications += 1
        if not certificate.verifier.verify(parsed.alg, parsed.signature, signed):
            msg = f"the signature of {member} does not hold"
            raise InvalidEvidenceError(msg)
        if len(self._known) >= REMEMBERED_ROOTS:
            del self._known[next(iter(self._known))]
        self._known[key] = None
        return leaf

    def forget(self) -> None:
        """Forget all verified roots: a certificate has left a directory."""
        self._known.clear()
