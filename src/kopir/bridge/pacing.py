"""Letting calls begin a few at a time, so that a burst goes through the two nodes as a stream and not as a lump.

What becomes ready in one turn of the event loop is carried on together, step by step. If a hundred calls begin in one
turn, the last of them has been signed before the first is sent, and meanwhile the other node waits; then it is ours
that waits. From its beginning a call takes some turns to the wire: seal, journal, frames. A full lot has them for
itself, else the next ones would catch up with it and all go out as one. Measured: docs/why/performance.md.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

LOT: Final = 8
TURNS: Final = 6


class Pacer:
    """Wakes those who wait, in order: `lot` of them, and the next lot so many `turns` of the event loop later."""

    def __init__(self, lot: int = LOT, turns: int = TURNS) -> None:
        """Count anew after each turn that did not fill its lot; the first comers of an idle loop wait for nobody."""
        self._loop = asyncio.get_running_loop()
        self._lot = lot
        self._turns = turns
        self._left = lot
        self._turn = 0
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
        self._turn += 1
        if not self._left and self._turn < self._turns:
            self._loop.call_soon(self._begin_turn)
            return
        self._turn = 0
        self._left = self._lot
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
