"""Locks of an installation: one holder at a time, who is named; the next waits or is refused."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from kopir.operations.errors import HeldError
from kopir.operations.holding import held, is_held, make_run_folder

HOLD = """
import sys, time, pathlib
from kopir.operations.holding import held
with held(pathlib.Path(sys.argv[1]), "kopir up"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_holds_it_at_a_time(tmp_path):
    path = tmp_path / "lock"
    assert not is_held(path)
    with held(path, "kopir up"):
        assert is_held(path)
        words = f"kopir up runs already as process {os.getpid()}; wait .* kill"
        with pytest.raises(HeldError, match=words), held(path, "kopir up"):
            raise AssertionError
    assert not is_held(path)
    with held(path, "kopir up"):
        pass


def test_whoever_waits_is_told_for_whom_and_gets_it(tmp_path):
    path = tmp_path / "lock"
    said: list[str] = []
    got: list[float] = []

    def wait() -> None:
        with held(path, "kopir upgrade", wait_s=30, tell=said.append):
            got.append(time.monotonic())

    thread = threading.Thread(target=wait)
    with held(path, "kopir upgrade"):
        thread.start()
        time.sleep(0.6)
        left = time.monotonic()
        assert got == []
    thread.join(30)
    assert got[0] >= left
    assert said == [f"kopir upgrade runs already as process {os.getpid()}; waiting for its end"]


def test_patience_ends(tmp_path):
    with held(tmp_path / "lock", "x"), pytest.raises(HeldError), held(tmp_path / "lock", "x", wait_s=0.3):
        raise AssertionError


def test_a_holder_that_was_killed_holds_nothing(tmp_path):
    path = tmp_path / "lock"
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    assert is_held(path)
    process.kill()
    process.wait()
    process.stdout.close()
    assert not is_held(path)


def test_the_place_of_locks_is_for_its_user_alone(tmp_path):
    assert make_run_folder(tmp_path / "portal").stat().st_mode & 0o777 == 0o700
    assert make_run_folder(tmp_path / "portal") == tmp_path / "portal" / "run"
