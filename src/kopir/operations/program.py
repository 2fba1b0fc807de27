"""One program of the group: started in a session of its own, read line by line, stopped with everything it started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Final

from .lines import Splitter

READ_BYTES: Final = 65_536
LAST_WORDS_S: Final = 2.0
"""How long to read on after the end: all that wrote into the pipe has been killed by then."""


class Program:
    """A running child process and whatever it starts."""

    def __init__(self, process: asyncio.subprocess.Process, reading: asyncio.Task[None]) -> None:
        """Use `Program.start`."""
        self._process = process
        self._reading = reading
        self._watching = asyncio.get_running_loop().create_task(self._watch())
        self.begun_at = asyncio.get_running_loop().time()
        self.was_killed = False

    @classmethod
    async def start(cls, words: Sequence[str], tell: Callable[[str], None]) -> Program:
        """Start `words`, whose first is this Python; each line that it writes goes to `tell`. Raises OSError."""
        loop = asyncio.get_running_loop()
        source, sink = os.pipe()
        # A pipe of our own: asyncio's would make the end of the process wait for all that hold it open.
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "kopir.operations.launch",
                str(os.getpid()),
                *words[1:],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                # Ctrl-C of the terminal is for the group alone, which stops the parts in their order.
                start_new_session=True,
            )
        except BaseException:
            os.close(source)
            raise
        finally:
            os.close(sink)
        return cls(process, loop.create_task(_read(source, tell)))

    @property
    def pid(self) -> int:
        """The id of the process, and of its process group."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return not self._watching.done()

    async def wait(self) -> int:
        """Wait for its end and that of all it started; return its exit status, negative for a signal."""
        return await asyncio.shield(self._watching)

    async def stop(self, deadline_s: float) -> bool:
        """End it politely, after `deadline_s` by force; whether politeness was enough."""
        if self.is_running:
            self._signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(deadline_s):
                    await self.wait()
            except TimeoutError:
                self.kill()
        await self.wait()
        return not self.was_killed

    def kill(self) -> None:
        """End it and all it started by force."""
        if self.is_running:
            self.was_killed = True
            self._kill_family()

    def _signal(self, number: signal.Signals) -> None:
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            pass

    async def _watch(self) -> int:
        status = await self._process.wait()
        self._kill_family()  # a server that was killed leaves those that it had started, and they hold its port
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self._reading
        except TimeoutError:
            pass
        return status

    def _kill_family(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


async def _read(source: int, tell: Callable[[str], None]) -> None:
    """Hand on lines until nobody holds the other end."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(source, "rb", 0)
    )
    splitter = Splitter()
    try:
        while data := await reader.read(READ_BYTES):
            for line in splitter.feed(data):
                tell(line)
        for line in splitter.feed(b""):
            tell(line)
    finally:
        transport.close()
