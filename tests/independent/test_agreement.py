"""Two judges who share no code, ours and the independent one, give each file the same verdict for the same reason."""

from __future__ import annotations

import json
import random
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from exchanges import mend
from kopir.bridge.anchors import read_anchor
from kopir.bridge.judging import EXIT_CODES, Proof, judge

PROGRAM = Path(__file__).with_name("verify_evidence.py")
VECTORS = Path(__file__).parents[1] / "vectors" / "evidence"
CASES = json.loads((VECTORS / "cases.json").read_text("utf-8"))
ANCHORS = {path.name.partition(".")[0]: read_anchor(path) for path in VECTORS.glob("*.toml")}
INDEPENDENT = runpy.run_path(str(PROGRAM))


def independently(data: bytes) -> tuple[str, str | None]:
    """The other judge's verdict, and the check that decided it."""
    anchors = {name: (anchor.key, anchor.lowest_number) for name, anchor in ANCHORS.items()}
    step = ""
    try:
        for step in INDEPENDENT["judge"](data, anchors):  # noqa: B007 - the last one counts
            pass
    except Exception:  # noqa: BLE001 - it promises no more than not to believe
        return "invalid", step
    return step, None


def ours(data: bytes) -> tuple[str, str | None]:
    verdict = judge(data, ANCHORS)
    return verdict.proof.value, verdict.check if verdict.proof is Proof.INVALID else None


@pytest.mark.parametrize("name", CASES)
def test_both_judges_agree_with_the_vector(name):
    data = (VECTORS / f"{name}.evidence").read_bytes()
    expected = (CASES[name]["verdict"], CASES[name]["check"])
    assert ours(data) == expected
    assert independently(data) == expected


def test_every_vector_is_in_the_list():
    assert {path.stem for path in VECTORS.glob("*.evidence")} == set(CASES)


@pytest.mark.parametrize("name", ["stamped", "signed", "unanswered", "hostile-cut"])
def test_as_a_program_it_ends_with_the_same_status(name):
    anchors = [word for path in sorted(VECTORS.glob("*.toml")) for word in ("--anchor", str(path))]
    command = [sys.executable, "-I", str(PROGRAM), str(VECTORS / f"{name}.evidence"), *anchors]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == EXIT_CODES[Proof(CASES[name]["verdict"])]
    assert done.stdout.startswith(CASES[name]["verdict"])


def test_a_wrong_call_ends_with_status_2():
    assert subprocess.run([sys.executable, "-I", str(PROGRAM)], capture_output=True, check=False).returncode == 2


def test_the_independent_judge_is_independent_and_short():
    text = PROGRAM.read_text("utf-8")
    assert "import kopir" not in text
    assert "from kopir" not in text
    assert len(text.splitlines()) <= 250


def test_both_refuse_what_was_changed_and_given_a_good_checksum():
    data = (VECTORS / "stamped.evidence").read_bytes()
    dice = random.Random(7)
    for _ in range(100):
        changed = bytearray(data)
        changed[dice.randrange(len(data) - 34)] ^= 1 << dice.randrange(8)
        assert (ours(mend(bytes(changed)))[0], independently(mend(bytes(changed)))[0]) == ("invalid", "invalid")


def test_a_file_that_holds_itself_ends_the_independent_judge_not():
    cyclic = mend(b"\x86\xd8\x1c\x81\xd8\x1d\x00" + b"\xf6" * 4 + b"\x58\x20" + bytes(32))
    assert independently(cyclic) == ("invalid", "form")
