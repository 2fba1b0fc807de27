"""Making a portal ready is refused where no stand is; what it does on one is seen in `test_portals`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core import management

from kopir.config.env import make_variables
from kopir.demo.country import Country, Ports
from kopir.demo.places import STAND_FILE, NoStandError, Portal
from kopir.demo.prepare import prepare


def test_other_settings_are_refused_before_any_table_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management, "call_command", lambda *_, **__: pytest.fail("called"))
    with pytest.raises(NoStandError):
        prepare()


def test_a_stand_without_sign_ins_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / STAND_FILE).write_text("{}")
    (tmp_path / "kz" / "keys").mkdir(parents=True)
    portal = Portal(Country("KZ", tmp_path / "kz", Ports.counted_from(9000)))
    portal.write_variables()

    done = subprocess.run(
        [sys.executable, "-m", "kopir.demo.prepare"],
        capture_output=True,
        text=True,
        check=False,
        env=make_variables(portal.list_variables()),
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kopir: demonstration content belongs on a stand: start one with `kopir stand`\n"
    assert not (portal.folder / "portal.sqlite3").exists()
