"""Letting calls begin a few at a time, so that a burst goes through the two nodes as a stream and not as a lump.

What becomes ready in one turn of the event loop is carried on together, step by step. If a hundred calls begin in one
turn, the last of them has been signed before the first is sent, and meanwhile the other node waits; then it is ours
that waits. Measured: docs/why/performance.md.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

PER_TURN: Final = 8


class Pacer:
    """Wakes those who wait, in order, at most `per_turn` of them in each turn of the event loop."""

    def __init__(self, per_turn: int = PER_TURN) -> None:
        """Count anew in each turn; the first comers of an idle loop wait for nobody."""
        self._loop = asyncio.get_running_loop()
        self._per_turn = per_turn
        self._left = per_turn
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_counting = False

    def wake(self, future: asyncio.Future[None]) -> None:
        """Set the result of `future` now, or in one of the next turns."""
        if not self._is_counting:
            self._is_counting = True
            self._loop.call_soon(self._begin_turn)
        if self._left:
            self._left -= 1
            future.set_result(None)
        else:
            self._waiting.append(future)

    def _begin_turn(self) -> None:
        self._left = self._per_turn
        waiting = self._waiting
        if not waiting:
            self._is_counting = False
            return
        while waiting and self._left:
            future = waiting.popleft()
            if not future.done():
                self._left -= 1
                future.set_result(None)
        self._loop.call_soon(self._begin_turn)
