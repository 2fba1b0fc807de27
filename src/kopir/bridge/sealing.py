"""Signing what the node writes, by the batch: all records pending for one key become one Merkle tree, signed once.

A batch is closed at the end of the event-loop turn in which its first record came, or when the signature under way is
done: load makes batches large by itself, and a lone record waits for nobody (docs/decisions/0002-batch-signatures.md).
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from kopir.signing.signer import LocalSigner
from kopir.wire import receipt
from kopir.wire.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kopir.signing.signer import Signer

MAX_BATCH = 1024
SIGNATURE_S = 10.0
"""How long a signer outside this process may take for one signature."""


class SigningFailedError(RefusedError):
    """The signer gave no signature: its token is gone, locked or broken."""

    code = "CannotCreateSignature"


T = TypeVar("T")
_Pending: TypeAlias = "tuple[bytes, Callable[[bytes], object], asyncio.Future[object]]"


class Sealer:
    """One signing key: makes the receipts of records, given their leaf hashes (32 bytes)."""

    def __init__(
        self,
        signer: Signer,
        *,
        start: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Sign with `signer`; `start` begins a background task that the node keeps."""
        self._signer = signer
        self._start = start
        self._random = random
        self._loop = asyncio.get_running_loop()
        self._pending: list[_Pending] = []
        self._is_running = False
        self.signatures = 0

    @property
    def kid(self) -> bytes:
        """The key identifier of the signing certificate."""
        return self._signer.kid

    def seal(self, leaf: bytes, keep: Callable[[bytes], T]) -> asyncio.Future[T]:
        """Return a future of what `keep` makes of the receipt's bytes; it fails with what `keep` raised.

        All records of a batch are kept before anyone who waits goes on, so that a journal takes them as one group. When
        the signer fails, so does the future, with `SigningFailedError`.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._pending.append((leaf, keep, cast("asyncio.Future[object]", future)))
        if not self._is_running:
            self._is_running = True
            self._loop.call_soon(self._begin)
        return future

    def _begin(self) -> None:
        signer = self._signer
        if not isinstance(signer, LocalSigner):
            self._start(self._run())
            return
        # A key in this process signs at once: no task, no turn of the loop in between.
        batch, self._pending = self._pending[:MAX_BATCH], self._pending[MAX_BATCH:]
        self._is_running = bool(self._pending)
        if self._is_running:
            self._loop.call_soon(self._begin)
        try:
            tree = self._tree(batch)
            signature = signer.sign_now(receipt.to_be_signed(signer.alg, signer.kid, tree.root))
            receipts = tree.receipts(signer.alg, signer.kid, signature)
        except Exception as error:  # noqa: BLE001  # whatever it raises, those who wait must learn it
            _fail(batch, error)
        else:
            self._finish(batch, receipts)

    async def _run(self) -> None:
        signer = self._signer
        try:
            while self._pending:
                batch, self._pending = self._pending[:MAX_BATCH], self._pending[MAX_BATCH:]
                try:
                    tree = self._tree(batch)
                    async with asyncio.timeout(SIGNATURE_S):
                        signature = await signer.sign(receipt.to_be_signed(signer.alg, signer.kid, tree.root))
                    # What a token takes for a signature may be none of this protocol, DER for instance.
                    receipts = tree.receipts(signer.alg, signer.kid, signature)
                except Exception as error:  # noqa: BLE001  # whatever a token raises, those who wait must learn it
                    _fail(batch, error)
                else:
                    self._finish(batch, receipts)
        finally:
            self._is_running = False

    def _tree(self, batch: list[_Pending]) -> receipt.Batch:
        return receipt.Batch(self._random(32), [leaf for leaf, _, _ in batch])

    def _finish(self, batch: list[_Pending], receipts: list[bytes]) -> None:
        self.signatures += 1
        for (_, keep, future), encoded in zip(batch, receipts, strict=True):
            if future.done():
                continue
            try:
                future.set_result(keep(encoded))
            except Exception as error:  # noqa: BLE001  # it belongs to the one who waits
                future.set_exception(error)


def _fail(batch: list[_Pending], error: Exception) -> None:
    for _, _, future in batch:
        if not future.done():
            failure = SigningFailedError(f"no signature could be made: {error!r}; check the key or its token")
            failure.__cause__ = error
            future.set_exception(failure)
