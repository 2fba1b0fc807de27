"""The check that requirements and pyproject.toml are in step: it passes here, and it sees each fault."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from codebase import ROOT

HASH = "--hash=sha256:" + "0" * 64
PYPROJECT = """[project]
dependencies = ["cbor2>=6"]
[project.optional-dependencies]
portal = ["django>=5.2"]
[dependency-groups]
dev = ["pytest>=9"]
"""
RUNTIME = f"cbor2==6.2.1 \\\n    {HASH}\n"
PORTAL = f"{RUNTIME}django==5.2.19 \\\n    {HASH}\n"
DEV = f"{PORTAL}pytest==9.2.0 ; python_version < '4' \\\n    {HASH} \\\n    {HASH}\n"


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
    assert lock.find_faults(PYPROJECT, RUNTIME, PORTAL, DEV) == []


@pytest.mark.parametrize(
    ("pyproject", "runtime", "portal", "dev", "fault"),
    [
        (PYPROJECT, RUNTIME, PORTAL, PORTAL, "dev.txt does not lock pytest"),
        (PYPROJECT, RUNTIME, RUNTIME, DEV, "portal.txt does not lock django"),
        (PYPROJECT.replace("cbor2>=6", "cbor2>=7"), RUNTIME, PORTAL, DEV, "runtime.txt locks cbor2 6.2.1"),
        (PYPROJECT.replace(">=5.2", "<5.2"), RUNTIME, PORTAL, DEV, "portal.txt locks django 5.2.19"),
        (
            PYPROJECT,
            RUNTIME.replace("6.2.1", "6.2.0"),
            PORTAL,
            DEV,
            "portal.txt does not lock cbor2 6.2.0 as runtime.txt does",
        ),
        (
            PYPROJECT,
            RUNTIME,
            PORTAL.replace("5.2.19", "5.2.18"),
            DEV,
            "dev.txt does not lock django 5.2.18 as portal.txt does",
        ),
        (
            PYPROJECT,
            f"cbor2==6.2.1\n{RUNTIME}",
            PORTAL,
            DEV,
            "runtime.txt has a line that is not a version with its hashes",
        ),
        (
            PYPROJECT,
            RUNTIME,
            PORTAL,
            f"{DEV}x @ https://a.example/x.whl {HASH}\n",
            "dev.txt has a line that is not a version",
        ),
        (
            PYPROJECT,
            RUNTIME,
            PORTAL,
            f"--index-url https://a.example\n{DEV}",
            "dev.txt has a line that is not a version",
        ),
    ],
)
def test_each_fault_is_named(lock, pyproject, runtime, portal, dev, fault):
    assert any(found.startswith(fault) for found in lock.find_faults(pyproject, runtime, portal, dev))
