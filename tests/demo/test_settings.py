"""The settings of a stand's portal: those of production and the demonstration; anywhere else they are refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kopir.config.env import make_variables
from kopir.demo.country import Country, Ports
from kopir.demo.places import STAND_FILE, Portal

PROGRAM = "from django.conf import settings as s; print(s.DEBUG, s.INSTALLED_APPS[-1], s.KOPIR_STAND)"


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    (tmp_path / STAND_FILE).write_text("{}")
    (tmp_path / "tj" / "keys").mkdir(parents=True)
    portal = Portal(Country("TJ", tmp_path / "tj", Ports.counted_from(9000)))
    portal.write_variables()
    return make_variables(portal.list_variables())


def run(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, env=variables, timeout=60
    )


def test_they_are_those_of_production_and_name_the_stand(variables: dict[str, str], tmp_path: Path) -> None:
    done = run(variables, "-c", PROGRAM)
    assert (done.stdout, done.stderr) == (f"False kopir.demo {tmp_path}\n", "")


def test_without_a_stand_no_program_starts(variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / STAND_FILE).unlink()
    done = run(variables, "-m", "kopir.bridge.cli.main", "manage", "migrate")

    assert done.returncode == 2
    assert done.stderr == (
        f"kopir: kopir.demo.settings is for stands alone. KOPIR_FOLDER: {tmp_path} holds no stand; "
        "`kopir stand` makes one\n"
    )
    assert not list(tmp_path.glob("**/*.sqlite3"))
