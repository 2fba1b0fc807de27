"""The stand as its user starts it: a process of its own, on ports of its own, in a folder of the test."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WAIT_S = 60
LAST_LINE = "Stop with Ctrl-C."
PROGRAMS_PER_COUNTRY = 3


def free_first_port(count: int = 20) -> int:
    """Return the first of `count` ports in a row that are free: above `twonodes.free_ports`, below the system's own."""
    while True:
        first = 30_000 + secrets.randbelow(2_700 // count) * count
        if all(_is_free(port) for port in range(first, first + count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def stand_command(folder: Path, first_port: int | None, *options: str) -> list[str]:
    """Return the command that starts a stand in `folder`."""
    ports = [] if first_port is None else ["--first-port", str(first_port)]
    return [sys.executable, "-m", "kopir.bridge.cli.main", "stand", "--folder", str(folder), *ports, *options]


def run_once(folder: Path, first_port: int | None, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a stand with `--once` to its end; one that does not end fails the test with all that was said."""
    command = stand_command(folder, first_port, "--once", *options)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=folder.parent) as process:
        try:
            said, errors = process.communicate(timeout=WAIT_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            said, errors = process.communicate(timeout=WAIT_S)
            logs = "".join(path.read_text("utf-8") for path in sorted(folder.glob("log/*-node.log")))
            raise AssertionError(f"not done after {WAIT_S} s\n{said}{errors}{logs}") from None
    return subprocess.CompletedProcess(command, process.returncode, said, errors)


@dataclass
class RunningStand:
    """A stand that has performed and keeps running; `said` is what it printed until then."""

    process: subprocess.Popen[str]
    said: str

    def children(self) -> dict[int, str]:
        """Return the command line of each child by its process id."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii").split()
        return {int(pid): Path(f"/proc/{pid}/cmdline").read_text("utf-8").replace("\0", " ") for pid in listed}

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Send a signal, wait for the end; return exit status and what it still said, errors too."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """Wait for the end; return exit status and what it still said, errors too."""
        rest, _ = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, rest


@contextmanager
def running_stand(folder: Path, first_port: int, *options: str, portals: bool = False) -> Iterator[RunningStand]:
    """Start a stand, wait until it has performed, and opened its portals if asked for; stop it if the test has not."""
    process = subprocess.Popen(
        stand_command(folder, first_port, *([] if portals else ["--bridge-only"]), *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder.parent,
    )
    try:
        yield RunningStand(process, _read_until(process, LAST_LINE))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=WAIT_S)
        assert process.stdout is not None
        process.stdout.close()


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def is_alive(pid: int) -> bool:
    """Whether a process of that id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
