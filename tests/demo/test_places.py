"""Where a stand's portals lie, and that nothing but a stand is taken for one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kopir.config.env import parse
from kopir.demo.country import Country, Ports
from kopir.demo.places import STAND_FILE, Portal, find_faults


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    (tmp_path / STAND_FILE).write_text("{}")
    (tmp_path / "kz" / "keys").mkdir(parents=True)
    made = Portal(Country("KZ", tmp_path / "kz", Ports.counted_from(9000)))
    made.write_variables()
    return made


def test_each_portal_has_a_host_and_a_port_of_its_own(portal: Portal) -> None:
    other = Portal(Country("TJ", portal.country.folder.with_name("tj"), Ports.counted_from(9010)))

    assert (portal.address, other.address) == ("http://kz.localhost:9006", "http://tj.localhost:9016")
    assert portal.folder != other.folder


def test_its_settings_are_whole_and_a_stands(portal: Portal) -> None:
    environment = parse(portal.list_variables())

    assert find_faults(environment) == []
    assert (environment.country, environment.development) == ("kz", False)
    assert environment.listen == ("127.0.0.1", 9006)
    assert environment.bridge_control == "127.0.0.1:9002"


def test_a_shell_reads_the_same_settings(portal: Portal) -> None:
    line = f"set -a; . {portal.variables_file}; env"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True, env={})

    said = dict(row.split("=", 1) for row in done.stdout.splitlines())
    assert said.items() >= portal.list_variables().items()


def test_the_secret_is_made_once_and_for_its_owner(portal: Portal) -> None:
    secret = portal.country.folder / "keys" / "portal.secret"
    before = secret.read_text()
    portal.write_variables()

    assert secret.read_text() == before
    assert len(before) > 50
    assert secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOPIR_ADDRESS", "https://portal.example.org"),
        ("KOPIR_ADDRESS", "http://localhost:9006"),
        ("KOPIR_ADDRESS", "https://kz.localhost.example.org"),
        ("KOPIR_LISTEN", "0.0.0.0:9006"),
        ("KOPIR_LISTEN", "portal.example.org:9006"),
        ("DATABASE_URL", "postgresql://portal@localhost/portal"),
        ("KOPIR_FOLDER", "/var/lib/kopir/portal"),
        ("KOPIR_FOLDER", "/"),
    ],
)
def test_what_is_almost_a_stand_is_none(portal: Portal, name: str, value: str) -> None:
    faults = find_faults(parse({**portal.list_variables(), name: value}))

    assert len(faults) == 1
    assert f"{name}: " in faults[0]
