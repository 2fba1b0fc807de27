"""Signers for tests: one that takes its time, as a token does, and notes how many signatures were under way at once."""

from __future__ import annotations

import asyncio

from kopir.signing.signer import LocalSigner


class SlowSigner:
    """Takes `delay_s` for each signature. `most_at_once` is the largest number of signatures under way together."""

    def __init__(self, inner: LocalSigner, delay_s: float = 0.05) -> None:
        """Slow `inner` down."""
        self._inner = inner
        self._delay_s = delay_s
        self._under_way = 0
        self.alg = inner.alg
        self.kid = inner.kid
        self.signed = 0
        self.most_at_once = 0

    async def sign(self, data: bytes) -> bytes:
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            await asyncio.sleep(self._delay_s)
            return await self._inner.sign(data)
        finally:
            self._under_way -= 1
            self.signed += 1


class BrokenSigner:
    """A token that was pulled out: every signature fails."""

    def __init__(self, inner: LocalSigner) -> None:
        """Take the names of `inner`."""
        self.alg = inner.alg
        self.kid = inner.kid

    async def sign(self, data: bytes) -> bytes:
        raise OSError("the token is gone")
