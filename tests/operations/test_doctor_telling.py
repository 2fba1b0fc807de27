"""How findings are told: faults first, counted, by the exit status; nothing secret, no question asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actors import NOW
from kopir.bridge.cli.main import main
from kopir.config.env import get_environment, give_environment
from kopir.operations.doctor import bridge
from kopir.operations.doctor.findings import Grade, find, tell
from kopir.operations.doctor.machine import has_address, is_clock_kept, measure
from patients import SECRET, Scene, development, make_scene, no_backup

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return make_scene(tmp_path, settings, monkeypatch)


def test_faults_come_first_and_are_counted():
    found = [find("backup.none"), find("settings.development"), find("hosts.no_proxy")]
    lines = list(tell(found))
    assert [line.split()[0] for line in lines[::2]] == ["FAULT", "FAULT", "ADVICE", "2"]
    assert lines[-1] == "2 faults, 1 pieces of advice"
    assert list(tell([])) == ["nothing is wrong"]
    with pytest.raises(KeyError):
        find("weather.bad")


@pytest.mark.parametrize(("harm", "status"), [(None, 0), (no_backup, 0), (development, 1)])
def test_the_status_is_1_for_a_fault_and_0_for_advice(scene, harm, status, capsys):
    from kopir.operations.doctor import machine

    if harm is not None:
        harm(scene)
    scene.patch.setattr(machine, "Machine", lambda: scene.machine)
    scene.patch.setattr("kopir.base.clock.now", lambda: NOW)
    before = get_environment()
    give_environment(scene.environment())
    try:
        assert main(["doctor"]) == status, capsys.readouterr().out
    finally:
        give_environment(before)
    said = capsys.readouterr().out
    assert ("nothing is wrong" in said) is (harm is None)
    assert SECRET not in said


def test_passphrases_that_a_person_types_are_not_asked_for(scene):
    text = scene.country.config.read_text("utf-8")
    scene.country.config.write_text(
        text.replace('key = "keys/tls.key"', 'key = "keys/tls.key"\nkey_passphrase = "prompt"'), "utf-8"
    )
    scene.patch.setattr(bridge, "check", lambda file, now_ms: pytest.fail("it would ask"))
    assert scene.codes() == []


# -- the machine itself


def test_the_machine_is_asked_as_it_is(tmp_path):
    space = measure(tmp_path)
    assert 0 < space.free <= space.total
    assert has_address("localhost")
    assert not has_address("nowhere.invalid")
    assert is_clock_kept() in {True, False}
    assert (is_clock_kept(adjtimex=lambda _: 0), is_clock_kept(adjtimex=lambda _: 5)) == (True, False)
    assert Grade("fault") is Grade.FAULT
