"""The check that requirements and pyproject.toml are in step: it passes here, and it sees each fault."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from codebase import ROOT

HASH = "--hash=sha256:" + "0" * 64
PYPROJECT = '[project]\ndependencies = ["cbor2>=6"]\n[dependency-groups]\ndev = ["pytest>=9"]\n'
RUNTIME = f"cbor2==6.2.1 \\\n    {HASH}\n"
DEV = f"{RUNTIME}pytest==9.2.0 ; python_version < '4' \\\n    {HASH} \\\n    {HASH}\n"


@pytest.fixture(scope="module")
def lock() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lock", ROOT / "requirements" / "lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_locks_of_this_repository_are_in_step():
    command = [sys.executable, str(ROOT / "requirements" / "lock.py"), "--check"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stderr == ""


def test_locks_that_are_in_step_have_no_fault(lock):
    assert lock.find_faults(PYPROJECT, RUNTIME, DEV) == []


@pytest.mark.parametrize(
    ("pyproject", "runtime", "dev", "fault"),
    [
        (PYPROJECT, RUNTIME, RUNTIME, "dev.txt does not lock pytest"),
        (PYPROJECT.replace("cbor2>=6", "cbor2>=7"), RUNTIME, DEV, "runtime.txt locks cbor2 6.2.1"),
        (PYPROJECT, RUNTIME.replace("6.2.1", "6.2.0"), DEV, "dev.txt does not lock cbor2 6.2.0 as runtime.txt does"),
        (PYPROJECT, f"cbor2==6.2.1\n{RUNTIME}", DEV, "runtime.txt has a line that is not a version with its hashes"),
        (
            PYPROJECT,
            RUNTIME,
            f"{DEV}x @ https://a.example/x.whl {HASH}\n",
            "dev.txt has a line that is not a version",
        ),
        (PYPROJECT, RUNTIME, f"--index-url https://a.example\n{DEV}", "dev.txt has a line that is not a version"),
    ],
)
def test_each_fault_is_named(lock, pyproject, runtime, dev, fault):
    assert any(found.startswith(fault) for found in lock.find_faults(pyproject, runtime, dev))
