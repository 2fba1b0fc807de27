"""A part ends with the group, even if nobody could tell it to."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakeparts import is_gone
from kopir.operations import launch

# Starts a part as the group does, says its id, and waits to be killed.
GROUP = """
import os, subprocess, sys, time
words = [sys.executable, "-m", "kopir.operations.launch", str(os.getpid()), "-c", sys.argv[1]]
part = subprocess.Popen(words, stdout=subprocess.PIPE)
part.stdout.readline()
print(part.pid, flush=True)
time.sleep(60)
"""
PART = "import time\nprint('awake', flush=True)\ntime.sleep(60)"


def test_a_group_that_is_killed_leaves_no_part():
    group = subprocess.Popen([sys.executable, "-c", GROUP, PART], stdout=subprocess.PIPE)
    pid = int(group.stdout.readline())
    assert not is_gone(pid)
    group.kill()
    group.wait()
    group.stdout.close()
    for _ in range(200):
        if is_gone(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    raise AssertionError


def test_the_words_are_those_of_the_program():
    command = [
        sys.executable,
        "-m",
        "kopir.operations.launch",
        str(os.getpid()),
        "-c",
        "import sys; print(sys.argv)",
        "a b",
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "['-c', 'a b']\n"


def test_a_part_whose_group_is_gone_does_not_begin():
    command = [sys.executable, "-m", "kopir.operations.launch", "1", "-c", "print('begun')"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b""


def test_a_kernel_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch):
    class Kernel:
        def prctl(self, *_: int) -> int:
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Kernel())
    with pytest.raises(OSError, match="PR_SET_PDEATHSIG"):
        launch.follow(1)


def test_nothing_of_the_portal_is_loaded_for_it():
    code = "import sys; import kopir.operations.launch; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert Path(launch.__file__).name == "launch.py"
