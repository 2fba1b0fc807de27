"""Parts of a node that do as tests tell them: short scripts run as programs of the group."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kopir.operations.lines import Printer
from kopir.operations.parts import Part

STEADY = "import time\nprint('awake', flush=True)\ntime.sleep(60)\n"
POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(0)))
print('awake', flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('awake', flush=True)
time.sleep(60)
"""
QUITTER = "import sys\nprint('no disk', flush=True)\nsys.exit(3)\n"
# A server that starts others and waits for them, as granian does.
PARENT = """
import subprocess, sys
print('awake', flush=True)
deaf = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)'
subprocess.run([sys.executable, '-c', deaf])
"""


def part(name: str, script: str, *, is_ready: Callable[[int], bool] = lambda pid: True, **options: Any) -> Part:
    """A part that runs the script."""
    given = {"stop_s": 10.0, **options}
    return Part(name, (sys.executable, "-c", script), is_ready=is_ready, **given)


def is_gone(pid: int) -> bool:
    """Whether no process of that id runs; one that nobody has asked after counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def silent_printer() -> tuple[Printer, io.StringIO]:
    """A printer as JSON, and what it has printed."""
    stream = io.StringIO()
    return Printer(["a"], stream, is_colored=False, as_json=True), stream
