"""The commands as an operator types them; `kopir up` with real parts, one of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fakeparts import is_gone
from installations import Installation, add_bridge, family_of, installation, wait_for
from kopir.bridge.cli.main import build_parser, main

pytestmark = pytest.mark.django_db


def test_a_whole_node_runs_comes_back_after_a_kill_and_leaves_no_child(node, tmp_path):
    add_bridge(node, tmp_path / "kz")
    with node.up() as group:
        first = {part: group.pid_of(part) for part in ("bridge", "portal", "worker")}
        assert all(first.values())
        server = family_of(first["portal"])
        assert len(server) > 1, "the server has started others, which hold its port"
        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: all(group.pid_of(part) != pid for part, pid in first.items()), group.said)
        wait_for(node.is_up, group.said)
        wait_for(lambda: all(map(is_gone, server)), group.said)
        assert "portal was killed by signal 9; it is started again in 1 s" in group.said()
        # The worker is back too: it hands the head of the record to the bridge, which is back.
        wait_for(lambda: _is_quiet(node), group.said)
        family = family_of(group.process.pid)
        assert len(family) >= 5
        assert group.stop(signal.SIGINT) == 0, group.said()
    assert all(map(is_gone, family))
    lines = group.said().splitlines()
    assert {line.partition("|")[0] for line in lines} == {"bridge ", "portal ", "worker ", "up     "}
    assert "\x1b" not in group.said(), "no colors in a file"
    assert not any(word in group.said() for word in (node.settings["KOPIR_SECRET_KEY"], "Traceback"))


def _is_quiet(node: Installation) -> bool:
    told = node.kopir("doctor").stdout
    return not any(code in told for code in ("portal.", "worker.", "bridge.silent", "bridge.not_ready", "parts."))


def test_a_second_one_in_the_same_folder_is_refused(node):
    with node.up("worker") as group:
        wait_for(lambda: group.pid_of("worker"), group.said)
        again = node.kopir("up", "worker")
        assert again.returncode == 2
        assert f"kopir up runs already as process {group.process.pid}; wait for its end, or stop it" in again.stderr


def test_killed_without_a_word_it_leaves_no_part(node):
    with node.up("portal") as group:
        family = family_of(group.process.pid)[1:]
        group.process.kill()
        group.process.wait()
        wait_for(lambda: all(map(is_gone, family)), group.said)


def test_the_group_loads_no_django(node):
    code = "import sys; from kopir.operations import cli, group, parts; "
    code += "parts.list_parts(cli.get_environment(), (), 1); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=node.variables(), check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("up", "gateway"), "'gateway' is no part: name some of bridge, portal, worker"),
        (("up", "bridge"), "set KOPIR_BRIDGE_CONFIG"),
        (("up", "--workers", "0"), "--workers: 1 to 64"),
        (("backup", "b", "--keys"), "--keys needs --passphrase"),
        (("backup", "b", "--passphrase", "prompt"), "give --keys too"),
        (("backup", "b", "--keys", "--passphrase", "four words of no song"), "a passphrase comes from credential:NAME"),
        (("restore", "b"), "give the folder that `kopir backup` made"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_remedy(tmp_path, words, said):
    with installation(tmp_path / "node") as node:
        done = node.kopir(*words)
        assert done.returncode == 2
        assert said in done.stderr
        assert done.stderr.startswith("kopir: ")
        assert "four words" not in done.stderr


@pytest.mark.parametrize("words", [("up",), ("backup", "b"), ("restore", "b"), ("upgrade",)])
def test_missing_settings_are_told_a_line_each(words):
    node = Installation(Path("none"), {})
    done = node.kopir(*words)
    assert done.returncode == 2
    assert [line.split()[1].strip(":") for line in done.stderr.splitlines()] == [
        "KOPIR_COUNTRY",
        "KOPIR_SECRET_KEY",
        "KOPIR_ADDRESS",
    ]


@pytest.mark.parametrize("words", [["up"], ["backup", "b"], ["doctor"]])
def test_a_bare_node_is_told_how_to_get_the_portal(monkeypatch, capsys, words):
    from kopir.operations import cli

    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert main(words) == 2
    assert "the portal is not installed" in capsys.readouterr().err


def test_every_command_is_in_the_help():
    text = build_parser().format_help()
    commands: list[str] = ["up", "doctor", "backup", "restore", "upgrade"]
    assert all(f"\n    {name} " in text for name in commands)
