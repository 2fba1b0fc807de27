"""Programs that the stand runs beside each other: started, watched and stopped together, their words in log files."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

STOP_WAIT_S: Final = 15.0
LAST_WORDS: Final = 5
POLL_S: Final = 0.05


class ProgramError(Exception):
    """A program of the stand ended though it should run."""


@dataclass(slots=True)
class Programs:
    """Child processes by name. A context manager: leaving it stops them all."""

    logs: Path
    inherited: tuple[int, ...] = ()
    """Descriptors that every program keeps open."""
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _begun_at: dict[str, int] = field(default_factory=dict)
    _errands: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self, name: str, *arguments: str, variables: Mapping[str, str] | None = None, is_errand: bool = False
    ) -> None:
        """Start `python -m ARGUMENTS`; its output is appended to `NAME.log`. `variables` are its whole environment.

        An errand is expected to end by itself, with code 0: see `finish`.
        """
        with (self.logs / f"{name}.log").open("ab") as log:
            self._begun_at[name] = log.tell()
            self._running[name] = subprocess.Popen(  # noqa: S603  # our own modules, our own arguments
                [sys.executable, "-u", "-m", *arguments],  # unbuffered: what it printed stands before why it ended
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=self.inherited,
                env=variables,
            )
        if is_errand:
            self._errands.add(name)

    def check(self) -> None:
        """Raise ProgramError for one that has ended, with the last lines it wrote."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None and not (code == 0 and name in self._errands):
                said = (self.logs / f"{name}.log").read_bytes()[self._begun_at[name] :]
                lines = said.decode(errors="replace").splitlines()[-LAST_WORDS:] or ["(nothing)"]
                raise ProgramError(
                    f"{name} ended with code {process.returncode}; its last words:\n  " + "\n  ".join(lines)
                )

    def finish(self, name: str, wait_s: float) -> None:
        """Wait for the end of an errand; raises ProgramError where it, or anything else, fails or lasts too long."""
        deadline = time.monotonic() + wait_s
        while self._running[name].poll() is None:
            self.check()
            if time.monotonic() > deadline:
                raise ProgramError(f"{name} is not done after {wait_s:.0f} s; see {self.logs}/{name}.log")
            time.sleep(POLL_S)
        self.check()
        del self._running[name]

    def stop(self) -> None:
        """Stop all: first politely, then not."""
        for process in reversed(self._running.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_WAIT_S
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                deadline = 0  # whoever presses Ctrl-C again wants no more politeness
                process.kill()
                process.wait()
        self._running.clear()
