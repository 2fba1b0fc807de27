"""Signing what the node writes, by the batch: all records pending for one key become one Merkle tree, signed once.

A batch is closed at the end of the event-loop turn in which its first record came, or when the signature under way is
done: load makes batches large by itself, and a lone record waits for nobody (docs/decisions/0002-batch-signatures.md).
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from kopir.wire import receipt
from kopir.wire.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kopir.signing.signer import Signer

MAX_BATCH = 1024


class SigningFailedError(RefusedError):
    """The signer gave no signature: its token is gone, locked or broken."""

    code = "CannotCreateSignature"


class Sealer:
    """One signing key: `await seal(leaf)` returns the receipt of a record whose leaf hash is `leaf` (32 bytes)."""

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
        self._pending: list[tuple[bytes, asyncio.Future[bytes]]] = []
        self._is_running = False
        self.signatures = 0

    @property
    def kid(self) -> bytes:
        """The key identifier of the signing certificate."""
        return self._signer.kid

    def seal(self, leaf: bytes) -> asyncio.Future[bytes]:
        """Return a future of the receipt's bytes; it fails with `SigningFailedError` when the signer does."""
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._pending.append((leaf, future))
        if not self._is_running:
            self._is_running = True
            self._loop.call_soon(self._begin)
        return future

    def _begin(self) -> None:
        self._start(self._run())

    async def _run(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending[:MAX_BATCH], self._pending[MAX_BATCH:]
                await self._sign(batch)
        finally:
            self._is_running = False

    async def _sign(self, batch: list[tuple[bytes, asyncio.Future[bytes]]]) -> None:
        signer = self._signer
        tree = receipt.Batch(self._random(32), [leaf for leaf, _ in batch])
        try:
            signature = await signer.sign(receipt.to_be_signed(signer.alg, signer.kid, tree.root))
        except Exception as error:  # noqa: BLE001  # whatever a token raises, those who wait must learn it
            for _, future in batch:
                if not future.done():
                    failure = SigningFailedError(f"no signature could be made: {error!r}; check the key or its token")
                    failure.__cause__ = error
                    future.set_exception(failure)
            return
        self.signatures += 1
        for (_, future), encoded in zip(batch, tree.receipts(signer.alg, signer.kid, signature), strict=True):
            if not future.done():
                future.set_result(encoded)
