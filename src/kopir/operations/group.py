"""The group: all parts of a node kept running together, stopped in their order, renewed one after the other.

SIGTERM and Ctrl-C stop it; a second one does not wait. It loads no Django, so it lives through any fault of the portal.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from kopir.base import clock

from .control import ControlSocket
from .errors import OperationsError
from .holding import held, make_run_folder
from .keeper import Keeper
from .lines import Printer
from .parts import STOP_ORDER, Part

LOCK: Final = "up.lock"
SOCKET: Final = "up.sock"
WHAT: Final = "kopir up"


def run(parts: Sequence[Part], printer: Printer, folder: Path) -> int:
    """Run the parts until a signal; 0 if all stopped politely, else 1. Raises HeldError, OSError."""
    place = make_run_folder(folder)
    with held(place / LOCK, WHAT):
        return asyncio.run(Group(parts, printer).run(place / SOCKET))


class Group:
    """The parts and what may be asked of them."""

    def __init__(self, parts: Sequence[Part], printer: Printer) -> None:
        self._printer = printer
        self._keepers = [Keeper(part, printer.tell, self._say) for part in parts]
        self._stopping = asyncio.Event()
        self._is_renewing = False
        self._is_hurried = False

    async def run(self, socket: Path) -> int:
        """Keep all running until `stop` is called or a signal comes."""
        loop = asyncio.get_running_loop()
        with ExitStack() as stack:
            for number in (signal.SIGINT, signal.SIGTERM):
                stack.callback(signal.signal, number, signal.getsignal(number))  # the loop leaves its own default
                loop.add_signal_handler(number, self.stop)
                stack.callback(loop.remove_signal_handler, number)
            async with ControlSocket(socket, self.answer), asyncio.TaskGroup() as tasks:
                for keeper in self._keepers:
                    tasks.create_task(keeper.keep())
                await self._stopping.wait()
                is_polite = await self._stop_all()
        self._say("info", "stopped")
        return 0 if is_polite else 1

    def stop(self) -> None:
        """Begin to stop; called again, kill what is left."""
        if self._stopping.is_set():
            self._is_hurried = True
            for keeper in self._keepers:
                keeper.kill()
        self._stopping.set()

    async def answer(self, command: str, tell: Callable[[str], None]) -> Any:  # noqa: ANN401 - what JSON holds
        """Answer `status` or `renew`; `tell` takes lines for whoever waits. Raises OperationsError."""
        if command == "status":
            return [keeper.status() for keeper in self._keepers]
        if command != "renew":
            raise OperationsError(f"the group does not know {command!r}; it knows status and renew")
        return await self._renew(tell)

    async def _renew(self, tell: Callable[[str], None]) -> list[str]:
        if self._is_renewing or self._stopping.is_set():
            raise OperationsError("the group is being renewed or stopped already; wait for its end")
        self._is_renewing = True
        try:
            for keeper in self._keepers:
                await keeper.renew()
                self._say("info", f"{keeper.part.name} renewed")
                tell(f"{keeper.part.name} renewed")
            return [keeper.part.name for keeper in self._keepers]
        finally:
            self._is_renewing = False

    async def _stop_all(self) -> bool:
        """One kind of part after the other, so that none misses what it hands its last work to."""
        self._say("info", "stopping; once more does not wait")
        is_polite = True
        for kind in STOP_ORDER:
            keepers = [keeper for keeper in self._keepers if keeper.part.kind == kind]
            for keeper, was_polite in zip(
                keepers, await asyncio.gather(*(keeper.stop() for keeper in keepers)), strict=True
            ):
                if not was_polite:
                    self._say("error", f"{keeper.part.name} was killed", why="it did not stop in time")
                    is_polite = False
        return is_polite

    def _say(self, level: str, event: str, **fields: object) -> None:
        self._printer.say(clock.now().timestamp(), level, event, **fields)
