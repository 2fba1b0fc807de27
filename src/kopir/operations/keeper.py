"""Keeps one part of the group running: again after it died, with growing pauses; renewed and stopped when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from .errors import OperationsError
from .parts import Part
from .program import Program

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
STEADY_S: Final = 60.0
"""Who has lived so long begins with the shortest pause again."""
READY_WITHIN_S: Final = 90.0
LOOK_S: Final = 0.1

Say = Callable[..., None]
"""Takes level and event, then fields by name."""


def pause_after(failures: int) -> float:
    """How many seconds to wait before the next start, after this many quick ends in a row: 1, 2, 4 … 60."""
    return float(min(FIRST_PAUSE_S * 2 ** min(failures - 1, 10), LONGEST_PAUSE_S))


class Keeper:
    """One part. `keep` runs until `stop`; the other methods may be called meanwhile."""

    def __init__(self, part: Part, tell: Callable[[str, str], None], say: Say) -> None:
        self.part = part
        self._tell = tell
        self._say = say
        self._program: Program | None = None
        self._fresh: Program | None = None
        self._failures = 0
        self._restarts = 0
        self._is_replacing = False
        self._started = asyncio.Event()
        self._closing = asyncio.Event()

    def status(self) -> dict[str, Any]:
        """What is to be told of it: process id (0 while it waits), quick ends in a row, starts after an end."""
        running = self._program is not None and self._program.is_running
        return {
            "part": self.part.name,
            "pid": self._program.pid if self._program is not None and running else 0,
            "failures": self._failures,
            "restarts": self._restarts,
        }

    async def keep(self) -> None:
        """Start the part, and again whenever it ends by itself, until it is stopped."""
        while not self._closing.is_set():
            try:
                self._program = await self._start()
                self._started.set()
            except OSError as error:
                self._failures += 1
                self._say("error", f"{self.part.name} cannot be started", why=str(error))
            else:
                if self._closing.is_set():  # it was stopped between the two
                    await self._program.stop(self.part.stop_s)
                    return
                status = await self._watch()
                if self._closing.is_set():
                    return
                if self._is_replacing:
                    self._is_replacing = False
                    continue
                self._note_end(self._program, status)
            self._restarts += 1
            await self._rest(pause_after(self._failures))

    async def renew(self) -> None:
        """Put a fresh one in its place, ready before the old one stops where two can be. Raises OperationsError.

        Where the fresh one does not come up, the old one goes on, unless it had to stop first.
        """
        old = self._program
        if old is None or not old.is_running or self._closing.is_set():
            raise OperationsError(f"{self.part.name} does not run at the moment; its last lines say why")
        if self.part.beside:
            await self._renew_beside(old)
            return
        self._is_replacing = True
        self._started.clear()
        await old.stop(self.part.stop_s)
        await self._started.wait()
        if not await self._is_up(self._program or old):
            raise OperationsError(f"{self.part.name} did not come up again; it is tried on, and its lines say why")

    async def stop(self) -> bool:
        """Stop it for good; whether it ended by itself in time."""
        self._closing.set()
        stopped = [await one.stop(self.part.stop_s) for one in (self._fresh, self._program) if one is not None]
        return all(stopped)

    def kill(self) -> None:
        """End it at once."""
        self._closing.set()
        for one in (self._fresh, self._program):
            if one is not None:
                one.kill()

    async def _renew_beside(self, old: Program) -> None:
        fresh = self._fresh = await self._start()
        try:
            if not await self._is_up(fresh):
                await fresh.stop(self.part.stop_s)
                raise OperationsError(f"a fresh {self.part.name} did not come up; the old one goes on")
            self._program = fresh
        finally:
            self._fresh = None
        self._failures = 0
        await old.stop(self.part.stop_s)

    async def _start(self) -> Program:
        program = await Program.start(self.part.command, lambda line: self._tell(self.part.name, line))
        self._say("info", f"{self.part.name} started", pid=program.pid)
        return program

    async def _watch(self) -> int:
        """Wait for the end of the program, and of those that take its place."""
        while True:
            program = self._program
            assert program is not None  # noqa: S101 - for the type checker: called after a start
            status = await program.wait()
            if program is self._program:
                return status

    async def _is_up(self, program: Program) -> bool:
        """Wait until it is ready, for READY_WITHIN_S at most."""
        loop = asyncio.get_running_loop()
        until = program.begun_at + READY_WITHIN_S
        while program.is_running and loop.time() < until:
            if loop.time() - program.begun_at >= self.part.settle_s and await asyncio.to_thread(
                self.part.is_ready, program.pid
            ):
                return program.is_running
            await asyncio.sleep(LOOK_S)
        return False

    async def _rest(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._closing.wait()
        except TimeoutError:
            pass

    def _note_end(self, program: Program, status: int) -> None:
        lived_s = asyncio.get_running_loop().time() - program.begun_at
        self._failures = 1 if lived_s >= STEADY_S else self._failures + 1
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        again = pause_after(self._failures)
        self._say("error", f"{self.part.name} {how}; it is started again in {again:.0f} s", lived_s=round(lived_s, 1))
