"""`kopir stand` as a command: its options, codes of sign-ins, and that what cannot be is one line and status 2."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from kopir.bridge.cli.main import build_parser, main
from kopir.demo.sign_ins import make_code, make_sign_ins


def test_what_it_does_without_any_option():
    options = build_parser().parse_args(["stand"])

    assert (options.folder, options.countries, options.first_port) == ("var/stand", "kz,tj", None)
    assert (options.fresh, options.once, options.bridge_only) == (False, False, False)


def test_another_command_does_not_load_the_stand():
    program = "import sys; from kopir.bridge.cli.main import build_parser; build_parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert "kopir.demo.cli" in loaded
    assert not {"kopir.demo.play", "kopir.demo.stand", "kopir.demo.country"} & set(loaded)


@pytest.fixture
def own_signals():
    """The stand takes signals for its whole process, which here is that of the tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--countries", "kz"], "--countries kz: name two or more of kz, tj, uz, each once"),
        (["--first-port", "70000"], "--first-port 70000: choose one between 1024 and 65000"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(own_signals, tmp_path, capsys, options, words):
    assert main(["stand", "--folder", str(tmp_path / "stand"), *options]) == 2

    assert capsys.readouterr().err == f"kopir: {words}\n"
    assert not (tmp_path / "stand").exists()


def test_a_code_is_printed_alone_and_how_long_it_holds_beside_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_800_000_012.5)
    secret = make_sign_ins(tmp_path, ("kz",)).secrets["kz/operator"]

    assert main(["stand", "code", "KZ", "operator", "--folder", str(tmp_path)]) == 0

    said = capsys.readouterr()
    assert said.out == make_code(secret, 1_800_000_012.5)[0] + "\n"
    assert said.err == "for 18 more seconds; each code works once\n"


def test_the_folder_may_be_named_before_the_verb(tmp_path):
    options = build_parser().parse_args(["stand", "--folder", str(tmp_path), "code", "kz", "operator"])

    assert (options.folder, options.country, options.who) == (str(tmp_path), "kz", "operator")


def test_a_sign_in_that_is_not_there_is_told_with_those_that_are(tmp_path, capsys):
    make_sign_ins(tmp_path, ("kz",))

    assert main(["stand", "code", "kz", "minister", "--folder", str(tmp_path)]) == 2

    words = "those of this stand: kz/auditor, kz/citizen, kz/editor, kz/operator\n"
    assert capsys.readouterr().err == f"kopir: {tmp_path} has no sign-in minister of kz; {words}"


def test_where_no_stand_is_there_is_no_code(tmp_path, capsys):
    assert main(["stand", "code", "kz", "operator", "--folder", str(tmp_path)]) == 2

    assert capsys.readouterr().err.endswith("start it with its portals: kopir stand\n")
