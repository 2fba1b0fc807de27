"""Work that goes on as long as the node does: when it fails, that is told, and it begins anew after a pause."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kopir.bridge.logs import Log

PAUSE_S: Final = 10.0
FRESH_S: Final = 300.0
"""How long a failure counts as a problem of the node."""


class Supervisor:
    """Keeps the node's background work going."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._failures: dict[str, tuple[float, str]] = {}

    async def keep(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do `work`, and again whenever it fails; return when it ends by itself."""
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001  # whatever it was, the node needs this work
                self._failures[name] = (time.monotonic(), repr(error))
                self._log.error("work_failed", work=name, why=repr(error), remedy=f"begun anew in {PAUSE_S:.0f} s")
            else:
                return
            await asyncio.sleep(PAUSE_S)

    def problems(self) -> list[str]:
        """Return which work failed lately, and why."""
        now = time.monotonic()
        return [
            f"{name} failed: {why}; see the log" for name, (at, why) in self._failures.items() if now - at < FRESH_S
        ]
