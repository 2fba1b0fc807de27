"""`kopir stand` as a command: its options, and that a stand that cannot be is one line and status 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kopir.bridge.cli.main import build_parser, main


def test_what_it_does_without_any_option():
    options = build_parser().parse_args(["stand"])

    assert (options.folder, options.countries, options.first_port) == ("var/stand", "kz,tj", None)
    assert (options.fresh, options.once) == (False, False)


def test_another_command_does_not_load_the_stand():
    program = "import sys; from kopir.bridge.cli.main import build_parser; build_parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert "kopir.demo.cli" in loaded
    assert not {"kopir.demo.play", "kopir.demo.stand", "kopir.demo.country"} & set(loaded)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--countries", "kz"], "--countries kz: name two or more of kz, tj, uz, each once"),
        (["--first-port", "70000"], "--first-port 70000: choose one between 1024 and 65000"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(tmp_path, capsys, options, words):
    assert main(["stand", "--folder", str(tmp_path / "stand"), *options]) == 2

    assert capsys.readouterr().err == f"kopir: {words}\n"
    assert not (tmp_path / "stand").exists()
