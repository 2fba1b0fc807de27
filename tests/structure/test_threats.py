"""Each threat of docs/why/threats.md has its priority, its control and a test that exists and is not skipped."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable

from codebase import PAGES, TESTS

HEADER = ["id", "threat", "priority", "control", "proof"]
EXPECTED = {f"TM-{number:02}" for number in range(1, 11)} | {f"W{number}" for number in range(1, 9)}


def _rows() -> list[list[str]]:
    lines = (PAGES / "why" / "threats.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if row != HEADER and set("".join(row)) != {"-"}]


def _fault_of() -> Callable[[str], str | None]:
    """The judge of the promises: it says why a reference shows nothing."""
    spec = importlib.util.spec_from_file_location("promises", TESTS / "structure" / "test_promises.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["promises"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    fault_of: Callable[[str], str | None] = module.fault_of
    return fault_of


def test_every_threat_is_there_with_priority_and_control():
    rows = _rows()
    assert {row[0] for row in rows} == EXPECTED
    faults = [row[0] for row in rows if len(row) != 5 or row[2] not in {"H", "M"} or not row[3].endswith(".")]
    assert not faults


def test_every_threat_is_met_by_tests_that_run():
    fault_of = _fault_of()
    faults = []
    for row in _rows():
        proofs = re.findall(r"`([^`]+)`", row[4])
        faults += [f"{row[0]}: no test"] if not proofs else []
        faults += [f"{row[0]}: {proof}: {fault}" for proof in proofs if (fault := fault_of(proof))]
    assert not faults, "\n" + "\n".join(faults)
