"""Fetching the directories of all trusted instances again and again, and telling what came of it.

An outage changes nothing until the last good document expires; a document that is refused is logged with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from kopir.bridge.anchors import Anchor, is_url
from kopir.bridge.directory import Change, Directories
from kopir.bridge.directory_store import DirectoriesFullError
from kopir.bridge.logs import Log
from kopir.bridge.metrics import Metrics
from kopir.wire.directory import EquivocalDirectoryError

JITTER: Final = 0.1
"""How far a period is drawn longer or shorter, so that the nodes of a country do not all ask in the same second."""
LOG_EVERY_S: Final = 600.0
LIMIT_REASON: Final = 4000
SHARE_TO_TELL: Final = 0.75

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets the body behind an http(s) URL; raises `OSError` (which includes timeouts) when it cannot."""


class Refresher:
    """Keeps `directories` fresh. `changed` is awaited after every document that came into force."""

    __slots__ = ("_changed", "_directories", "_fetch", "_log", "_metrics", "alarms")

    def __init__(
        self,
        directories: Directories,
        *,
        fetch: Fetch,
        log: Log,
        metrics: Metrics,
        changed: Callable[[Change], Awaitable[None]],
    ) -> None:
        self._directories = directories
        self._fetch = fetch
        self._log = log
        self._metrics = metrics
        self._changed = changed
        self.alarms = 0
        """How often a document contradicted the one in force under the same number, or found no more room."""

    async def refresh(self, now_ms: int) -> None:
        """Ask for every instance once, all at the same time."""
        async with asyncio.TaskGroup() as group:
            for anchor in self._directories.anchors.values():
                group.create_task(self._refresh_one(anchor, now_ms))

    async def refresh_forever(self, *, period_s: float, clock_ms: Callable[[], int], draw: Callable[[], float]) -> None:
        """Refresh, sleep about `period_s`, until it is canceled. `draw` gives random numbers from 0 to 1."""
        while True:
            await self.refresh(clock_ms())
            await asyncio.sleep(period_s * (1 - JITTER + 2 * JITTER * draw()))

    async def _refresh_one(self, anchor: Anchor, now_ms: int) -> None:
        """Ask the addresses in turn until one gives a document that is in force, by now or already."""
        for address in anchor.addresses:
            try:
                change = await self._directories.accept_aside(anchor.instance, await self._get(address), now_ms)
            except (EquivocalDirectoryError, DirectoriesFullError) as error:
                self.alarms += 1
                self._refused(anchor, address, error)
                self._log.error("directory_alarm", instance=anchor.instance, address=address, reason=str(error))
            except Exception as error:  # noqa: BLE001  # whatever one country does, the others must be asked again
                self._refused(anchor, address, error)
            else:
                if change is not None:
                    await self._take(change, address)
                break
        self._show(anchor, now_ms)

    async def _take(self, change: Change, address: str) -> None:
        self._log.info("directory_in_force", instance=change.instance, number=change.number, address=address)
        try:
            await self._changed(change)
            share = await asyncio.to_thread(self._directories.share_kept, change.instance)
        except Exception as error:  # noqa: BLE001  # as above
            self._log.error("directory_change_failed", instance=change.instance, why=repr(error))
            return
        if share >= SHARE_TO_TELL:
            remedy = "move the oldest of the kept documents away; from 100 on no new one is accepted"
            self._log.error("directories_filling", instance=change.instance, percent=int(share * 100), remedy=remedy)

    async def _get(self, address: str) -> bytes:
        return await self._fetch(address) if is_url(address) else await asyncio.to_thread(Path(address).read_bytes)

    def _refused(self, anchor: Anchor, address: str, error: Exception) -> None:
        reason = type(error).__name__.removesuffix("Error")
        self._metrics.directory_refused.labels(anchor.instance, reason).inc()
        self._log.limited(
            "directory_refused",
            key=f"directory {anchor.instance} {address} {reason}",
            every_s=LOG_EVERY_S,
            instance=anchor.instance,
            address=address,
            reason=str(error)[:LIMIT_REASON],
        )

    def _show(self, anchor: Anchor, now_ms: int) -> None:
        current = self._directories.get(anchor.instance)
        if current is not None:
            seconds = (current.directory.expires_ms - now_ms) / 1000
            self._metrics.directory_expires.labels(anchor.instance).set(seconds)
            self._metrics.directory_number.labels(anchor.instance).set(current.directory.number)
